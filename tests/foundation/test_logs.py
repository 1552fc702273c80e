import json
import logging

import pytest
import structlog

from foundation.logs import MASK, keep_personal_data_out


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
