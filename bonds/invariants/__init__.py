"""What must always hold of outcome contracts, a file for each subject; each says what enforces it."""

from bonds.invariants.advances import ADVANCE_INVARIANTS
from bonds.invariants.claims import CLAIM_INVARIANTS
from bonds.invariants.investor_endings import ENDING_INVARIANTS
from bonds.invariants.investor_reports import REPORT_INVARIANTS
from bonds.invariants.investors import INVESTOR_INVARIANTS
from bonds.invariants.notices import NOTICE_INVARIANTS
from bonds.invariants.plans import PLAN_INVARIANTS
from bonds.invariants.providers import PROVIDER_INVARIANTS
from bonds.invariants.recognition import RECOGNITION_INVARIANTS
from bonds.invariants.withholding import TAX_INVARIANTS

INVARIANTS = (
    *CLAIM_INVARIANTS,
    *ADVANCE_INVARIANTS,
    *RECOGNITION_INVARIANTS,
    *INVESTOR_INVARIANTS,
    *NOTICE_INVARIANTS,
    *REPORT_INVARIANTS,
    *PROVIDER_INVARIANTS,
    *ENDING_INVARIANTS,
    *TAX_INVARIANTS,
    *PLAN_INVARIANTS,
)

__all__ = ["INVARIANTS"]
