"""The treasurer's pages: who gets in, what stands on them, what a download leaves behind."""

from datetime import timedelta

import pytest
from django.urls import reverse
from moneyed import Money

from foundation import registries
from foundation.models import AuditEvent
from ledger import operations, queries
from ledger.models import Entry
from ledger.operations import Line
from tests.ledger.support import AT, JAN_5, pay, post
from treasury.operations import DOWNLOADS_AN_HOUR
from treasury.queries import OwnerLabel, find_owner_labels


def pages(house) -> dict[str, str]:
    """Every page for reading."""
    slug, book = house.pub.slug, house.book.slug
    entry = Entry.objects.earliest("id").public_id
    return {
        "books": reverse("treasury:books", args=[slug]),
        "book": reverse("treasury:book", args=[slug, book]),
        "month-end": reverse("treasury:month-end", args=[slug]),
        "account": reverse("treasury:account", args=[slug, book, "2150"]),
        "entry": reverse("treasury:entry", args=[slug, book, entry]),
    }


def journals(house) -> list[str]:
    return [reverse(f"treasury:journal-{shape}", args=[house.pub.slug, house.book.slug]) for shape in ("csv", "txt")]


@pytest.mark.parametrize("name", ["treasurer", "director", "secretary"])
def test_officers_read_every_page(house, visit, name):
    client = visit(name)

    for page in pages(house).values():
        assert client.get(page).status_code == 200


@pytest.mark.parametrize(("name", "status"), [("stranger", 404), ("resident", 404), ("unproven", 302)])
def test_nobody_else_reads_any_page(house, visit, name, status):
    client = visit(name)

    for page in [*pages(house).values(), *journals(house)]:
        assert client.get(page).status_code == status


def test_the_signed_out_are_sent_to_sign_in(house, client):
    for page in [*pages(house).values(), *journals(house)]:
        assert client.get(page)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("name", "status"), [("treasurer", 200), ("director", 403), ("secretary", 403)])
def test_only_the_treasurer_downloads(house, visit, name, status):
    client = visit(name)

    for page in journals(house):
        assert client.get(page).status_code == status

    assert AuditEvent.objects.filter(action="treasury.journal_downloaded").count() == (2 if status == 200 else 0)


def test_another_groups_book_is_not_found_under_ours(house, visit):
    operations.open_book(slug="ash-shop", organisation=house.shop.public_id, name="Shop", at=AT)
    client = visit("treasurer")

    for name, more in (("book", []), ("account", ["1200"]), ("journal-csv", []), ("journal-txt", [])):
        assert client.get(reverse(f"treasury:{name}", args=[house.pub.slug, "ash-shop", *more])).status_code == 404


@pytest.mark.parametrize(
    ("name", "argument"),
    [("book", []), ("account", ["4444"]), ("entry", ["ent_none"])],
)
def test_what_is_not_there_is_not_found(house, visit, name, argument):
    book = house.book.slug if argument else "nowhere"

    assert (
        visit("treasurer").get(reverse(f"treasury:{name}", args=[house.pub.slug, book, *argument])).status_code == 404
    )


def test_trial_balance_shows_both_columns_and_their_sums(house, visit):
    page = visit("treasurer").get(pages(house)["books"])

    balance = page.context["balances"][0]
    assert {row.account.code: (row.debit, row.credit) for row in balance.rows} == {
        "1200": (10_000, 0),
        "1250": (73_835, 0),
        "2150": (0, 25_000),
        "3000": (0, 50_000),
        "4200": (0, 10_000),
        "7420": (1_165, 0),
    }
    assert (balance.debit, balance.credit) == (Money("850.00", "GBP"), Money("850.00", "GBP"))
    assert page.content.count("£850.00".encode()) == 2
    assert '<th scope="row"><a href="/groups/hollow-oak/books/hollow-oak/accounts/2150/">' in page.content.decode()


def test_trial_balance_as_of_a_day(house, visit):
    client, page = visit("treasurer"), pages(house)["book"]

    assert client.get(page, {"on": "2026-01-04"}).context["balances"][0].rows == []
    assert client.get(page, {"on": "2026-01-05"}).context["balances"][0].debit == Money("850.00", "GBP")


@pytest.mark.parametrize("on", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "\x00"])
def test_a_day_that_is_none_is_said(house, visit, on):
    page = visit("treasurer").get(pages(house)["book"], {"on": on})

    assert page.status_code == 200
    assert page.context["balances"] == []
    assert page.context["form"].errors["on"]


def test_a_group_without_books_is_told_so(house, visit):
    page = visit("stranger").get(reverse("treasury:books", args=[house.shop.slug]))

    assert page.status_code == 200
    assert "There are no books yet" in page.content.decode()


def test_statement_runs_and_leads_to_the_entry(house, visit):
    client = visit("treasurer")

    page = client.get(pages(house)["account"])

    statement = page.context["statement"]
    assert [(one.change, one.balance) for one in statement.movements] == [
        (50_000, 50_000),
        (25_000, 75_000),
        (-50_000, 25_000),
    ]
    link = reverse("treasury:entry", args=[house.pub.slug, house.book.slug, statement.movements[0].entry])
    assert link in page.content.decode()
    assert client.get(link).context["page"].debit == 50_770


def test_statement_of_one_owner(house, visit):
    page = visit("treasurer").get(pages(house)["account"], {"owner": "app_1"})

    assert [one.balance for one in page.context["statement"].movements] == [50_000, 0]


def test_statement_of_a_stretch_brings_the_balance_forward(house, visit):
    post(house.book, "later", Line("1200", "4200", 5), on=JAN_5 + timedelta(days=3))
    address = reverse("treasury:account", args=[house.pub.slug, house.book.slug, "1200"])

    page = visit("treasurer").get(address, {"from_on": "2026-01-06", "through_on": "2026-01-08"})

    statement = page.context["statement"]
    assert (statement.opening, statement.closing, len(statement.movements)) == (10_000, 10_005, 1)


def test_statement_that_ends_before_it_begins_is_said(house, visit):
    page = visit("treasurer").get(pages(house)["account"], {"from_on": "2026-01-06", "through_on": "2026-01-05"})

    assert page.context["form"].errors["through_on"] == ["The last day lies before the first."]


def test_a_long_statement_has_pages_that_join(house, visit):
    for number in range(150):
        post(house.book, f"n{number}", Line("1200", "4000", 1))
    client, address = visit("treasurer"), reverse("treasury:account", args=[house.pub.slug, house.book.slug, "4000"])

    first = client.get(address)
    second = client.get(f"{address}?{first.context['next_query']}")

    assert [one.balance for one in first.context["statement"].movements] == list(range(1, 101))
    assert second.context["statement"].opening == 100
    assert [one.balance for one in second.context["statement"].movements] == list(range(101, 151))
    assert second.context["next_query"] == ""


@pytest.mark.parametrize(
    "after", ["x", "2026-01-05", "2026-01-05.1", "2026-01-05.1.2", "2026-02-30.1.1", "2026-01-05.-1.0", "²"]
)
def test_a_place_that_we_did_not_write_is_not_found(house, visit, after):
    assert visit("treasurer").get(pages(house)["account"], {"after": after}).status_code == 404


def test_entry_shows_sides_owners_and_reversal(house, visit):
    wrong = post(house.book, "wrong", Line("1200", "4100", 999), narration="A <b>grant</b>", source="gra_1").entry
    undone = operations.reverse(
        entry=wrong, key="undo", effective_on=JAN_5, actor="user:usr_1", reason="not ours", recorded_at=AT
    ).entry
    client = visit("treasurer")

    def text(entry):
        address = reverse("treasury:entry", args=[house.pub.slug, house.book.slug, entry.public_id])
        return client.get(address).content.decode()

    assert "A &lt;b&gt;grant&lt;/b&gt;" in text(wrong)
    assert undone.public_id in text(wrong)
    assert wrong.public_id in text(undone)
    assert "not ours" in text(undone)
    operations.erase_narration(entry=wrong, at=AT)
    assert "Words erased on <time" in text(wrong)


def test_owners_are_shown_in_the_words_of_their_room(house, visit, monkeypatch):
    def label(owners):
        return {one: OwnerLabel(one, f"Application of {one}", f"/applications/{one}/") for one in owners}

    monkeypatch.setitem(registries.OWNER_LABELS._items, "app", label)
    entry = reverse("treasury:entry", args=[house.pub.slug, house.book.slug, Entry.objects.earliest("id").public_id])
    client = visit("director")

    assert '<a href="/applications/app_1/">Application of app_1</a>' in client.get(entry).content.decode()
    assert "Application of app_2" in client.get(pages(house)["account"]).content.decode()


@pytest.mark.parametrize(
    "answer",
    [OwnerLabel("zzz_1", "Words", "/w/"), {"label": "Words", "url": "/w/"}, ("Words", "/w/")],
)
def test_rooms_may_answer_in_several_shapes(monkeypatch, answer):
    monkeypatch.setitem(registries.OWNER_LABELS._items, "zzz", lambda owners: {owners[0]: answer})

    assert find_owner_labels(["zzz_1", "zzz_2", "yyy_1", ""]) == {
        "zzz_1": OwnerLabel("zzz_1", "Words", "/w/"),
        "zzz_2": OwnerLabel("zzz_2", "zzz_2"),
        "yyy_1": OwnerLabel("yyy_1", "yyy_1"),
    }


def test_downloads_are_streamed_named_and_written_down(house, visit):
    client = visit("treasurer")
    csv_file, text_file = (client.get(page) for page in journals(house))

    assert csv_file.streaming
    assert text_file.streaming
    assert csv_file["Content-Type"] == "text/csv; charset=utf-8"
    assert csv_file["Content-Disposition"] == 'attachment; filename="hollow-oak-journal.csv"'
    assert csv_file["Cache-Control"] == "private, no-store"
    rows = b"".join(csv_file.streaming_content).decode()
    assert rows.startswith("\ufeffdate,entry,")
    assert ",'=HYPERLINK(x) a gift," in rows
    assert b"Assets:1200-Bank-Current  100.00 GBP" in b"".join(text_file.streaming_content)
    event = AuditEvent.objects.filter(action="treasury.journal_downloaded").latest("id")
    assert event.actor == f"user:{house.people.treasurer.public_id}"
    assert (event.organisation, event.subject) == (house.pub.public_id, "hollow-oak")
    assert event.after["format"] == "txt"


def test_a_program_gets_its_own_csv(house, visit):
    page = journals(house)[0]

    file = visit("treasurer").get(page, {"for": "machine"})

    assert b",HYPERLINK(x) a gift," in b"".join(file.streaming_content)
    assert visit("treasurer").get(page, {"for": "aliens"}).status_code == 404


def test_downloads_are_limited(house, visit):
    client, page = visit("treasurer"), journals(house)[0]
    for _ in range(DOWNLOADS_AN_HOUR):
        assert client.get(page).status_code == 200

    refused = client.get(page)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3_600
    assert AuditEvent.objects.filter(action="treasury.journal_downloaded").count() == DOWNLOADS_AN_HOUR


def own_controls(page):
    return {
        str(one.title): one.problems for one in page.context["controls"] if "1280" in one.title or "9998" in one.title
    }


def test_month_end_is_red_until_suspense_is_cleared(house, visit):
    client, address = visit("treasurer"), pages(house)["month-end"]
    post(house.book, "odd", Line("1200", "9998", 501))
    post(house.book, "file", Line("2100", "1280", 200, debit_owner="supplier"))

    red = client.get(address, {"month": "2026-01"})
    assert own_controls(red) == {
        "9998 Suspense is zero": ["9998 Suspense stands at -£5.01 and should be zero."],
        "1280 Payment file clearing is zero": ["1280 Payment-File-Clearing stands at -£2.00 and should be zero."],
    }
    assert own_controls(client.get(address, {"month": "2025-12"})) == {
        "9998 Suspense is zero": [],
        "1280 Payment file clearing is zero": [],
    }

    post(house.book, "odd found", Line("9998", "4000", 501))
    post(house.book, "file seen", Line("1280", "1200", 200))
    green = client.get(address, {"month": "2026-01"})
    assert own_controls(green) == {"9998 Suspense is zero": [], "1280 Payment file clearing is zero": []}
    owners = next(one for one in green.context["controls"] if "sum of its owners" in one.title)
    assert owners.passed


def test_month_end_takes_a_month_only(house, visit):
    page = visit("treasurer").get(pages(house)["month-end"], {"month": "2026-13"})

    assert page.status_code == 200
    assert page.context["form"].errors["month"]


def test_pages_need_few_queries_whatever_the_length(house, visit, django_assert_max_num_queries):
    client = visit("treasurer")
    for page in pages(house).values():
        client.get(page)
    for number in range(60):
        pay(house.book, f"app_n{number}", 100)

    with django_assert_max_num_queries(14):
        client.get(pages(house)["account"])
    with django_assert_max_num_queries(14):
        client.get(pages(house)["books"])
    assert queries.account_balance(book=house.book, code="2150") == 31_000
