"""Cut Stripe's published OpenAPI document down to what this project uses.

    python tests/stripe_spec/trim.py PATH-TO/full-document.json.gz

What is cut: other paths, prose, lengths of texts in replies, and resources that none of our replies holds. What stays
is unchanged: the whole request of each operation, and the whole reply with every component that it can hold. A resource
that was cut is a plain object in its place.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TRIMMED = HERE / "stripe-2026-05-27.dahlia.json.gz"

OPERATIONS: dict[str, tuple[str, ...]] = {
    "/v1/account": ("get",),
    "/v1/accounts/{account}": ("get",),
    "/v1/balance": ("get",),
    "/v1/balance_transactions": ("get",),
    "/v1/balance_transactions/{id}": ("get",),
    "/v1/charges": ("get",),
    "/v1/charges/{charge}": ("get",),
    "/v1/checkout/sessions": ("get", "post"),
    "/v1/checkout/sessions/{session}": ("get",),
    "/v1/checkout/sessions/{session}/expire": ("post",),
    "/v1/checkout/sessions/{session}/line_items": ("get",),
    "/v1/customers": ("get", "post"),
    "/v1/customers/{customer}": ("get",),
    "/v1/disputes": ("get",),
    "/v1/disputes/{dispute}": ("get",),
    "/v1/disputes/{dispute}/close": ("post",),
    "/v1/events": ("get",),
    "/v1/events/{id}": ("get",),
    "/v1/payment_intents": ("get", "post"),
    "/v1/payment_intents/{intent}": ("get",),
    "/v1/payment_intents/{intent}/cancel": ("post",),
    "/v1/payment_intents/{intent}/confirm": ("post",),
    "/v1/refunds": ("get", "post"),
    "/v1/refunds/{refund}": ("get",),
    "/v1/topups": ("get", "post"),
    "/v1/topups/{topup}": ("get",),
}

# Resources that our replies hold, expanded or not.
RESOURCES = {
    "account", "api_errors", "balance", "balance_transaction", "charge", "checkout.session", "customer", "dispute",
    "event", "item", "payment_intent", "price", "refund", "topup",
}  # fmt: skip
PROSE = {"description", "title", "x-expansionResources", "x-expandableFields", "x-stripeMostCommon"}
LENGTHS = {"maxLength"}
REFERENCE = "#/components/schemas/"


def trim(document: dict[str, Any]) -> dict[str, Any]:
    """Return the part of the document that this project uses."""
    paths = {
        path: {method: _keep_operation(document["paths"][path][method]) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    schemas = document["components"]["schemas"]
    kept: dict[str, Any] = {}
    wanted = _references(paths)
    while wanted:
        name = wanted.pop()
        if name in kept:
            continue
        kept[name] = (
            _without_prose(schemas[name], cut=PROSE | LENGTHS) if _is_kept(schemas[name], name) else {"type": "object"}
        )
        wanted |= _references(kept[name]) - kept.keys()
    return {
        "openapi": document["openapi"],
        "info": {"title": "Stripe API, trimmed", "version": document["info"]["version"], "license": {"name": "MIT"}},
        "paths": paths,
        "components": {"schemas": dict(sorted(kept.items()))},
    }


def _is_kept(schema: dict[str, Any], name: str) -> bool:
    return name in RESOURCES or "x-resourceId" not in schema


def _keep_operation(operation: dict[str, Any]) -> dict[str, Any]:
    wanted = {
        key: operation[key] for key in ("operationId", "parameters", "requestBody", "responses") if key in operation
    }
    kept: dict[str, Any] = _without_prose(wanted, cut=PROSE)
    return kept


def _without_prose(part: Any, *, cut: set[str], is_properties: bool = False) -> Any:
    """Leave out the keys to cut, but not properties that happen to have such a name."""
    if isinstance(part, dict):
        return {
            key: _without_prose(value, cut=cut, is_properties=key == "properties" and not is_properties)
            for key, value in part.items()
            if is_properties or key not in cut
        }
    if isinstance(part, list):
        return [_without_prose(value, cut=cut) for value in part]
    return part


def _references(part: Any) -> set[str]:
    if isinstance(part, dict):
        found = {part["$ref"].removeprefix(REFERENCE)} if isinstance(part.get("$ref"), str) else set()
        return found.union(*(_references(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(_references(value) for value in part))
    return set()


def main() -> None:
    """Read the full document named on the command line, write the trimmed one beside this file."""
    source = Path(sys.argv[1]).read_bytes()
    document = json.loads(gzip.decompress(source) if source.startswith(b"\x1f\x8b") else source)
    text = json.dumps(trim(document), separators=(",", ":"), sort_keys=True)
    # No time and no name in the header: the same input gives the same bytes.
    TRIMMED.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    sys.stdout.write(f"{TRIMMED.name}: {len(text)} characters, {TRIMMED.stat().st_size} bytes packed\n")


if __name__ == "__main__":
    main()
