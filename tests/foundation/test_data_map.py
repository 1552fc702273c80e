from collections import Counter

from tests.foundation.data_map import (
    COLUMNS,
    MAP,
    NOT_PERSONAL,
    PERSONAL,
    every_field,
    find_fields,
    read_rows,
)


def test_every_field_that_may_hold_words_is_in_the_map():
    listed = {row.field for row in read_rows(MAP.read_text())}

    missing = sorted(set(find_fields()) - listed)

    assert missing == [], "run python -m tests.foundation.data_map and complete docs/data-map.md"


def test_map_names_each_field_once_and_only_fields_that_exist():
    rows = read_rows(MAP.read_text())

    assert [field for field, count in Counter(row.field for row in rows).items() if count > 1] == []
    assert sorted({row.field for row in rows} - every_field()) == []


def test_every_row_is_filled_in():
    rows = read_rows(MAP.read_text())

    assert {row.section for row in rows} == {PERSONAL, NOT_PERSONAL}
    assert [row.field for row in rows if len(row.cells) != COLUMNS[row.section] or not all(row.cells)] == []


def test_reader_sees_models_fields_and_gaps():
    text = f"""
## {PERSONAL}
| Model | Fields | What | Basis | Kept | Erased by |
|---|---|---|---|---|---|
| `people.Person` | `given_name`, `family_name` | name | contract | 6 years | people |
## {NOT_PERSONAL}
| Model | Fields | Holds |
|---|---|---|
| `foundation.Job` | `kind` | |
## Another section
| `foundation.Job` | `key` | x |
"""
    rows = read_rows(text)

    assert [row.field for row in rows] == [
        "people.Person.given_name",
        "people.Person.family_name",
        "foundation.Job.kind",
    ]
    assert all(rows[0].cells)
    assert not all(rows[2].cells)
