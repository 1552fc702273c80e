"""Addresses of documents."""

from __future__ import annotations

from django.urls import path

from documents import api, views

app_name = "documents"
urlpatterns = [
    path("verify/<str:token>/", views.verify, name="verify"),
    path("documents/<str:public_id>/", views.download, name="download"),
]
api_urlpatterns = [
    path("documents/<str:public_id>/", api.DocumentView.as_view(), name="document"),
    path("verify/<str:token>/", api.VerifyView.as_view(), name="verify"),
]
