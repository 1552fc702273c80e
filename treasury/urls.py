"""Addresses of the treasurer's rooms."""

from django.urls import path

from treasury import api, views

app_name = "treasury"

urlpatterns = [
    path("groups/<slug:slug>/books/", views.BooksView.as_view(), name="books"),
    path("groups/<slug:slug>/books/month-end/", views.MonthEndView.as_view(), name="month-end"),
    path("groups/<slug:slug>/books/<slug:book>/", views.BookView.as_view(), name="book"),
    path("groups/<slug:slug>/books/<slug:book>/accounts/<slug:code>/", views.AccountView.as_view(), name="account"),
    path("groups/<slug:slug>/books/<slug:book>/entries/<slug:entry>/", views.EntryView.as_view(), name="entry"),
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
]
api_urlpatterns = [
    path("books/", api.BookListView.as_view(), name="books"),
    path("books/<slug:slug>/trial-balance/", api.TrialBalanceView.as_view(), name="trial-balance"),
    path("books/<slug:slug>/entries/", api.EntryListView.as_view(), name="entries"),
    path("books/<slug:slug>/journal.csv", api.JournalCsvView.as_view(), name="journal-csv"),
    path("books/<slug:slug>/journal.txt", api.JournalTextView.as_view(), name="journal-txt"),
]
