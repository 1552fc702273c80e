"""Addresses of what leaves a contract: its public page, and its data as a file."""

from __future__ import annotations

from django.urls import URLPattern, path

from bonds.api import indigo as indigo_api
from bonds.api import publications as publications_api
from bonds.routes.places import CONTRACT
from bonds.views import indigo, publications

urlpatterns: list[URLPattern] = [
    path("contracts/", publications.PublicContractsView.as_view(), name="public-contracts"),
    path("contracts/<slug:reference>/", publications.PublicContractView.as_view(), name="public-contract"),
    path(f"{CONTRACT}/public/", publications.PublishView.as_view(), name="publish"),
    path(f"{CONTRACT}/public/take-back/", publications.UnpublishView.as_view(), name="unpublish"),
    path(f"{CONTRACT}/indigo/", indigo.IndigoView.as_view(), name="indigo"),
    path(f"{CONTRACT}/indigo/check/", indigo.IndigoCheckView.as_view(), name="indigo-check"),
]
api_urlpatterns: list[URLPattern] = [
    path("contracts/", publications_api.PublicContractsApi.as_view(), name="public-contracts"),
    path("contracts/<slug:reference>/", publications_api.PublicContractApi.as_view(), name="public-contract"),
    path(f"{CONTRACT}/publication/", publications_api.PublicationApi.as_view(), name="contract-publication"),
    path(f"{CONTRACT}/publication/take-back/", publications_api.UnpublishApi.as_view(), name="contract-unpublish"),
    path(f"{CONTRACT}/indigo/", indigo_api.IndigoApi.as_view(), name="contract-indigo"),
    path(f"{CONTRACT}/indigo/check/", indigo_api.IndigoCheckApi.as_view(), name="contract-indigo-check"),
]
