"""Addresses of the treasurer's rooms."""

from django.urls import path

from treasury import api, views
from treasury.api import imports as import_api
from treasury.api import journal_files as journal_file_api
from treasury.api import journals as journal_api
from treasury.api import reports as report_api
from treasury.api import words as words_api
from treasury.api import years as year_api
from treasury.views import imports as import_views
from treasury.views import journal_acts, journals, words
from treasury.views import reports as report_views
from treasury.views import years as year_views

app_name = "treasury"
JOURNALS = "groups/<slug:slug>/books/<slug:book>/journals"
JOURNAL = f"{JOURNALS}/<slug:journal>"
JOURNAL_API = "books/<slug:slug>/manual-journals/<slug:journal>"

urlpatterns = [
    path("groups/<slug:slug>/books/", views.BooksView.as_view(), name="books"),
    path("groups/<slug:slug>/books/month-end/", views.MonthEndView.as_view(), name="month-end"),
    path("groups/<slug:slug>/books/<slug:book>/", views.BookView.as_view(), name="book"),
    path("groups/<slug:slug>/books/<slug:book>/entries/<slug:entry>/", views.EntryView.as_view(), name="entry"),
    path(
        "groups/<slug:slug>/books/<slug:book>/entries/<slug:entry>/erase-words/",
        words.EraseEntryWordsView.as_view(),
        name="entry-erase-words",
    ),
    path("groups/<slug:slug>/books/<slug:book>/entries/", views.EntriesView.as_view(), name="find-entries"),
    path("groups/<slug:slug>/books/<slug:book>/accounts/", views.ChartView.as_view(), name="chart"),
    path("groups/<slug:slug>/books/<slug:book>/accounts/add/", views.AddAccountView.as_view(), name="add-account"),
    path(
        "groups/<slug:slug>/books/<slug:book>/accounts/close/",
        views.RetireAccountView.as_view(),
        name="retire-account",
    ),
    path("groups/<slug:slug>/books/<slug:book>/accounts/<slug:code>/", views.AccountView.as_view(), name="account"),
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
    path("groups/<slug:slug>/financial-year/", year_views.FinancialYearView.as_view(), name="financial-year"),
    path(
        "groups/<slug:slug>/books/<slug:book>/reports/kept/<slug:report_file>/",
        report_views.KeptReportView.as_view(),
        name="kept-report",
    ),
    path("groups/<slug:slug>/journals/", journals.JournalsView.as_view(), name="journals"),
    path("groups/<slug:slug>/journal-limit/", journal_acts.JournalLimitView.as_view(), name="journal-limit"),
    path(f"{JOURNALS}/", journals.JournalsView.as_view(), name="book-journals"),
    path(f"{JOURNALS}/new/", journals.JournalFormView.as_view(), name="journal-new"),
    path(f"{JOURNALS}/check/", journals.JournalCheckView.as_view(), name="journal-check"),
    path(f"{JOURNAL}/", journals.JournalPageView.as_view(), name="journal"),
    path(f"{JOURNAL}/change/", journals.JournalFormView.as_view(), name="journal-edit"),
    path(f"{JOURNAL}/submit/", journal_acts.SubmitJournalView.as_view(), name="journal-submit"),
    path(f"{JOURNAL}/approve/", journal_acts.ApproveJournalView.as_view(), name="journal-approve"),
    path(f"{JOURNAL}/refuse/", journal_acts.RefuseJournalView.as_view(), name="journal-refuse"),
    path(f"{JOURNAL}/withdraw/", journal_acts.WithdrawJournalView.as_view(), name="journal-withdraw"),
    path(f"{JOURNAL}/reverse/", journal_acts.ReverseJournalView.as_view(), name="journal-reverse"),
    path(f"{JOURNAL}/erase-words/", words.EraseJournalWordsView.as_view(), name="journal-erase-words"),
    path(f"{JOURNAL}/files/", journal_acts.AttachFileView.as_view(), name="journal-attach"),
    path(f"{JOURNAL}/files/<slug:file>/", journal_acts.JournalFileView.as_view(), name="journal-file"),
    path(f"{JOURNAL}/files/<slug:file>/take-off/", journal_acts.DetachFileView.as_view(), name="journal-detach"),
    path("groups/<slug:slug>/books/<slug:book>/import/", import_views.ImportView.as_view(), name="import"),
    path(
        "groups/<slug:slug>/books/<slug:book>/import/post/",
        import_views.ConfirmImportView.as_view(),
        name="import-confirm",
    ),
    path(
        "groups/<slug:slug>/books/<slug:book>/imports/<slug:imported>/",
        import_views.ImportedView.as_view(),
        name="imported",
    ),
    path(
        "groups/<slug:slug>/books/<slug:book>/imports/<slug:imported>/file/",
        import_views.ImportFileView.as_view(),
        name="import-file",
    ),
]
api_urlpatterns = [
    path("books/", api.BookListView.as_view(), name="books"),
    path("books/<slug:slug>/trial-balance/", api.TrialBalanceView.as_view(), name="trial-balance"),
    path("books/<slug:slug>/entries/", api.EntryListView.as_view(), name="entries"),
    path(
        "books/<slug:slug>/entries/<slug:entry>/words/erasure/",
        words_api.EraseEntryWordsApi.as_view(),
        name="entry-words-erasure",
    ),
    path("books/<slug:slug>/accounts/", api.AccountsApi.as_view(), name="accounts"),
    path("books/<slug:slug>/accounts/<slug:code>/closing/", api.RetireAccountApi.as_view(), name="account-closing"),
    path("books/<slug:slug>/holds/", api.HoldsApi.as_view(), name="holds"),
    path("books/<slug:slug>/closings/", api.ClosingsApi.as_view(), name="closings"),
    path("books/<slug:slug>/year-ends/", api.YearEndsApi.as_view(), name="year-ends"),
    path("books/<slug:slug>/financial-year/", year_api.FinancialYearApi.as_view(), name="financial-year"),
    path("books/<slug:slug>/journal.csv", api.JournalCsvView.as_view(), name="journal-csv"),
    path("books/<slug:slug>/journal.txt", api.JournalTextView.as_view(), name="journal-txt"),
    path("books/<slug:slug>/reports/", report_api.ReportListView.as_view(), name="reports"),
    path("books/<slug:slug>/reports/<slug:kind>/", report_api.ReportApiView.as_view(), name="report"),
    path("books/<slug:slug>/reports/<slug:kind>.csv", report_api.ReportCsvView.as_view(), name="report-csv"),
    path("books/<slug:slug>/reports/<slug:kind>.xlsx", report_api.ReportXlsxView.as_view(), name="report-xlsx"),
    path("books/<slug:slug>/reports/<slug:kind>.pdf", report_api.ReportPdfView.as_view(), name="report-pdf"),
    path(
        "books/<slug:slug>/reports/kept/<slug:report_file>/",
        report_api.KeptReportApi.as_view(),
        name="kept-report",
    ),
    path("books/<slug:slug>/manual-journals/", journal_api.JournalListView.as_view(), name="manual-journals"),
    path(
        "books/<slug:slug>/manual-journals/check/", journal_api.JournalCheckApi.as_view(), name="manual-journal-check"
    ),
    path(f"{JOURNAL_API}/", journal_api.JournalView.as_view(), name="manual-journal"),
    path(f"{JOURNAL_API}/submit/", journal_api.SubmitJournalApi.as_view(), name="manual-journal-submit"),
    path(f"{JOURNAL_API}/post/", journal_api.PostJournalApi.as_view(), name="manual-journal-post"),
    path(f"{JOURNAL_API}/approve/", journal_api.ApproveJournalApi.as_view(), name="manual-journal-approve"),
    path(f"{JOURNAL_API}/refuse/", journal_api.RefuseJournalApi.as_view(), name="manual-journal-refuse"),
    path(f"{JOURNAL_API}/withdraw/", journal_api.WithdrawJournalApi.as_view(), name="manual-journal-withdraw"),
    path(f"{JOURNAL_API}/files/", journal_file_api.JournalFilesApi.as_view(), name="manual-journal-files"),
    path(f"{JOURNAL_API}/files/<slug:file>/", journal_file_api.JournalFileApi.as_view(), name="manual-journal-file"),
    path(
        "books/<slug:slug>/manual-journal-limit/",
        journal_file_api.JournalLimitApi.as_view(),
        name="manual-journal-limit",
    ),
    path(f"{JOURNAL_API}/reverse/", journal_api.ReverseJournalApi.as_view(), name="manual-journal-reverse"),
    path(
        f"{JOURNAL_API}/words/erasure/",
        words_api.EraseJournalWordsApi.as_view(),
        name="manual-journal-words-erasure",
    ),
    path("books/<slug:slug>/imports/", import_api.ImportsApi.as_view(), name="imports"),
]
