"""Addresses of shares."""

from __future__ import annotations

from django.urls import URLPattern, path

from shares import api, views

app_name = "shares"
urlpatterns: list[URLPattern] = [
    path("offers/<slug:slug>/apply/", views.StartView.as_view(), name="apply"),
    path("applications/<str:public_id>/", views.TasksView.as_view(), name="tasks"),
    path("applications/<str:public_id>/amount/", views.AmountView.as_view(), name="amount"),
    path("applications/<str:public_id>/details/", views.DetailsView.as_view(), name="details"),
    path("applications/<str:public_id>/consents/", views.ConsentsView.as_view(), name="consents"),
    path("applications/<str:public_id>/review/", views.ReviewView.as_view(), name="review"),
    path("applications/<str:public_id>/pay/", views.PayView.as_view(), name="pay"),
    path("applications/<str:public_id>/paid/", views.PaidView.as_view(), name="paid"),
    path("applications/<str:public_id>/cancel/", views.CancelView.as_view(), name="cancel"),
    path("me/holdings/<str:public_id>/statement/", views.StatementView.as_view(), name="statement"),
    path("groups/<slug:slug>/offers/", views.OffersView.as_view(), name="offers"),
    path("groups/<slug:slug>/offers/<slug:offer>/", views.OfferView.as_view(), name="offer"),
    path("groups/<slug:slug>/offers/<slug:offer>/close/", views.CloseView.as_view(), name="close"),
    path("groups/<slug:slug>/offers/<slug:offer>/allot/", views.AllotView.as_view(), name="allot"),
    path("groups/<slug:slug>/offers/<slug:offer>/fail/", views.FailView.as_view(), name="fail"),
    path("groups/<slug:slug>/offers/<slug:offer>/refunds/", views.RefundsView.as_view(), name="refunds"),
    path("groups/<slug:slug>/offers/<slug:offer>/refunds/act/", views.RefundActView.as_view(), name="refunds_act"),
    path("groups/<slug:slug>/register/", views.RegisterView.as_view(), name="register"),
    path("groups/<slug:slug>/register/inspection/", views.InspectionView.as_view(), name="inspection"),
]
api_urlpatterns: list[URLPattern] = [
    path("applications/", api.ApplicationsApi.as_view(), name="applications"),
    path("applications/<str:public_id>/", api.ApplicationApi.as_view(), name="application"),
    path("applications/<str:public_id>/consents/", api.ConsentsApi.as_view(), name="application_consents"),
    path("applications/<str:public_id>/checkout/", api.CheckoutApi.as_view(), name="application_checkout"),
    path("applications/<str:public_id>/cancel/", api.CancelApi.as_view(), name="application_cancel"),
    path("consent-wordings/", api.WordingsApi.as_view(), name="consent_wordings"),
    path("offers/<slug:slug>/close/", api.CloseOfferApi.as_view(), name="offer_close"),
    path("offers/<slug:slug>/allot/", api.AllotOfferApi.as_view(), name="offer_allot"),
    path("offers/<slug:slug>/fail/", api.FailOfferApi.as_view(), name="offer_fail"),
    path("groups/<slug:slug>/register/", api.RegisterApi.as_view(), name="register"),
]
