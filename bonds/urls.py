"""Addresses of outcome contracts. `<slug>` is the organisation from whose standpoint one looks."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import claim_lines as claim_lines_api
from bonds.api import claims as claims_api
from bonds.api import contracts as contracts_api
from bonds.api import parties as parties_api
from bonds.api import people as people_api
from bonds.api import results as result_api
from bonds.views import (
    builder,
    claim_lines,
    claim_making,
    claims,
    contract,
    contract_acts,
    desk,
    parties,
    people_acts,
    result_acts,
    result_uploads,
    results,
)

app_name = "bonds"
CONTRACTS: Final = "groups/<slug:slug>/contracts"
CONTRACT: Final = f"{CONTRACTS}/<slug:reference>"
VERSION: Final = f"{CONTRACT}/versions/<int:number>"
STEP: Final = f"{CONTRACT}/terms/<slug:step>"
CLAIM: Final = f"{CONTRACT}/claims/<int:number>"
LINE: Final = f"{CONTRACT}/claims/lines/<slug:line>"
urlpatterns: list[URLPattern] = [
    path(f"{CONTRACTS}/", contract.ContractsView.as_view(), name="contracts"),
    # A contract whose reference is "new" would be hidden by this; its form refuses it.
    path(f"{CONTRACTS}/new/", contract.OpenContractView.as_view(), name="open"),
    path(f"{CONTRACT}/", contract.ContractView.as_view(), name="contract"),
    path(f"{VERSION}/", contract.VersionView.as_view(), name="version"),
    path(f"{VERSION}/sign/", contract_acts.SignView.as_view(), name="sign"),
    path(f"{CONTRACT}/propose/", contract_acts.ProposeView.as_view(), name="propose"),
    path(f"{CONTRACT}/take-back/", contract_acts.TakeBackView.as_view(), name="take-back"),
    path(f"{CONTRACT}/vary/", contract_acts.VaryView.as_view(), name="vary"),
    path(f"{CONTRACT}/withdraw/", contract_acts.WithdrawView.as_view(), name="withdraw"),
    path(f"{CONTRACT}/parties/", parties.PartiesView.as_view(), name="parties"),
    path(f"{CONTRACT}/parties/add/", parties.AddPartyView.as_view(), name="add-party"),
    path(f"{CONTRACT}/parties/approach/", parties.ApproachView.as_view(), name="approach"),
    path(f"{CONTRACT}/parties/<slug:code>/roles/", parties.GiveRoleView.as_view(), name="give-role"),
    path(f"{CONTRACT}/roles/<str:role>/end/", parties.EndRoleView.as_view(), name="end-role"),
    path(f"{CONTRACT}/terms/", builder.TermsView.as_view(), name="terms"),
    path(f"{STEP}/", builder.StepView.as_view(), name="step"),
    path(f"{STEP}/add/", builder.RowView.as_view(), name="add-row"),
    path(f"{STEP}/<int:place>/", builder.RowView.as_view(), name="row"),
    path(f"{STEP}/<int:place>/remove/", builder.RemoveRowView.as_view(), name="remove-row"),
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
urlpatterns += [
    path(f"{CONTRACT}/claims/", claims.ClaimListView.as_view(), name="claims"),
    path(f"{CONTRACT}/claims/new/", claim_making.NewClaimView.as_view(), name="claim-new"),
    path(f"{CLAIM}/", claims.ClaimView.as_view(), name="claim"),
    path(f"{CLAIM}/take/", claims.TakeLinesView.as_view(), name="claim-take"),
    path(f"{CLAIM}/submit/", claim_making.SubmitClaimView.as_view(), name="claim-submit"),
    path(f"{CLAIM}/withdraw/", claims.WithdrawLinesView.as_view(), name="claim-withdraw"),
    path(f"{CLAIM}/decide/", desk.DecideView.as_view(), name="claim-decide"),
    path(f"{CLAIM}/pdf/", claims.ClaimStatementView.as_view(), name="claim-statement"),
    path(f"{LINE}/", claim_lines.LineView.as_view(), name="line"),
    path(f"{LINE}/answer/", claim_lines.AnswerLineView.as_view(), name="line-answer"),
    path(f"{LINE}/query/", desk.QueryLineView.as_view(), name="line-query"),
    path(f"{LINE}/aside/", desk.FlagLineView.as_view(), name="line-flag"),
    path(f"{LINE}/checks/", desk.CheckLineView.as_view(), name="line-check"),
    path(f"{LINE}/decide/", desk.DecideLineView.as_view(), name="line-decide"),
    path(f"{LINE}/evidence/<slug:evidence>/", claim_lines.EvidenceFileView.as_view(), name="line-evidence"),
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
api_urlpatterns += [
    path(f"{CONTRACT}/claims/", claims_api.ClaimListApi.as_view(), name="claim-list"),
    path(f"{CLAIM}/", claims_api.ClaimApi.as_view(), name="claim"),
    path(f"{CLAIM}/lines/", claims_api.ClaimLinesApi.as_view(), name="claim-lines"),
    path(f"{CLAIM}/take/", claims_api.TakeLinesApi.as_view(), name="claim-take"),
    path(f"{CLAIM}/submit/", claims_api.SubmitClaimApi.as_view(), name="claim-submit"),
    path(f"{CLAIM}/withdraw/", claims_api.WithdrawLinesApi.as_view(), name="claim-withdraw"),
    path(f"{CLAIM}/accept/", claims_api.AcceptLinesApi.as_view(), name="claim-accept"),
    path(f"{CLAIM}/reject/", claims_api.RejectLinesApi.as_view(), name="claim-reject"),
    path(f"{LINE}/", claim_lines_api.LineApi.as_view(), name="claim-line"),
    path(f"{LINE}/query/", claim_lines_api.QueryLineApi.as_view(), name="claim-line-query"),
    path(f"{LINE}/answer/", claim_lines_api.AnswerLineApi.as_view(), name="claim-line-answer"),
    path(f"{LINE}/aside/", claim_lines_api.FlagLineApi.as_view(), name="claim-line-flag"),
    path(f"{LINE}/checks/", claim_lines_api.CheckLineApi.as_view(), name="claim-line-check"),
    path(f"{LINE}/evidence/<slug:evidence>/", claim_lines_api.LineEvidenceApi.as_view(), name="claim-line-evidence"),
]
api_urlpatterns += [
    path(f"{CONTRACTS}/", contracts_api.ContractsApi.as_view(), name="contracts"),
    path(f"{CONTRACT}/", contracts_api.ContractApi.as_view(), name="contract"),
    path(f"{CONTRACT}/versions/", contracts_api.VersionsApi.as_view(), name="contract-versions"),
    path(f"{VERSION}/", contracts_api.VersionApi.as_view(), name="contract-version"),
    path(f"{CONTRACT}/terms/", contracts_api.TermsApi.as_view(), name="contract-terms"),
    path(f"{CONTRACT}/propose/", contracts_api.ProposeApi.as_view(), name="contract-propose"),
    path(f"{CONTRACT}/take-back/", contracts_api.TakeBackApi.as_view(), name="contract-take-back"),
    path(f"{CONTRACT}/variations/", contracts_api.VariationsApi.as_view(), name="contract-variations"),
    path(f"{CONTRACT}/withdraw/", contracts_api.WithdrawApi.as_view(), name="contract-withdraw"),
    path(f"{CONTRACT}/parties/", parties_api.PartiesApi.as_view(), name="contract-parties"),
    path(f"{CONTRACT}/parties/<slug:code>/roles/", parties_api.RolesApi.as_view(), name="contract-roles"),
    path(f"{CONTRACT}/roles/<str:role>/end/", parties_api.EndRoleApi.as_view(), name="contract-role-end"),
]
