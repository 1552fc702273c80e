"""Refusals in the shape and with the words that Stripe uses."""

from typing import Any


class StripeError(Exception):
    """An answer other than 200.

    `is_saved` says whether the answer is kept under the idempotency key: Stripe keeps what happened once the work
    began, and forgets refusals made before it (a parameter that is wrong, a key in use, a rate limit).
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's own name for the field.
        code: str | None = None,
        param: str | None = None,
        is_saved: bool = True,
        **facts: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_saved = is_saved
        self.error: dict[str, Any] = {"message": message, "type": type}
        if code is not None:
            self.error["code"] = code
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param is not None:
            self.error["param"] = param
        self.error.update(facts)

    @property
    def body(self) -> dict[str, Any]:
        """The answer as Stripe sends it."""
        return {"error": self.error}


def missing(kind: str, object_id: str, *, param: str) -> StripeError:
    """Return the refusal for an object that this account does not have."""
    return StripeError(404, f"No such {kind}: '{object_id}'", code="resource_missing", param=param)


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> StripeError:
    """Return the refusal of a parameter, made before any work began."""
    return StripeError(400, message, code=code, param=param, is_saved=False)


def parameter_missing(param: str) -> StripeError:
    """Return the refusal for a parameter that must be given."""
    return invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")


def conflict(message: str, *, code: str, param: str | None = None) -> StripeError:
    """Return the refusal for something that the state of the object does not allow."""
    return StripeError(400, message, code=code, param=param)
