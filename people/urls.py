"""Addresses of people and groups."""

from __future__ import annotations

from django.urls import URLPattern, path

from people.api import MeView
from people.views import demo, groups, keys, me

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("me/", me.HomeView.as_view(), name="me"),
    path("me/profile/", me.ProfileView.as_view(), name="profile"),
    path("me/particulars/", me.ParticularsView.as_view(), name="particulars"),
    path("me/data/", me.DataView.as_view(), name="data"),
    path("me/data/download/", me.DownloadDataView.as_view(), name="data_download"),
    path("me/data/erase/", me.EraseDataView.as_view(), name="data_erase"),
    path("me/keys/", keys.KeysView.as_view(), name="keys"),
    path("me/keys/<str:public_id>/revoke/", keys.RevokeKeyView.as_view(), name="key_revoke"),
    path("groups/<slug:slug>/", groups.GroupHomeView.as_view(), name="group"),
    path("groups/<slug:slug>/officers/", groups.OfficersView.as_view(), name="officers"),
    path("groups/<slug:slug>/officers/<str:public_id>/end/", groups.EndRoleView.as_view(), name="role_end"),
]
api_urlpatterns: list[URLPattern] = [path("me/", MeView.as_view(), name="me")]
demo_urlpatterns: list[URLPattern] = [
    path("codes/", demo.CodesView.as_view(), name="codes"),
    path("mail/", demo.MailListView.as_view(), name="mail"),
    path("mail/<str:public_id>/", demo.MailView.as_view(), name="mail_message"),
    path("mail/<str:public_id>/body/", demo.MailBodyView.as_view(), name="mail_body"),
]
