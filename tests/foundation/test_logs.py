import ast
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from foundation.logs import ALLOWED_KEYS, MASK, keep_personal_data_out


def clean(**event):
    return keep_personal_data_out(None, "info", event)


def test_listed_keys_stay_and_others_are_dropped_by_name():
    assert clean(event="offer_closed", offer_id="off_1", full_name="Ann O'Hara", postcode="EC1A 1BB") == {
        "event": "offer_closed",
        "offer_id": "off_1",
        "dropped": ["full_name", "postcode"],
    }


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("sent to ann.o'hara+x@mail.example.org.", f"sent to {MASK}."),
        ("Key (email)=(ann@example.org) already exists", f"Key (email)=({MASK}) already exists"),
        ({"to": ["a@b.co", 5]}, {"to": [MASK, 5]}),
        ("no mail here @ all", "no mail here @ all"),
        (12, 12),
    ],
)
def test_what_looks_like_an_email_is_masked(value, masked):
    assert clean(event=value)["event"] == masked


def test_exception_text_is_masked():
    assert clean(event="x", exception="ValueError: ann@example.org")["exception"] == f"ValueError: {MASK}"


def test_query_of_a_request_is_left_out():
    event = clean(event="request_finished", request="GET /accounts/confirm/?key=secret&to=x")

    assert event["request"] == "GET /accounts/confirm/?…"


def test_line_of_the_configured_logger_is_json_without_personal_data(capsys):
    from config.logs import SHARED

    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
        foreign_pre_chain=SHARED,
    )
    record = logging.LogRecord("a.library", logging.INFO, __file__, 1, "mail to %s", ("ann@example.org",), None)

    line = json.loads(formatter.format(record))

    assert line["event"] == f"mail to {MASK}"
    assert line["level"] == "info"


def logged_keys(folder: Path) -> Iterator[str]:
    """Go through the keys of every `log.info(...)` and the like in a folder."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "log"
                and node.func.attr in {"debug", "info", "warning", "error", "exception"}
            ):
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)


@pytest.mark.parametrize(
    "room", ["foundation", "people", "ledger", "payments", "documents", "shares", "treasury", "marketplace", "config"]
)
def test_every_key_that_our_code_logs_is_on_the_list(room):
    assert set(logged_keys(Path(__file__).parents[2] / room)) - ALLOWED_KEYS == set()
