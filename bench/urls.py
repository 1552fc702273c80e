"""The site's addresses and those of the yardsticks."""

from django.urls import path

from bench import yardsticks
from config import urls as site

urlpatterns = [
    path("bench/row/", yardsticks.write_row),
    path("bench/static/", yardsticks.static_page),
    *site.urlpatterns,
]
handler400, handler403, handler404, handler500 = site.handler400, site.handler403, site.handler404, site.handler500
