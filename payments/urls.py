"""Addresses of the payment room."""

from django.urls import URLPattern, path

from payments import api, views, webhooks
from payments.api import recorded as recorded_api
from payments.views import recorded

app_name = "payments"
_GROUP = "groups/<slug:slug>/payments/"
_API = "payments/<slug:slug>/"
_RECORDED = f"{_GROUP}recorded/"
_RECORD = f"{_RECORDED}<slug:public_id>/"
_RECORD_API = f"{_API}recorded/<slug:public_id>/"
urlpatterns: list[URLPattern] = [
    path("webhooks/stripe/", webhooks.StripeWebhook.as_view(), name="stripe_webhook"),
    path(_GROUP, views.OverviewView.as_view(), name="overview"),
    path(f"{_GROUP}refunds/", views.RefundsView.as_view(), name="refunds"),
    path(f"{_GROUP}runs/<str:public_id>/", views.RunView.as_view(), name="run"),
    path(f"{_GROUP}runs/<str:public_id>/measure/", views.MeasureRunView.as_view(), name="run_measure"),
    path(f"{_GROUP}runs/<str:public_id>/start/", views.StartRunView.as_view(), name="run_start"),
    path(f"{_GROUP}attention/<str:public_id>/", views.MatterView.as_view(), name="matter"),
    path(f"{_GROUP}<str:public_id>/ask/", views.AskAgainView.as_view(), name="ask_again"),
    path(_RECORDED, recorded.RecordedListView.as_view(), name="recorded_list"),
    path(
        f"{_RECORDED}new/<slug:book>/receipt/",
        recorded.NewRecordedView.as_view(),
        {"what": "receipt"},
        name="record_receipt",
    ),
    path(
        f"{_RECORDED}new/<slug:book>/payment/",
        recorded.NewRecordedView.as_view(),
        {"what": "payment"},
        name="record_payment",
    ),
    path(_RECORD, recorded.RecordedView.as_view(), name="recorded"),
    path(f"{_RECORD}approve/", recorded.ApproveRecordedView.as_view(), name="recorded_approve"),
    path(f"{_RECORD}refuse/", recorded.RefuseRecordedView.as_view(), name="recorded_refuse"),
    path(f"{_RECORD}withdraw/", recorded.WithdrawRecordedView.as_view(), name="recorded_withdraw"),
    path(f"{_RECORD}reverse/", recorded.ReverseRecordedView.as_view(), name="recorded_reverse"),
    path("platform/payments/", views.PlatformMattersView.as_view(), name="platform"),
]
api_urlpatterns: list[URLPattern] = [
    path(_API, api.PaymentListView.as_view(), name="payment-list"),
    path(f"{_API}receipts/", api.ReceiptListView.as_view(), name="receipt-list"),
    path(f"{_API}refunds/", api.RefundListView.as_view(), name="refund-list"),
    path(f"{_API}refund-runs/", api.RefundRunListView.as_view(), name="refund-run-list"),
    path(f"{_API}attention/", api.MatterListView.as_view(), name="payment-attention-list"),
    path(f"{_API}recorded/", recorded_api.RecordedListApi.as_view(), name="recorded-list"),
    path(f"{_API}recorded/receipts/", recorded_api.RecordReceiptApi.as_view(), name="record-receipt"),
    path(f"{_API}recorded/payments/", recorded_api.RecordPaymentApi.as_view(), name="record-payment"),
    path(_RECORD_API, recorded_api.RecordedApi.as_view(), name="recorded"),
    path(f"{_RECORD_API}approve/", recorded_api.ApproveRecordedApi.as_view(), name="recorded-approve"),
    path(f"{_RECORD_API}refuse/", recorded_api.RefuseRecordedApi.as_view(), name="recorded-refuse"),
    path(f"{_RECORD_API}withdraw/", recorded_api.WithdrawRecordedApi.as_view(), name="recorded-withdraw"),
    path(f"{_RECORD_API}reverse/", recorded_api.ReverseRecordedApi.as_view(), name="recorded-reverse"),
    path(f"{_API}<str:public_id>/", api.PaymentView.as_view(), name="payment"),
]
