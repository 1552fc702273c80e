"""What outcome contracts register with the rooms below, a file for each subject."""

from bonds.registrations import (
    advances,
    changes,
    checks,
    claims,
    contracts,
    endings,
    investor_reports,
    investors,
    invoices,
    providers,
    uploads,
)

SUBJECTS = (
    contracts,
    uploads,
    changes,
    claims,
    checks,
    invoices,
    advances,
    investors,
    investor_reports,
    providers,
    endings,
)


def register_all() -> None:
    """Register everything; called once, when the models are loaded."""
    for subject in SUBJECTS:
        subject.register()
