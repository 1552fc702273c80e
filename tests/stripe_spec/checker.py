"""Checks requests and replies against Stripe's published OpenAPI document, version 2026-05-27.dahlia.

    spec = load_spec()
    spec.check_request("POST", "/v1/refunds", "payment_intent=pi_1&amount=500")
    spec.check_response("POST", "/v1/refunds", 200, {...})

The document leaves objects open; here each object that names its properties is closed, in requests and in replies, so
that a misspelt parameter or field is found.
"""

from __future__ import annotations

import copy
import functools
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

DOCUMENT = Path(__file__).resolve().parent / "stripe-2026-05-27.dahlia.json.gz"
METHODS = ("get", "post", "delete")
FIRST_ERROR_STATUS = 400
MOST_PROBLEMS = 8

Schema = dict[str, Any]


class SpecError(AssertionError):
    """A request or a reply that Stripe's document does not allow."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    pattern: re.Pattern[str]
    facts: Schema

    @property
    def name(self) -> str:
        return str(self.facts["operationId"])


class Spec:
    """The document, ready to check with."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self.version: str = document["info"]["version"]
        self._operations = sorted(_list_operations(document), key=lambda operation: operation.path.count("{"))
        self._components = _close(_with_null(copy.deepcopy(document["components"])))
        self._requests = functools.cache(self._make_request_schema)
        self._responses = functools.cache(self._make_response_validator)

    def find(self, method: str, path: str) -> Operation:
        """Return the operation for a method and a path; literal paths go before those with ids."""
        for operation in self._operations:
            if operation.method == method.lower() and operation.pattern.match(path):
                return operation
        message = f"no such Stripe operation among those vendored: {method} {path}"
        raise SpecError(message)

    def check_request(self, method: str, path: str, encoded: str) -> Schema:
        """Check a form body (or the query string of a GET).

        Returns:
            The parameters, with the types that the document gives them.

        Raises:
            SpecError: an unknown operation, or a parameter that is unknown, missing or of the wrong kind.
        """
        operation = self.find(method, path)
        schema, validator = self._requests(operation)
        parameters: Schema = _coerce(_unflatten(parse_qsl(encoded, keep_blank_values=True)), schema)
        _raise_for(f"{method} {path}", validator, parameters)
        return parameters

    def check_response(self, method: str, path: str, status: int, body: Any) -> None:
        """Check a reply; one of 400 and above against the document's shape of errors.

        Raises:
            SpecError: a field that is unknown, missing or of the wrong kind.
        """
        kind = "default" if status >= FIRST_ERROR_STATUS else "200"
        _raise_for(f"reply {status} to {method} {path}", self._responses(self.find(method, path), kind), body)

    def check_object(self, name: str, shown: Any) -> None:
        """Check an object by its name in the document, such as the one inside an event.

        Raises:
            SpecError: a field that is unknown, missing or of the wrong kind.
        """
        _raise_for(name, self._make_validator({"$ref": f"#/components/schemas/{name}"}), shown)

    def _make_request_schema(self, operation: Operation) -> tuple[Schema, Any]:
        if operation.method == "post":
            content = operation.facts.get("requestBody", {}).get("content", {})
            found = next(iter(content.values()))["schema"] if content else {"type": "object", "properties": {}}
        else:
            found = _query_schema(operation)
        schema = _close(copy.deepcopy(found))
        if not schema.get("required"):
            schema.pop("required", None)
        return schema, jsonschema_rs.Draft4Validator(schema)

    def _make_response_validator(self, operation: Operation, kind: str) -> Any:
        content = operation.facts["responses"][kind]["content"]["application/json"]
        return self._make_validator(_close(_with_null(copy.deepcopy(content["schema"]))))

    def _make_validator(self, schema: Schema) -> Any:
        return jsonschema_rs.Draft4Validator({"components": self._components, "allOf": [schema]})


def _list_operations(document: Schema) -> list[Operation]:
    return [
        Operation(method, path, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + r"\Z"), facts)
        for path, operations in document["paths"].items()
        for method, facts in operations.items()
        if method in METHODS
    ]


def _query_schema(operation: Operation) -> Schema:
    parameters = [parameter for parameter in operation.facts.get("parameters", []) if parameter["in"] == "query"]
    return {
        "type": "object",
        "properties": {parameter["name"]: parameter["schema"] for parameter in parameters},
        "required": [parameter["name"] for parameter in parameters if parameter.get("required")],
    }


def _raise_for(what: str, validator: Any, instance: Any) -> None:
    problems = [
        f"{'.'.join(map(str, error.instance_path)) or '(whole)'}: {error.message[:200]}"
        for error in validator.iter_errors(instance)
    ]
    if problems:
        message = f"{what}: {'; '.join(problems[:MOST_PROBLEMS])}"
        raise SpecError(message)


def _close(schema: Any) -> Any:
    """Allow only the properties that are named, wherever some are, and open what Stripe itself does not check."""
    if isinstance(schema, list):
        return [_close(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {
        key: {name: _close(part) for name, part in value.items()} if key == "properties" else _close(value)
        for key, value in schema.items()
    }
    if (
        isinstance(closed.get("properties"), dict)
        and "additionalProperties" not in closed
        and closed.get("type") == "object"
    ):
        closed["additionalProperties"] = False
    if closed.get("x-stripeBypassValidation"):
        closed.pop("enum", None)
    return closed


def _with_null(schema: Any) -> Any:
    """Say `nullable`, which is OpenAPI's, in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_with_null(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _with_null(value) for key, value in schema.items()}
    if found.get("nullable") is True:
        del found["nullable"]
        return {"anyOf": [found, {"type": "null"}]}
    return found


def _unflatten(pairs: list[tuple[str, str]]) -> Schema:
    """Return the nested parameters that bracketed names mean."""
    root: Schema = {}
    for name, value in pairs:
        head = name.partition("[")[0]
        keys = [head, *re.findall(r"\[([^\]]*)\]", name)]
        level = root
        for key in keys[:-1]:
            level = level.setdefault(key, {})
        level[keys[-1] or str(len(level))] = value
    return root


def _coerce(value: Any, schema: Schema) -> Any:
    """Give the texts of a form body the types that the schema wants; a wrong one stays as it is, to be reported."""
    alternatives = schema.get("anyOf")
    if alternatives:
        return _coerce_to_any(value, alternatives)
    kind = schema.get("type")
    if kind == "object" and isinstance(value, dict):
        return _coerce_object(value, schema)
    if kind == "array" and isinstance(value, dict) and all(key.isdigit() for key in value):
        return [
            _coerce(part, schema.get("items", {})) for _, part in sorted(value.items(), key=lambda item: int(item[0]))
        ]
    if isinstance(value, str):
        return _coerce_text(value, kind)
    return value


def _coerce_to_any(value: Any, alternatives: list[Schema]) -> Any:
    for alternative in alternatives:
        coerced = _coerce(value, alternative)
        if jsonschema_rs.Draft4Validator(alternative).is_valid(coerced):
            return coerced
    objects = [alternative for alternative in alternatives if alternative.get("type") == "object"]
    return _coerce(value, objects[0]) if objects and isinstance(value, dict) else value


def _coerce_object(value: Schema, schema: Schema) -> Schema:
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties")
    usual = others if isinstance(others, dict) else {}
    return {key: _coerce(part, properties.get(key) or usual) for key, part in value.items()}


def _coerce_text(value: str, kind: str | None) -> Any:
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


@functools.cache
def load_spec() -> Spec:
    """Return the vendored document; it is read once."""
    return Spec(json.loads(gzip.decompress(DOCUMENT.read_bytes())))
