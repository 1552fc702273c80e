"""Files of results are read exactly, and every bad row is named by its line."""

from datetime import date

import pytest

from bonds.arithmetic import uploads
from bonds.arithmetic.uploads import Problem, ResultRow, RowUnusable, read_day, read_results

HEADER = "person,result,achieved_on,quantity,evidence,evidence_on,evidence_number\n"
SHORT = "person,result,achieved_on\n"


def read(text, *, header=HEADER):
    content = text if isinstance(text, bytes) else (header + text).encode()
    return list(read_results(content))


def problems(text, **more):
    found = read(text, **more)
    return [tuple(one) for one in found if isinstance(one, Problem)]


def test_a_row_is_a_result():
    (row,) = read("P-0001,moved_in,2025-04-10,,tenancy,2025-04-09,T-1\n")

    assert row == ResultRow(2, "P-0001", "moved_in", date(2025, 4, 10), 1, "tenancy", date(2025, 4, 9), "T-1")


def test_columns_in_any_order_and_only_those_that_are_needed():
    (row,) = read("10/04/2025,P-0001,work_days\n", header="Achieved_On, PERSON,result\n")

    assert (row.achieved_on, row.metric, row.quantity, row.evidence) == (date(2025, 4, 10), "work_days", 1, "")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_marks_and_line_ends(mark, end):
    text = (SHORT + "P-0001,moved_in,2025-04-10\n").encode().replace(b"\n", end)

    assert [type(one) for one in read(mark + text)] == [ResultRow]


def test_evidence_has_the_day_of_its_result_where_none_is_given():
    (row,) = read("P-0001,moved_in,2025-04-10,,tenancy,,T-1\n")

    assert row.evidence_on == date(2025, 4, 10)


def test_every_bad_row_is_listed_and_none_says_what_stood_in_it():
    rows = [
        "P-0001,moved_in,2025-04-10,,,,",
        "Ada O'Neill,moved_in,2025-04-10,,,,",
        "P-1,moved_in,2025-04-10,,,,",
        ",moved_in,2025-04-10,,,,",
        "P-0001,,2025-04-10,,,,",
        "P-0001,moved in,2025-04-10,,,,",
        "P-0001,moved_in,,,,,",
        "P-0001,moved_in,2025-02-29,,,,",
        "P-0001,moved_in,04-10-2025,,,,",
        "P-0001,moved_in,2025-04-10,0,,,",
        "P-0001,moved_in,2025-04-10,1.5,,,",
        "P-0001,moved_in,2025-04-10,-1,,,",
        "P-0001,moved_in,2025-04-10,100001,,,",
        "P-0001,moved_in,2025-04-10,,tenancy,,",
        "P-0001,moved_in,2025-04-10,,,,T-1",
        "P-0001,moved_in,2025-04-10,,,2025-04-10,",
        "P-0001,moved_in,2025-04-10,,tenancy,yesterday,T-1",
        f"P-0001,moved_in,2025-04-10,,tenancy,,{'x' * 61}",
        "P-0001,moved_in",
        "P-0001,moved_in,2025-04-10,,,,,extra",
        "P-0001,moved_in,2025-04-10,100000,,,",
    ]

    found = problems("\n".join(rows) + "\n")

    assert [line for line, _words in found] == list(range(3, 22))
    words = dict(found)
    assert words[3] == "a person is named by pseudonym, such as P-0001"
    assert words[9] == "there is no such day"
    assert words[10] == "a day is written as 2026-01-31 or 31/01/2026"
    assert words[11] == "the quantity is a whole number from 1 to 100,000"
    assert words[15] == "evidence in a file needs the number of its form; files are added one by one"
    assert words[20] == "the row has more or fewer cells than the header"
    assert not [one for one in words.values() if "Ada" in one]


def test_lines_are_those_of_the_file_also_after_empty_ones_and_quoted_line_ends():
    assert problems('P-0001,moved_in,2025-04-10,,tenancy,,"T\n1"\n\n\nP-0001,,2025-04-10,,,,\n') == [
        (2, "the number of a form has at most 60 characters"),
        (6, "the result is missing, or is not a short name of the contract"),
    ]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (b"\n \n", 1, "the file is empty"),
        (SHORT.encode(), 0, "no rows below its header"),
        (b"person,result\nP-0001,moved_in\n", 1, "names the columns"),
        (b"person,result,achieved_on,name\nP-0001,moved_in,2025-04-10,Ada\n", 1, "no others"),
        (b"person,person,result,achieved_on\n", 1, "names the columns"),
        (SHORT.encode() + b"P-0001,moved_in,2025-04-10\nP-0002,\xff\n", 0, "UTF-8"),
        (SHORT.encode() + b'P-0001,moved_in,"2025-04-10"x\n', 2, "not CSV"),
    ],
)
def test_files_that_cannot_be_read(content, line, words):
    (problem,) = [one for one in read(content) if isinstance(one, Problem)]

    assert problem.line == line
    assert words in problem.problem


def test_a_file_may_have_as_many_rows_and_bytes_as_it_says(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_ROWS", 2)
    row = "P-0001,moved_in,2025-04-10\n"
    assert problems(row * 2, header=SHORT) == []
    assert problems(row * 3, header=SHORT) == [(4, "the file has more than 2 rows")]
    size = len((SHORT + row).encode())
    monkeypatch.setattr(uploads, "MAX_BYTES", size)
    assert problems(row, header=SHORT) == []
    monkeypatch.setattr(uploads, "MAX_BYTES", size - 1)
    assert problems(row, header=SHORT)[0][0] == 0


def test_days_are_read_in_two_ways_only():
    assert read_day("2024-02-29") == read_day("29/02/2024") == date(2024, 2, 29)
    for text in ("2024-2-9", "29.02.2024", "02/29/2024", "", "29/02/24"):
        with pytest.raises(RowUnusable):
            read_day(text)
