"""Faults of the API, taken one by one as they were asked for."""

from standin.errors import StripeError
from standin.models import Fault
from standin.store import writing

# Those that strike any answer on its way, a replayed one too, and those that strike only real work.
ON_THE_WAY = ("cut", "rate_limit", "unavailable", "hang_after", "cut_after", "slow")
AT_WORK = ("fail", "fail_after")


def take_fault(operation: str, kinds: tuple[str, ...]) -> Fault | None:
    """Return the oldest fault for this operation, used up once, or None."""
    candidates = Fault.objects.filter(operation__in=(operation, "*"), kind__in=kinds).exclude(remaining=0)
    if not candidates.exists():
        return None
    with writing():
        for fault in candidates.order_by("pk"):
            if fault.skip > 0:
                fault.skip -= 1
                fault.save()
                continue
            if fault.remaining is not None:
                fault.remaining -= 1
                fault.save()
            return fault
    return None


def server_error(*, is_saved: bool = True, status: int = 500) -> StripeError:
    """Return the answer of a server in trouble."""
    message = "An unknown error occurred. This is a fault that the stand-in was told to show."
    return StripeError(status, message, type="api_error", is_saved=is_saved)


def rate_limited() -> StripeError:
    """Return the answer to too many requests."""
    message = "Request rate limit exceeded. This is a fault that the stand-in was told to show."
    return StripeError(429, message, code="rate_limit", is_saved=False)
