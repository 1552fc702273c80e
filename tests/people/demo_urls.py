"""The site's addresses with those that only the demonstration has."""

from __future__ import annotations

from django.urls import include, path

import people.urls
from config import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [
    *urls.urlpatterns,
    path("demo/", include((people.urls.demo_urlpatterns, "demo"))),
]
