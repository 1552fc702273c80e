"""Whatever is sent, the stand-in refuses with 4xx: a 500 is only ever one that was asked for."""

from __future__ import annotations

import pytest
import requests

from tests.standin.process import ACCOUNT, Standin

HEADERS = {"Authorization": "Bearer sk_test_x", "Stripe-Account": ACCOUNT}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe=1",
        b"a[b=1",
        b"[a]=1",
        b"mode=payment&mode[x]=1",
        b"line_items=1",
        b"line_items[x][quantity]=1",
        "line_items[²][quantity]=1".encode(),
        b"line_items[0]=1",
        b"metadata=1",
        b"metadata[a][b]=1",
        b"expand=payment_intent",
        b"mode=payment&success_url[]=http://x.test",
        b"mode=payment&expires_at=99999999999999999999",
        b"mode=payment&expires_at=1e400",
        b"mode=%00",
        b"&&&===",
        b"a" * 100_000,
    ],
)
def test_malformed_body_is_a_bad_request(standin: Standin, body: bytes):
    for path in ("checkout/sessions", "payment_intents", "refunds", "customers"):
        answer = requests.post(f"{standin.base_url}/v1/{path}", data=body, headers=HEADERS | FORM, timeout=20)
        assert 400 <= answer.status_code < 500, (path, answer.text)
        assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "query", ["limit=x", "limit=-1", "created[gt]=x", "created[near]=1", "created[gt][gt]=1", "nonsense=1", "expand[]="]
)
def test_malformed_query_is_a_bad_request(standin: Standin, query: str):
    answer = requests.get(f"{standin.base_url}/v1/charges?{query}", headers=HEADERS, timeout=20)

    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", b"\xff"),
        ("clock", b"[]"),
        ("clock", b'{"days": 1e9}'),
        ("clock", b'{"days": 100000000000}'),
        ("accounts/acct_tests/float", b'{"amount": 1000000000000000000000}'),
        ("accounts/acct_tests/float", b'{"amount": true}'),
        ("faults", b'{"kind": "slow", "seconds": "long"}'),
        ("webhooks/mode", b'{"mode": "late", "seconds": 1e300}'),
        ("checkout/cs_test_none/pay", b'{"card": "4111111111111111"}'),
        ("disputes", b"{}"),
        ("refunds/re_none/fail", b"{}"),
    ],
)
def test_malformed_control_is_refused(standin: Standin, path: str, body: bytes):
    answer = requests.post(f"{standin.base_url}/_control/{path}", data=body, timeout=20)

    assert answer.status_code in (400, 404), answer.text


@pytest.mark.parametrize(
    ("button", "typed"),
    [
        ("float", {"id": "acct_nobody", "value": "1"}),
        ("float", {"id": ACCOUNT, "value": "-5"}),
        ("clock", {"value": "soon"}),
        ("dispute", {"id": "ch_none"}),
        ("close-dispute", {}),
        ("fail-refund", {"id": "re_none"}),
    ],
)
def test_button_pressed_by_hand_is_refused(standin: Standin, button: str, typed: dict[str, str]):
    answer = requests.post(f"{standin.base_url}/room/{button}", data=typed, allow_redirects=False, timeout=20)

    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_not_known(standin: Standin, method: str):
    answer = requests.request(method, f"{standin.base_url}/v1/refunds", headers=HEADERS, timeout=20)

    assert answer.status_code == 404
