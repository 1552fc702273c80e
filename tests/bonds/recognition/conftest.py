"""The till of the invoice pages, on the day of the invoices."""

from tests.bonds.invoice_pages.conftest import _on_the_day, till

__all__ = ["_on_the_day", "till"]
