"""Addresses of invoices, purchase orders, VAT, and of taking accepted lines back."""

from __future__ import annotations

from django.urls import URLPattern, path

from bonds.api import invoice_acts as acts_api
from bonds.api import invoices as invoices_api
from bonds.api import recognition as recognition_api
from bonds.api import taking_back as taking_back_api
from bonds.routes.places import CLAIM, CONTRACT, INVOICE
from bonds.views import invoice_acts, invoices, recognition, taking_back

urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/invoices/", invoices.InvoiceListView.as_view(), name="invoices"),
    path(f"{CONTRACT}/invoices/issue/", invoices.IssueView.as_view(), name="invoices-issue"),
    path(f"{CONTRACT}/invoices/vat/", invoice_acts.VatView.as_view(), name="vat"),
    path(f"{CONTRACT}/invoices/recognition/", recognition.RecognitionView.as_view(), name="recognition"),
    path(f"{INVOICE}/", invoices.InvoiceView.as_view(), name="invoice"),
    path(f"{INVOICE}/pdf/", invoices.InvoicePdfView.as_view(), name="invoice-pdf"),
    path(f"{INVOICE}/receipt/", invoice_acts.ReceiptView.as_view(), name="invoice-receipt"),
    path(f"{CONTRACT}/orders/", invoice_acts.OrdersView.as_view(), name="orders"),
    path(f"{CONTRACT}/orders/new/", invoice_acts.NewOrderView.as_view(), name="order-new"),
    path(f"{CLAIM}/clawback/", taking_back.TakeBackView.as_view(), name="claim-clawback"),
]
api_urlpatterns: list[URLPattern] = [
    path(f"{CONTRACT}/invoices/", invoices_api.InvoiceListApi.as_view(), name="invoice-list"),
    path(f"{CONTRACT}/invoices/waiting/", invoices_api.WaitingApi.as_view(), name="invoices-waiting"),
    path(f"{INVOICE}/", invoices_api.InvoiceApi.as_view(), name="invoice"),
    path(f"{INVOICE}/lines/", invoices_api.InvoiceLinesApi.as_view(), name="invoice-lines"),
    path(f"{INVOICE}/pdf/", invoices_api.InvoicePdfApi.as_view(), name="invoice-pdf"),
    path(f"{INVOICE}/receipts/", acts_api.ReceiptsApi.as_view(), name="invoice-receipts"),
    path(f"{CONTRACT}/orders/", acts_api.OrdersApi.as_view(), name="order-list"),
    path(f"{CONTRACT}/vat/", acts_api.VatApi.as_view(), name="vat-list"),
    path(f"{CONTRACT}/recognition/", recognition_api.RecognitionApi.as_view(), name="recognition-list"),
    path(f"{CLAIM}/clawback/", taking_back_api.TakeBackApi.as_view(), name="claim-clawback"),
    path(f"{CLAIM}/clawback/preview/", taking_back_api.PreviewApi.as_view(), name="claim-clawback-preview"),
]
