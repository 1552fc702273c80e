"""Addresses of the treasurer's rooms."""

from django.urls import path

from treasury import api, views
from treasury.api import reports as report_api
from treasury.views import reports as report_views

app_name = "treasury"

urlpatterns = [
    path("groups/<slug:slug>/books/", views.BooksView.as_view(), name="books"),
    path("groups/<slug:slug>/books/month-end/", views.MonthEndView.as_view(), name="month-end"),
    path("groups/<slug:slug>/books/<slug:book>/", views.BookView.as_view(), name="book"),
    path("groups/<slug:slug>/books/<slug:book>/accounts/<slug:code>/", views.AccountView.as_view(), name="account"),
    path("groups/<slug:slug>/books/<slug:book>/entries/<slug:entry>/", views.EntryView.as_view(), name="entry"),
    path("groups/<slug:slug>/books/<slug:book>/entries/", views.EntriesView.as_view(), name="find-entries"),
    path("groups/<slug:slug>/books/<slug:book>/closing/", views.ClosingView.as_view(), name="closing"),
    path(
        "groups/<slug:slug>/books/<slug:book>/closing/for-good/",
        views.CloseForGoodView.as_view(),
        name="close-for-good",
    ),
    path("groups/<slug:slug>/books/<slug:book>/closing/softly/", views.CloseSoftlyView.as_view(), name="close-softly"),
    path("groups/<slug:slug>/books/<slug:book>/closing/year/", views.CarryYearView.as_view(), name="carry-year"),
    path(
        "groups/<slug:slug>/books/<slug:book>/journal.csv",
        views.JournalView.as_view(),
        {"shape": "csv"},
        name="journal-csv",
    ),
    path(
        "groups/<slug:slug>/books/<slug:book>/journal.txt",
        views.JournalView.as_view(),
        {"shape": "txt"},
        name="journal-txt",
    ),
    path("groups/<slug:slug>/books/<slug:book>/reports/", report_views.ReportsView.as_view(), name="reports"),
    path("groups/<slug:slug>/books/<slug:book>/reports/<slug:kind>/", report_views.ReportView.as_view(), name="report"),
    *(
        path(
            f"groups/<slug:slug>/books/<slug:book>/reports/<slug:kind>.{shape}",
            report_views.ReportFileView.as_view(),
            {"shape": shape},
            name=f"report-{shape}",
        )
        for shape in ("csv", "xlsx", "pdf")
    ),
]
api_urlpatterns = [
    path("books/", api.BookListView.as_view(), name="books"),
    path("books/<slug:slug>/trial-balance/", api.TrialBalanceView.as_view(), name="trial-balance"),
    path("books/<slug:slug>/entries/", api.EntryListView.as_view(), name="entries"),
    path("books/<slug:slug>/closings/", api.ClosingsApi.as_view(), name="closings"),
    path("books/<slug:slug>/year-ends/", api.YearEndsApi.as_view(), name="year-ends"),
    path("books/<slug:slug>/journal.csv", api.JournalCsvView.as_view(), name="journal-csv"),
    path("books/<slug:slug>/journal.txt", api.JournalTextView.as_view(), name="journal-txt"),
    path("books/<slug:slug>/reports/", report_api.ReportListView.as_view(), name="reports"),
    path("books/<slug:slug>/reports/<slug:kind>/", report_api.ReportApiView.as_view(), name="report"),
    path("books/<slug:slug>/reports/<slug:kind>.csv", report_api.ReportCsvView.as_view(), name="report-csv"),
    path("books/<slug:slug>/reports/<slug:kind>.xlsx", report_api.ReportXlsxView.as_view(), name="report-xlsx"),
    path("books/<slug:slug>/reports/<slug:kind>.pdf", report_api.ReportPdfView.as_view(), name="report-pdf"),
]
