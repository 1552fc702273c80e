"""The pages can be reached, lead somewhere, and name what there is: targets, commands, variables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(ROOT.glob("docs/**/*.md"))
READ_FIRST = [ROOT / "README.md", ROOT / "bench" / "README.md", ROOT / "standin" / "README.md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
VARIABLE = re.compile(r"env\.(?:text|flag|number|words)\(\s*\"([A-Z_]+)\"")
# Read beside another one, in one expression that the pattern does not see.
OTHER_VARIABLES = {"DATABASE_OWNER_URL", "DATABASE_URL"}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def links_of(page: Path) -> list[tuple[str, Path]]:
    """Each relative link with the file or folder that it leads to."""
    without_code = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in LINK.findall(without_code)]
    return [(target, (page.parent / target).resolve()) for target in targets if target and "://" not in target]


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        for _, target in links_of(page):
            waiting += sorted(target.glob("*.md")) if target.is_dir() else [target] if target.suffix == ".md" else []

    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("doc", [*READ_FIRST, *PAGES], ids=lambda doc: str(doc.relative_to(ROOT)))
def test_every_link_leads_somewhere(doc):
    assert [target for target, path in links_of(doc) if not path.exists()] == []


def test_every_heading_that_is_linked_to_is_there():
    missing = []
    for page in [*READ_FIRST, *PAGES]:
        for target in LINK.findall(text_of(page)):
            name, mark, anchor = target.partition("#")
            if mark and "://" not in target:
                headings = re.findall(r"^#+ (.+)$", text_of((page.parent / name) if name else page), flags=re.MULTILINE)
                slugs = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
                missing += [f"{page.name}: {target}"] * (anchor not in slugs)

    assert missing == []


def test_every_target_of_make_is_in_the_makefile():
    targets = set(re.findall(r"^([a-z][a-z-]*):", text_of(ROOT / "Makefile"), flags=re.MULTILINE))
    named = {
        target
        for page in [*READ_FIRST, *PAGES]
        for line in re.findall(r"```.*?```|`[^`\n]+`", text_of(page), flags=re.DOTALL)
        for target in re.findall(r"(?:^|`|\n|&& )make ([a-z][a-z-]*)", line)
    }

    assert named >= {"demo", "test", "check"}
    assert named - targets == set()


def test_every_command_of_ours_is_on_a_page_and_every_command_on_a_page_is_one():
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}
    pages = "\n".join(text_of(page) for page in [ROOT / "README.md", *PAGES])
    named = set(re.findall(r"manage\.py ([a-z_]+)", pages))
    of_django = {"migrate", "collectstatic", "check", "shell"}

    assert commands - named == set()
    assert named - commands - of_django == set()


def test_the_variables_of_the_settings_are_those_of_the_page():
    settings = set(VARIABLE.findall(text_of(ROOT / "config" / "settings.py"))) | OTHER_VARIABLES
    rows = [
        line.split("|")[1] for line in text_of(ROOT / "docs" / "operations.md").splitlines() if line.startswith("| `")
    ]
    on_page = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}

    assert settings - on_page == set()
    assert on_page - settings == set()
