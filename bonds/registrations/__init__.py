"""What outcome contracts register with the rooms below, a file for each subject."""

from bonds.registrations import (
    changes,
    claims,
    contracts,
    investor_reports,
    investors,
    invoices,
    uploads,
)

SUBJECTS = (
    contracts,
    uploads,
    changes,
    claims,
    invoices,
    investors,
    investor_reports,
)
from bonds.registrations import checks, claims, contracts, investor_reports, investors, invoices, uploads

SUBJECTS = (contracts, uploads, claims, invoices, investors, investor_reports, checks)


def register_all() -> None:
    """Register everything; called once, when the models are loaded."""
    for subject in SUBJECTS:
        subject.register()
