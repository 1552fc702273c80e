"""Addresses of the payment room."""

from django.urls import URLPattern, path

from payments import webhooks

app_name = "payments"
urlpatterns: list[URLPattern] = [
    path("webhooks/stripe/", webhooks.StripeWebhook.as_view(), name="stripe_webhook"),
]
api_urlpatterns: list[URLPattern] = []
