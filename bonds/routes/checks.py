"""Addresses of the verifier's desk after payment: samples, disputes, and accepting all that waits."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import disputes as disputes_api
from bonds.api import samples as samples_api
from bonds.routes.places import CONTRACT, LINE
from bonds.views import accepting, disputes, samples

SAMPLE: Final = f"{CONTRACT}/samples/<int:number>"
DISPUTE: Final = f"{CONTRACT}/disputes/<slug:dispute>"
urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/claims/accept-waiting/", accepting.AcceptWaitingView.as_view(), name="accept-waiting"),
    path(f"{CONTRACT}/samples/", samples.SampleListView.as_view(), name="samples"),
    path(f"{CONTRACT}/samples/draw/", samples.DrawSampleView.as_view(), name="sample-draw"),
    path(f"{SAMPLE}/", samples.SampleView.as_view(), name="sample"),
    path(f"{SAMPLE}/findings/", samples.FindingsView.as_view(), name="sample-findings"),
    path(f"{SAMPLE}/close/", samples.CloseSampleView.as_view(), name="sample-close"),
    path(f"{SAMPLE}/population.csv", samples.PopulationView.as_view(), name="sample-population"),
    path(f"{CONTRACT}/disputes/", disputes.DisputeListView.as_view(), name="disputes"),
    path(f"{DISPUTE}/", disputes.DisputeView.as_view(), name="dispute"),
    path(f"{DISPUTE}/decide/", disputes.AdjudicateView.as_view(), name="dispute-decide"),
    path(f"{LINE}/dispute/", disputes.RaiseDisputeView.as_view(), name="line-dispute"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/claims/waiting/", samples_api.WaitingApi.as_view(), name="claims-waiting"),
    path(f"{CONTRACT}/samples/", samples_api.SamplesApi.as_view(), name="contract-samples"),
    path(f"{SAMPLE}/", samples_api.SampleApi.as_view(), name="contract-sample"),
    path(f"{SAMPLE}/lines/", samples_api.SampleLinesApi.as_view(), name="contract-sample-lines"),
    path(f"{SAMPLE}/findings/", samples_api.FindingsApi.as_view(), name="contract-sample-findings"),
    path(f"{SAMPLE}/closing/", samples_api.ClosingApi.as_view(), name="contract-sample-closing"),
    path(f"{SAMPLE}/population/", samples_api.PopulationApi.as_view(), name="contract-sample-population"),
    path(f"{CONTRACT}/disputes/", disputes_api.DisputesApi.as_view(), name="contract-disputes"),
    path(f"{DISPUTE}/", disputes_api.DisputeApi.as_view(), name="contract-dispute"),
    path(f"{DISPUTE}/finding/", disputes_api.AdjudicationApi.as_view(), name="contract-dispute-finding"),
    path(f"{LINE}/dispute/", disputes_api.RaiseDisputeApi.as_view(), name="claim-line-dispute"),
]
