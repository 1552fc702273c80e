"""Addresses of claims, their lines and the verifier's desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from bonds.api import claim_lines as claim_lines_api
from bonds.api import claims as claims_api
from bonds.routes.places import CLAIM, CONTRACT, LINE
from bonds.views import claim_lines, claim_making, claims, desk

urlpatterns: list[URLPattern] = [
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
