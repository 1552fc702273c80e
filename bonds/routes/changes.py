"""Addresses of what changes a contract under way: results worked out again, run-off and closing."""

from __future__ import annotations

from django.urls import URLPattern, path

from bonds.api import adjusting as adjusting_api
from bonds.api import closing as closing_api
from bonds.routes.places import CONTRACT
from bonds.views import adjusting, closing

urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/adjustments/", adjusting.AdjustmentsView.as_view(), name="adjustments"),
    path(f"{CONTRACT}/closing/", closing.ClosingView.as_view(), name="closing"),
    path(f"{CONTRACT}/run-off/", closing.RunOffView.as_view(), name="run-off"),
    path(f"{CONTRACT}/close/", closing.CloseView.as_view(), name="close"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/adjustments/", adjusting_api.AdjustmentsApi.as_view(), name="contract-adjustments"),
    path(
        f"{CONTRACT}/adjustments/preview/",
        adjusting_api.AdjustmentPreviewApi.as_view(),
        name="contract-adjustments-preview",
    ),
    path(f"{CONTRACT}/closing/", closing_api.ClosingApi.as_view(), name="contract-closing"),
    path(f"{CONTRACT}/run-off/", closing_api.RunOffApi.as_view(), name="contract-run-off"),
    path(f"{CONTRACT}/close/", closing_api.CloseApi.as_view(), name="contract-close"),
]
