"""Addresses of the foundation."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "foundation"
urlpatterns: list[URLPattern] = []
api_urlpatterns: list[URLPattern] = []
