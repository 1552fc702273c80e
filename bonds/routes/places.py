"""Where things are: the beginnings of addresses. `<slug>` is the organisation from whose standpoint one looks."""

from __future__ import annotations

from typing import Final

CONTRACTS: Final = "groups/<slug:slug>/contracts"
CONTRACT: Final = f"{CONTRACTS}/<slug:reference>"
VERSION: Final = f"{CONTRACT}/versions/<int:number>"
STEP: Final = f"{CONTRACT}/terms/<slug:step>"
CLAIM: Final = f"{CONTRACT}/claims/<int:number>"
LINE: Final = f"{CONTRACT}/claims/lines/<slug:line>"
REPORT: Final = f"{CONTRACT}/investor-reports/<int:number>"
INVOICE: Final = f"{CONTRACT}/invoices/<int:number>"
