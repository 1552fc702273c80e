"""Addresses of the marketplace."""

from __future__ import annotations

from django.urls import URLPattern, path

from marketplace import api, views

app_name = "marketplace"
urlpatterns: list[URLPattern] = [
    path("", views.HomeView.as_view(), name="home"),
    path("offers/", views.OfferListView.as_view(), name="offers"),
    path("offers/<slug:slug>/", views.OfferPageView.as_view(), name="offer"),
    path("offers/<slug:slug>/document.pdf", views.OfferDocumentView.as_view(), name="offer_document"),
    *[
        path(f"{name}/", views.PlainPage.as_view(template_name=f"pages/{template}.html"), name=template)
        for name, template in (
            ("how-it-works", "how_it_works"),
            ("risks", "risks"),
            ("complaints", "complaints"),
            ("privacy", "privacy"),
            ("accessibility", "accessibility"),
        )
    ],
]
api_urlpatterns: list[URLPattern] = [
    path("offers/", api.OfferListApi.as_view(), name="offers"),
    path("offers/<slug:slug>/", api.OfferDetailApi.as_view(), name="offer"),
]
