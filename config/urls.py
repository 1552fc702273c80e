"""Every address of the site."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

import bonds.urls
import documents.urls
import foundation.urls
import marketplace.urls
import payments.urls
import people.urls
import shares.urls
import treasury.urls

ROOMS = (foundation, people, documents, payments, shares, bonds, treasury, marketplace)

api_urlpatterns = [
    *[pattern for room in ROOMS for pattern in room.urls.api_urlpatterns],
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
]

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include((api_urlpatterns, "api"))),
    *[path("", include((room.urls.urlpatterns, room.__name__))) for room in ROOMS],
]
if settings.DEMO:
    urlpatterns += [path("demo/", include((people.urls.demo_urlpatterns, "demo")))]

handler400 = "foundation.views.bad_request"
handler403 = "foundation.views.forbidden"
handler404 = "foundation.views.not_found"
handler500 = "foundation.views.server_error"
