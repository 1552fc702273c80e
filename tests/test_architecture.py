"""The house rules that no linter knows: sizes, names, where states are set, which way foreign keys point."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from config.embedded.postgres import ROOT

ROOMS = [
    "marketplace",
    "treasury",
    "shares",
    "bonds",
    "payments",
    "documents",
    "people",
    "ledger",
    "foundation",
    "core",
]
LEVEL = {
    "core": 0, "foundation": 1, "people": 2, "ledger": 2, "payments": 3, "documents": 3,
    "shares": 4, "bonds": 4, "marketplace": 5, "treasury": 5, "config": 6,
}  # fmt: skip
CODE = [*ROOMS, "config", "standin"]
MONEY_ROOMS = ["core", "ledger", "payments", "shares", "bonds", "treasury"]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
# Functions that only write down a long list: Stripe's objects field by field, and the demo's prose.
LISTS = ("standin/shapes/", "config/seed/words.py")
NOT_A_ROOM_S_FILE = {"utils", "helpers", "services", "managers", "misc", "common"}
DOCUMENTED = {"operations", "queries", "law", "arithmetic", "exports"}


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_stay_short():
    long = [
        f"{name(path)}: {lines}"
        for path in python_files(*CODE, "tests", "bench")
        if (lines := len(path.read_text().splitlines())) > MAX_FILE_LINES
    ]

    assert long == []


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring, which is as long as the law needs."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (first.end_lineno or 0) - first.lineno + 1
    return lines


def test_functions_stay_short():
    long = [
        f"{name(path)}:{function.lineno} {function.name}: {lines}"
        for path in python_files(*CODE)
        if not name(path).startswith(LISTS)
        for function in functions(path)
        if (lines := code_lines(function)) > MAX_FUNCTION_LINES
    ]

    assert long == []


def test_public_acts_reads_and_law_are_documented():
    bare = [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in python_files(*ROOMS)
        if DOCUMENTED & ({path.stem} | set(path.parts))
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and not ast.get_docstring(function)
    ]

    assert bare == []


def exported(path: Path) -> set[str]:
    """The names that a package of operations offers to the others; a module offers all of its own."""
    package = path.parent / "__init__.py"
    if path.stem == "operations" or not package.exists():
        return {function.name for function in functions(path)}
    lists = [
        node.value
        for node in ast.parse(package.read_text()).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    return {element.value for found in lists for element in found.elts}  # type: ignore[attr-defined]


def test_public_acts_take_keyword_arguments_only():
    positional = [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in python_files(*ROOMS)
        if path.stem == "operations" or "operations" in path.parts
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef) and function.name in exported(path) and function.args.args
    ]

    assert positional == []


def test_no_floats_near_money():
    floats = [
        f"{name(path)}:{node.lineno}"
        for path in python_files(*MONEY_ROOMS)
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]

    assert floats == []


def test_states_are_set_in_operations_only():
    strays = [
        f"{name(path)}:{node.lineno}"
        for path in python_files(*[room for room in ROOMS if room not in {"core", "foundation"}])
        if path.stem != "operations" and "operations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]

    assert strays == []


def test_the_clock_is_read_at_the_interface_only():
    below = {"operations", "queries", "models", "law", "arithmetic", "states", "policies", "exports", "invariants"}
    readers = [
        f"{name(path)}"
        for path in python_files(*[room for room in ROOMS if room != "foundation"])
        if below & ({path.stem} | set(path.parts)) and "foundation.clock" in path.read_text()
    ]

    assert readers == []


def test_no_file_is_a_drawer_for_odds_and_ends():
    assert [name(path) for path in python_files(*CODE) if path.stem in NOT_A_ROOM_S_FILE] == []


def test_nothing_is_left_for_later():
    words = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError")

    assert [name(path) for path in python_files(*CODE) if words.search(path.read_text())] == []


def test_foreign_keys_point_downwards():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in LEVEL
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model is not None
        and (target := field.related_model._meta.app_label) in LEVEL
        and target != model._meta.app_label
        and LEVEL[target] >= LEVEL[model._meta.app_label]
    ]  # fmt: skip

    assert upward == []


def test_facts_are_not_deleted_in_cascade():
    cascades = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in {"ledger", "shares", "payments", "documents"}
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.many_to_one
        and field.remote_field.on_delete.__name__ in {"CASCADE", "SET_NULL", "SET_DEFAULT"}
    ]  # fmt: skip

    assert cascades == []


def test_public_addresses_never_show_a_row_number():
    patterns = re.compile(r"<int:(pk|id)>|<(pk|id)>")

    assert [
        name(path) for path in python_files(*ROOMS) if path.stem == "urls" and patterns.search(path.read_text())
    ] == []


def test_each_room_has_one_line_of_migrations():
    loader = MigrationLoader(None)

    assert {app: leaves for app in LEVEL if len(leaves := loader.graph.leaf_nodes(app)) > 1} == {}


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN_IN_PAGES = {
    "inline style": re.compile(r"\sstyle\s*=\s*[\"']"),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "event handler": re.compile(r"\son(click|submit|load|change|input|error)\s*=", re.IGNORECASE),
    "external asset": re.compile(
        r"<(script|link|img|iframe|source)[^>]+(src|href)\s*=\s*[\"'](https?:)?//", re.IGNORECASE
    ),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_PAGES)
def test_pages_keep_the_content_security_policy(what):
    pages = [path for path in TEMPLATES if "documents" not in path.parts and "mail" not in path.parts]

    assert [name(path) for path in pages if FORBIDDEN_IN_PAGES[what].search(path.read_text())] == []


def test_no_address_of_a_machine_or_a_registry_is_in_a_file():
    secret = re.compile(r"/root/|/work/|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org")
    folders = [*CODE, "templates", "docs", "scripts", "bench", "tests"]
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    text = [path for path in files if path.suffix in {".py", ".md", ".sh", ".html", ".txt", ".sql", ".css"}]

    assert [name(path) for path in text if path.name != Path(__file__).name and secret.search(path.read_text())] == []
