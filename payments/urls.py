"""Addresses of the payment room."""

from django.urls import URLPattern, path

from payments import api, views, webhooks

app_name = "payments"
_GROUP = "groups/<slug:slug>/payments/"
_API = "payments/<slug:slug>/"
urlpatterns: list[URLPattern] = [
    path("webhooks/stripe/", webhooks.StripeWebhook.as_view(), name="stripe_webhook"),
    path(_GROUP, views.OverviewView.as_view(), name="overview"),
    path(f"{_GROUP}refunds/", views.RefundsView.as_view(), name="refunds"),
    path(f"{_GROUP}runs/<str:public_id>/", views.RunView.as_view(), name="run"),
    path(f"{_GROUP}runs/<str:public_id>/measure/", views.MeasureRunView.as_view(), name="run_measure"),
    path(f"{_GROUP}runs/<str:public_id>/start/", views.StartRunView.as_view(), name="run_start"),
    path(f"{_GROUP}attention/<str:public_id>/", views.MatterView.as_view(), name="matter"),
    path(f"{_GROUP}<str:public_id>/ask/", views.AskAgainView.as_view(), name="ask_again"),
    path("platform/payments/", views.PlatformMattersView.as_view(), name="platform"),
]
api_urlpatterns: list[URLPattern] = [
    path(_API, api.PaymentListView.as_view(), name="payment-list"),
    path(f"{_API}receipts/", api.ReceiptListView.as_view(), name="receipt-list"),
    path(f"{_API}refunds/", api.RefundListView.as_view(), name="refund-list"),
    path(f"{_API}refund-runs/", api.RefundRunListView.as_view(), name="refund-run-list"),
    path(f"{_API}attention/", api.MatterListView.as_view(), name="payment-attention-list"),
    path(f"{_API}<str:public_id>/", api.PaymentView.as_view(), name="payment"),
]
