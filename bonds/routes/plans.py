"""Addresses of plans."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from bonds.api import plans as plans_api
from bonds.routes.places import CONTRACT
from bonds.views import plans

PLANS: Final = f"{CONTRACT}/plans"
PLAN: Final = f"{PLANS}/<int:number>"
urlpatterns: list[URLPattern] = [
    path(f"{PLANS}/", plans.PlansView.as_view(), name="plans"),
    path(f"{PLANS}/next/", plans.MakePlanView.as_view(), name="plan-new"),
    path(f"{PLANS}/next/file/", plans.PlanUploadView.as_view(), name="plan-upload"),
    path(f"{PLANS}/next.csv", plans.PlanTemplateView.as_view(), name="plan-template"),
    path(f"{PLAN}/", plans.PlanView.as_view(), name="plan"),
    path(f"{PLAN}/all.xlsx", plans.PlanFileView.as_view(), {"shape": "xlsx"}, name="plan-xlsx"),
    path(f"{PLAN}/all.pdf", plans.PlanFileView.as_view(), {"shape": "pdf"}, name="plan-pdf"),
    path(f"{PLAN}/<slug:table>.csv", plans.PlanFileView.as_view(), {"shape": "csv"}, name="plan-table"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{PLANS}/", plans_api.PlansApi.as_view(), name="contract-plans"),
    path(f"{PLANS}/next/", plans_api.NextPlanApi.as_view(), name="contract-plan-next"),
    path(f"{PLANS}/file/", plans_api.PlanFileApi.as_view(), name="contract-plan-file"),
    path(f"{PLAN}/", plans_api.PlanApi.as_view(), name="contract-plan"),
]
