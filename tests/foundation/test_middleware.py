import pytest
from django.test import RequestFactory

from core.errors import DomainError, InvalidInput, NotAllowed, NotFound
from foundation.middleware import RefusalMiddleware
from foundation.ratelimits import TooManyAttempts


def answer(error):
    request = RequestFactory().get("/me/")
    return RefusalMiddleware(lambda _request: None).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAllowed("Only officers."), 403),
        (NotFound("No such offer."), 404),
        (TooManyAttempts("Wait.", retry_after=9), 429),
    ],
)
@pytest.mark.django_db
def test_refusal_that_no_view_caught_becomes_its_page(error, status):
    response = answer(error)

    assert response.status_code == status
    assert b"<h1" in response.content
    assert response.get("Retry-After") == ("9" if status == 429 else None)


@pytest.mark.parametrize("error", [DomainError("x"), InvalidInput("x"), ValueError("x")])
def test_other_errors_stay_errors(error):
    assert answer(error) is None
