"""Addresses of the payment room."""

from django.urls import URLPattern

app_name = "payments"
urlpatterns: list[URLPattern] = []
api_urlpatterns: list[URLPattern] = []
