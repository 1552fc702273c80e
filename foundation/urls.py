"""Addresses of the foundation."""

from __future__ import annotations

from django.urls import URLPattern, path

from foundation import views
from foundation.api.jobs import JobView

app_name = "foundation"
urlpatterns: list[URLPattern] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("jobs/<str:public_id>/", views.job, name="job"),
    path("staff/outbox/", views.parked, name="outbox"),
    path("staff/outbox/<int:message_id>/again/", views.send_again, name="outbox-again"),
]
api_urlpatterns: list[URLPattern] = [
    path("jobs/<str:public_id>/", JobView.as_view(), name="job"),
]
