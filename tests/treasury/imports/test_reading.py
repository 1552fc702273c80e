"""Files of journals are read exactly, and every bad row is named by its line."""

from datetime import date

import pytest

from treasury.arithmetic import imports
from treasury.arithmetic.imports import (
    AccountFacts,
    BookFacts,
    DateOrder,
    ImportKind,
    ImportOptions,
    Problem,
    RowUnusable,
    read_amount,
    read_day,
    read_journals,
    read_mapping,
)

HEADER = "date,reference,account,owner,fund,debit,credit,text\n"
BOOK = BookFacts(
    {
        "1200": AccountFacts("Bank-Current", "GBP", False, None),
        "1290": AccountFacts("Bank-Euro", "EUR", False, None),
        "2100": AccountFacts("Creditors", "GBP", True, None),
        "4000": AccountFacts("Sales", "GBP", False, None),
        "7200": AccountFacts("Rent", "GBP", False, date(2026, 1, 31)),
        "9998": AccountFacts("Suspense", "GBP", False, None),
    },
    locked_through=date(2025, 12, 31),
    mapping={"BANK": "1200", "SALES": "4000"},
)
OPENING = ImportOptions(kind=ImportKind.OPENING, opening_on=date(2026, 1, 31))


def read(text, options=None, *, header=HEADER):
    content = text if isinstance(text, bytes) else (header + text).encode()
    return read_journals(content, options=options or ImportOptions(), book=BOOK)


def problems(text, options=None, **more):
    found = read(text, options, **more)
    assert found.problems
    assert found.journals == []
    return [tuple(one) for one in found.problems]


GOOD = "2026-01-05,J1,1200,,,10.00,,Sale\n2026-01-05,J1,4000,,,,10.00,Sale\n"


def test_a_journal_becomes_transfers():
    reading = read(GOOD)

    (journal,) = reading.journals
    assert (journal.reference, journal.on, journal.narration, journal.line) == ("J1", date(2026, 1, 5), "Sale", 2)
    assert [(one.debit, one.credit, one.amount, one.currency) for one in journal.lines] == [
        ("1200", "4000", 1_000, "GBP")
    ]
    assert reading.rows == 2
    assert reading.totals() == {"1200": (1_000, 0), "4000": (0, 1_000)}


def test_columns_may_come_in_any_order_and_optional_ones_be_missing():
    found = read("J1,2026-01-05,BANK,5,\nJ1,2026-01-05,SALES,,5\n", header="Reference, DATE,account,debit,credit\n")

    assert [one.amount for one in found.journals[0].lines] == [500]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_marks_line_ends_and_quotes(mark, end):
    text = HEADER + '2026-01-05,J1,1200,,,"10.00",,"Sale, ""best""\nof beer"\n2026-01-05,J1,4000,,,,10.00,=1+1\n'
    reading = read(mark + text.encode().replace(b"\n", end))

    assert reading.problems == []
    assert reading.journals[0].narration == 'Sale, "best" of beer; =1+1'


def test_negative_amounts_stand_for_the_other_side():
    found = read("2026-01-05,J1,1200,,,-10,,\n2026-01-05,J1,4000,,,,-10,\n")

    assert [(one.debit, one.credit, one.amount) for one in found.journals[0].lines] == [("4000", "1200", 1_000)]


def test_every_bad_row_is_listed():
    rows = [
        "2026-01-05,J1,1200,,,10.00,,",
        "2026-13-05,J2,1200,,,10.00,,",
        "05/01/2026,J2,1200,,,10.00,,",
        "2026-01-05,,1200,,,10.00,,",
        "2026-01-05,J3,1999,,,10.00,,",
        "2026-01-05,J3,,,,10.00,,",
        "2026-01-05,J3,2100,,,10.00,,",
        "2026-01-05,J3,1200,me,,10.00,,",
        "2026-01-05,J3,1200,,,1O.00,,",
        "2026-01-05,J3,1200,,,10.001,,",
        "2026-01-05,J3,1200,,,1e3,,",
        '2026-01-05,J3,1200,,,"1,000.00",,',
        "2026-01-05,J3,1200,,,,,",
        "2026-01-05,J3,1200,,,5,5,",
        "2025-12-31,J3,1200,,,5,,",
        "2026-02-01,J3,7200,,,5,,",
    ]

    found = problems("\n".join(rows) + "\n")

    assert [line for line, _words in found] == list(range(2, 18))
    words = dict(found)
    assert words[2] == "J1 does not balance: 10.00 more debits in GBP"
    assert "does not exist" in words[3]
    assert "such as 2026-01-31" in words[4]
    assert words[6] == "the book has no account '1999'"
    assert words[8].startswith("account 2100 is kept by owners")
    assert words[9] == "account 1200 takes no owner"
    assert words[14] == "the amount is missing"
    assert words[16] == "the books are closed through 2025-12-31"
    assert words[17] == "account 7200 has been closed"


def test_lines_are_those_of_the_file_even_after_quoted_line_ends():
    found = problems('2026-01-05,J1,1200,,,1,,"a\nb\nc"\n2026-01-05,J1,4000,,,,x,\n')

    assert [line for line, _words in found] == [5]


def test_rows_of_a_journal_stand_together_under_one_date():
    assert problems(GOOD + GOOD.replace("J1", "J2") + GOOD) == [
        (6, "reference J1 was there before: rows of a journal stand together"),
    ]
    assert (3, "reference J1 has two dates") in problems("2026-01-05,J1,1200,,,1,,\n2026-01-06,J1,4000,,,,1,\n")


def test_funds_and_currencies_balance_each_by_itself():
    found = problems("2026-01-05,J1,1200,,roof,1,,\n2026-01-05,J1,4000,,,,1,\n2026-01-05,J1,1290,,,2,,\n")

    assert found == [
        (2, "J1 does not balance: 1.00 more credits in GBP"),
        (2, "J1 does not balance: 1.00 more debits in GBP, fund roof"),
        (2, "J1 does not balance: 2.00 more debits in EUR"),
    ]


def test_an_account_that_pays_itself_is_refused():
    found = problems("2026-01-05,J1,1200,,,1,,\n2026-01-05,J1,1200,,,,1,\n")

    assert found == [(2, "J1: Account 1200 is debited and credited with the same money.")]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "empty"),
        (b"\n\n", 1, "empty"),
        (HEADER.encode(), 0, "no rows"),
        (b"a,b,c\n", 1, "first row has to name"),
        (HEADER.replace("text", "date").encode(), 1, "first row has to name"),
        (HEADER.encode() + b"2026-01-05,J1,1200\n", 2, "3 cells, the header 8"),
        (HEADER.encode() + b"x\n\xff", 3, "not UTF-8"),
        ((HEADER + GOOD).encode("utf-16"), 1, "not UTF-8"),
        (HEADER.encode() + b'2026-01-05,"J1', 2, "not CSV"),
        (HEADER.encode() + b'2026-01-05,"J"1,,,,,,\n', 2, "not CSV"),
    ],
)
def test_files_that_are_something_else(content, line, words):
    ((found_line, found_words),) = problems(content)

    assert found_line == line
    assert words in found_words


def test_a_null_character_is_no_text():
    assert problems("2026-01-05,J\0,1200,,,1,,\n")


def test_files_have_limits(monkeypatch):
    monkeypatch.setattr(imports, "MAX_ROWS", 2)
    assert problems(GOOD + "2026-01-05,J2,1200,,,1,,\n") == [(4, "the file has more than 2 rows")]
    monkeypatch.setattr(imports, "MAX_BYTES", 10)
    assert problems(GOOD)[0] == (0, "the file is larger than 0 MB")


def test_a_journal_has_so_many_rows_at_most(monkeypatch):
    monkeypatch.setattr(imports, "MAX_LEGS", 1)
    assert problems(GOOD) == [(2, "J1 has more than 1 rows")]


def test_dates_are_read_as_said_and_never_guessed():
    assert read_day("01/02/2026", order=DateOrder.BRITISH) == date(2026, 2, 1)
    assert read_day("1/2/2026", order=DateOrder.BRITISH) == date(2026, 2, 1)
    assert read_day("2026-02-01", order=DateOrder.ISO) == date(2026, 2, 1)
    for text in ("2026-02-01", "31/02/2026", "1/2/26"):
        with pytest.raises(RowUnusable):
            read_day(text, order=DateOrder.BRITISH)
    for text in ("20260201", "2026-2-1", "", "01/02/2026"):
        with pytest.raises(RowUnusable):
            read_day(text, order=DateOrder.ISO)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("", 0),
        ("0", 0),
        ("1", 100),
        ("1.5", 150),
        ("1.05", 105),
        ("-3.20", -320),
        ("10000000000000", 10**15),
        (" 7 ", 700),
    ],
)
def test_amounts(text, pence):
    assert read_amount(text, commas=False) == pence
    assert read_amount(text, commas=True) == pence


@pytest.mark.parametrize(
    "text", ["1.", ".5", "1.005", "+1", "1 000", "£1", "--1", "1e2", "NaN", "٣", "10000000000000.01", "(5)"]
)
def test_what_is_no_amount(text):
    for commas in (True, False):
        with pytest.raises(RowUnusable):
            read_amount(text, commas=commas)


def test_commas_are_taken_where_somebody_says_so():
    assert read_amount("1,234,567.89", commas=True) == 123_456_789
    for text in ("1,23", "1234,567", ",123", "1,234,56"):
        with pytest.raises(RowUnusable):
            read_amount(text, commas=True)
    with pytest.raises(RowUnusable):
        read_amount("1,234", commas=False)


def test_opening_balances_balance_by_fund_and_currency():
    found = read(",,1200,,,10,,\n,,2100,sup_1,,,10,\n31/01/2026,x,1200,,roof,3,,\n".replace("31/01/2026", "2026-01-31")
                 + ",,4000,,roof,,3,\n", OPENING)  # fmt: skip

    assert [(one.reference, one.on, [line.amount for line in one.lines]) for one in found.journals] == [
        ("OPENING GBP", date(2026, 1, 31), [1_000]),
        ("OPENING GBP roof", date(2026, 1, 31), [300]),
    ]


def test_opening_balances_that_do_not_balance_go_to_suspense_only_where_asked():
    rows = ",,1200,,,10,,\n,,4000,,,,4,\n,,1200,,roof,,2,\n"
    assert problems(rows, OPENING) == [
        (2, "OPENING GBP does not balance: 6.00 more debits in GBP"),
        (2, "OPENING GBP roof does not balance: 2.00 more credits in GBP, fund roof"),
    ]

    found = read(rows, ImportOptions(kind=ImportKind.OPENING, opening_on=date(2026, 1, 31), suspense="9998"))

    assert [(one.debit, one.credit, one.amount, one.fund) for journal in found.journals for one in journal.lines] == [
        ("1200", "4000", 400, ""),
        ("1200", "9998", 600, ""),
        ("9998", "1200", 200, "roof"),
    ]


def test_suspense_is_kept_in_its_own_currency():
    options = ImportOptions(kind=ImportKind.OPENING, opening_on=date(2026, 1, 31), suspense="9998")

    assert problems(",,1290,,,10,,\n", options) == [(2, "OPENING EUR does not balance: 10.00 more debits in EUR")]


def test_opening_balances_of_another_day_are_refused():
    assert problems("2026-01-30,,1200,,,1,,\n,,4000,,,,1,\n", OPENING) == [
        (2, "opening balances are dated 2026-01-31, the day before the first")
    ]


def test_tables_of_codes():
    assert read_mapping(b"external,account\nBANK,1200\nBANK,1200\n") == ({"BANK": "1200"}, [])
    table, wrong = read_mapping(b"external,account\nBANK,1200\nBANK,1250\n,4000\n")
    assert table == {}
    assert wrong == [Problem(3, "BANK is there twice, with different accounts"), Problem(4, "give both codes")]
    assert read_mapping(b"\xff")[1][0].line == 1


def test_long_words_are_cut_to_what_an_entry_holds():
    found = read(f"2026-01-05,J1,1200,,,1,,{'a' * 400}\n2026-01-05,J1,4000,,,,1,{'b' * 400}\n")

    assert len(found.journals[0].narration) == imports.NARRATION_LENGTH
    assert found.journals[0].narration.endswith("…")
