"""Addresses of outcome contracts: pages and REST, joined from the files of `bonds.routes`."""

from __future__ import annotations

from typing import Final

from bonds.routes import (
    advances,
    changes,
    checks,
    claims,
    contracts,
    endings,
    investor_reports,
    investors,
    invoices,
    overpayments,
    overview,
    plans,
    providers,
    publishing,
    results,
)

app_name = "bonds"
SUBJECTS: Final = (
    contracts,
    results,
    checks,
    claims,
    overview,
    plans,
    changes,
    investor_reports,
    investors,
    providers,
    publishing,
    invoices,
    overpayments,
    advances,
    endings,
)
urlpatterns = [pattern for subject in SUBJECTS for pattern in subject.urlpatterns]
api_urlpatterns = [pattern for subject in SUBJECTS for pattern in subject.api_urlpatterns]
