"""Addresses of outcome contracts. `<slug>` is the organisation from whose standpoint one looks."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "bonds"
urlpatterns: list[URLPattern] = []
api_urlpatterns: list[URLPattern] = []
