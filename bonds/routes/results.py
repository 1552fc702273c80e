"""Addresses of people, results and what shows them."""

from __future__ import annotations

from django.urls import URLPattern, path

from bonds.api import people as people_api
from bonds.api import results as result_api
from bonds.routes.places import CONTRACT
from bonds.views import people_acts, result_acts, result_uploads, results

urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/missing/", results.MissingView.as_view(), name="missing"),
    path(f"{CONTRACT}/results/", results.ResultsView.as_view(), name="results"),
    path(f"{CONTRACT}/results/new/", result_acts.RecordResultView.as_view(), name="result-new"),
    path(f"{CONTRACT}/results/new-group/", result_acts.RecordGroupResultView.as_view(), name="group-result-new"),
    path(f"{CONTRACT}/results/file/", result_uploads.UploadView.as_view(), name="upload"),
    path(f"{CONTRACT}/results/file/record/", result_uploads.ConfirmUploadView.as_view(), name="upload-confirm"),
    path(f"{CONTRACT}/results/<slug:event>/", results.ResultView.as_view(), name="result"),
    path(f"{CONTRACT}/results/<slug:event>/evidence/", result_acts.AddEvidenceView.as_view(), name="evidence-new"),
    path(
        f"{CONTRACT}/results/<slug:event>/withdraw/", result_acts.WithdrawResultView.as_view(), name="result-withdraw"
    ),
    path(f"{CONTRACT}/evidence/<slug:evidence>/file/", results.EvidenceFileView.as_view(), name="evidence-file"),
    path(f"{CONTRACT}/people/", results.PeopleView.as_view(), name="people"),
    path(f"{CONTRACT}/people/new/", people_acts.AdmitPersonView.as_view(), name="person-new"),
    path(f"{CONTRACT}/people/<slug:person>/", results.PersonView.as_view(), name="person"),
    path(f"{CONTRACT}/people/<slug:person>/begins/", people_acts.StartClockView.as_view(), name="clock-new"),
    path(
        f"{CONTRACT}/people/<slug:person>/evidence/",
        result_acts.AddPersonEvidenceView.as_view(),
        name="person-evidence-new",
    ),
    path(f"{CONTRACT}/referrals/", results.ReferralsView.as_view(), name="referrals"),
    path(f"{CONTRACT}/referrals/new/", people_acts.RecordReferralView.as_view(), name="referral-new"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/people/", people_api.PeopleApi.as_view(), name="contract-people"),
    path(f"{CONTRACT}/people/<slug:person>/", people_api.PersonApi.as_view(), name="contract-person"),
    path(f"{CONTRACT}/people/<slug:person>/clocks/", people_api.ClocksApi.as_view(), name="contract-clocks"),
    path(
        f"{CONTRACT}/people/<slug:person>/evidence/",
        result_api.PersonEvidenceApi.as_view(),
        name="contract-person-evidence",
    ),
    path(f"{CONTRACT}/referrals/", people_api.ReferralsApi.as_view(), name="contract-referrals"),
    path(f"{CONTRACT}/guarantees/", people_api.GuaranteesApi.as_view(), name="contract-guarantees"),
    path(f"{CONTRACT}/results/", result_api.ResultsApi.as_view(), name="contract-results"),
    path(f"{CONTRACT}/results/file/", result_api.UploadsApi.as_view(), name="contract-uploads"),
    path(f"{CONTRACT}/results/<slug:event>/", result_api.ResultApi.as_view(), name="contract-result"),
    path(
        f"{CONTRACT}/results/<slug:event>/evidence/",
        result_api.ResultEvidenceApi.as_view(),
        name="contract-result-evidence",
    ),
    path(
        f"{CONTRACT}/results/<slug:event>/withdrawal/",
        result_api.WithdrawalApi.as_view(),
        name="contract-result-withdrawal",
    ),
    path(
        f"{CONTRACT}/evidence/<slug:evidence>/file/",
        result_api.EvidenceFileApi.as_view(),
        name="contract-evidence-file",
    ),
    path(f"{CONTRACT}/missing/", result_api.MissingApi.as_view(), name="contract-missing"),
]
