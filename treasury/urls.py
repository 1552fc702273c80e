"""Addresses of the treasurer's rooms."""

from typing import Any

app_name = "treasury"

urlpatterns: list[Any] = []
api_urlpatterns: list[Any] = []
