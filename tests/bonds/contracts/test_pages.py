"""The builder's pages: a contract written and signed by hand, who gets in, and nothing typed is ever lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bonds import operations
from bonds.models import ContractVersion, OutcomesContract, PartyRoleHeld
from bonds.queries.contracts import newest_version
from bonds.queries.terms import find_problems
from bonds.views.builder_steps import STEPS, step_of_problem
from people.models import OrganisationKind
from tests.bonds.contracts.conftest import an_officer
from tests.factories.bonds import HOLDER, SIGNED_AT, make_organisation
from tests.people.support import make_officer, sign_in

HOW = {"actor": HOLDER, "at": SIGNED_AT}


def terms_of(room):
    return newest_version(room.contract).terms


def propose(room):
    return operations.propose_version(contract=room.contract, **HOW)


def follow(client, address, data):
    """Send a form, and give the page that it leads to."""
    response = client.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    return client.get(response["Location"])


@pytest.mark.django_db
def test_a_contract_is_written_put_to_the_parties_and_signed_by_hand():
    slugs = ("riverbank", "ashford-council", "open-door", "plumb-line")
    holder, council, *_others = (make_organisation(slug) for slug in slugs)
    writer = sign_in(an_officer(holder, "secretary"))
    opened = {"name": "Riverbank", "reference": "river", "purpose": "Homes.", "currency": "GBP"}
    page = follow(
        writer,
        reverse("bonds:open", args=["riverbank"]),
        opened | {"nation": "scotland", "effective_on": "2026-04-01"},
    )
    assert "Nobody yet" in page.content.decode()

    def at(name, *more):
        return reverse(f"bonds:{name}", args=["riverbank", "river", *more])

    for code, slug, role in (
        ("holder", "riverbank", "holder"),
        ("ashford", "ashford-council", "lead_commissioner"),
        ("opendoor", "open-door", "provider"),
        ("plumb", "plumb-line", "verifier"),
    ):
        follow(writer, at("add-party"), {"organisation": slug, "code": code})
        follow(writer, at("give-role", code), {"role": role, "from_on": "2026-04-01", "last_on": ""})
    follow(
        writer,
        at("row", "days", 0),
        {
            "from_on": "2026-04-01",
            "last_on": "2029-03-31",
            "run_off_last_on": "2029-12-31",
            "seen": seen(writer, at("row", "days", 0)),
        },
    )
    result = {
        "name": "Has a home",
        "code": "housed",
        "test": "There is a tenancy.",
        "measure": "event",
        "unit": "person",
    }
    follow(writer, at("add-row", "results"), result | {"most": "1"})
    follow(writer, at("add-row", "evidence"), {"metric": "housed", "payer": "", "rule": "tenancy\nlandlord + visit"})
    follow(writer, at("add-row", "prices"), {"metric": "housed", "price": "1,250.50", "from_count": "1"})
    follow(
        writer,
        at("add-row", "caps"),
        {"scope": "contract", "code": "all", "amount": "£100,000", "every": "once", "basis": "achieved"},
    )
    payers = {"lead": "ashford", "rounding": "largest_remainder"}
    follow(writer, at("row", "payers", 0), payers | {"seen": seen(writer, at("row", "payers", 0))})
    follow(writer, at("add-row", "shares"), {"payer": "ashford", "kind": "percent", "percent": "100"})

    contract = OutcomesContract.objects.get()
    assert find_problems(newest_version(contract)) == []
    assert "Nothing is missing" in writer.get(at("terms")).content.decode()
    page = follow(writer, at("propose"), {}).content.decode()
    for words in ("Has a home", "£1,250.50", "tenancy", "31 December 2029", "£100,000.00"):
        assert words in page
    version = newest_version(contract)
    for organisation in (holder, council):
        signer = sign_in(an_officer(organisation, "director"))
        shown = signer.get(reverse("bonds:version", args=[organisation.slug, "river", 1])).content.decode()
        assert version.digest in shown
        follow(
            signer,
            reverse("bonds:sign", args=[organisation.slug, "river", 1]),
            {"digest": version.digest, "is_meant": "on"},
        )
    contract.refresh_from_db()
    assert (contract.state, contract.nation) == ("signed", "scotland")
    assert newest_version(contract).terms["tariffs"] == [{"metric": "housed", "price": 125_050, "from_count": 1}]


def seen(client, address):
    """The fingerprint of the row that a form shows."""
    return client.get(address).context["seen"]


@pytest.mark.parametrize("step", [step.slug for step in STEPS])
def test_each_step_is_shown_with_what_it_has(room, visit, url, step):
    client = visit("secretary")
    response = client.get(url("step", step), follow=True)

    assert response.status_code == 200
    assert client.get(url("add-row", step), follow=True).status_code == 200


def test_every_page_of_a_contract_is_there_for_its_writers(room, visit, url):
    client = visit("director")
    role = PartyRoleHeld.objects.earliest("pk").public_id
    pages = [
        reverse("bonds:contracts", args=[room.holder.slug]),
        reverse("bonds:open", args=[room.holder.slug]),
        url("contract"), url("version", 1), url("parties"), url("terms"), url("add-party"),
        url("give-role", "topup"), url("end-role", role), url("take-back"), url("vary"), url("withdraw"),
    ]  # fmt: skip

    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_a_provider_reads_and_does_not_write(room, visit, url):
    client = visit("hearthside")

    for page in ("contract", "parties"):
        assert client.get(url(page, of="hearthside")).status_code == 200
    assert client.get(url("version", 1, of="hearthside")).status_code == 200
    for page in ("terms", "add-party", "vary"):
        assert client.get(url(page, of="hearthside")).status_code == 403
    assert client.post(url("propose", of="hearthside")).status_code == 403
    assert client.post(url("sign", 1, of="hearthside")).status_code == 403


@pytest.mark.parametrize("name", ["stranger", "resident", "hearthside"])
def test_to_others_the_contract_does_not_exist(room, visit, url, name):
    assert visit(name).get(url("contract")).status_code == 404


def test_an_organisation_without_a_part_sees_no_contract_at_its_own_address(room, visit):
    client = visit("stranger")

    assert client.get(reverse("bonds:contract", args=["elsewhere", "brightwater"])).status_code == 404
    assert client.get(reverse("bonds:contract", args=["elsewhere", "no-such"])).status_code == 404
    assert "There is none yet" in client.get(reverse("bonds:contracts", args=["elsewhere"])).content.decode()


def test_without_the_second_factor_one_is_sent_to_set_it_up(room, visit, url):
    assert visit("secretary", second_factor=False).get(url("contract")).status_code == 302


@pytest.mark.parametrize(("step", "place"), [("no-such", 0), ("results", 99)])
def test_what_is_not_there_is_not_shown(room, visit, url, step, place):
    response = visit("secretary").get(url("row", step, place))

    assert response.status_code == (404 if step == "no-such" else 302)


class TestTyping:
    PRICE = {"metric": "moved_in", "price": "lots", "from_count": "1", "from_on": "2026-04-01"}

    def test_what_was_typed_comes_back_with_what_is_wrong(self, room, visit, url):
        before = terms_of(room)
        response = visit("secretary").post(url("add-row", "prices"), self.PRICE)

        page = response.content.decode()
        assert response.status_code == 200
        assert 'value="lots"' in page
        assert 'value="2026-04-01"' in page
        assert "Something needs putting right" in page
        assert terms_of(room) == before

    def test_a_row_is_changed_and_the_rest_stays(self, room, visit, url):
        client = visit("secretary")
        address = url("row", "prices", 1)
        before = terms_of(room)
        follow(
            client, address, {"metric": "stayed_3m", "price": "1600", "from_count": "1", "seen": seen(client, address)}
        )

        after = terms_of(room)
        assert after["tariffs"][1]["price"] == 160_000
        assert after | {"tariffs": before["tariffs"]} == before

    def test_somebody_elses_change_is_shown_and_saving_again_is_meant(self, room, visit, url):
        client, address = visit("secretary"), url("row", "prices", 1)
        old = seen(client, address)
        typed = {"metric": "stayed_3m", "price": "1600", "from_count": "1"}
        follow(visit("director"), address, typed | {"price": "1700", "seen": old})

        again = client.post(address, typed | {"seen": old})
        page = again.content.decode()
        assert "Somebody changed this meanwhile" in page
        assert "£1,700.00" in page
        assert 'value="1600"' in page
        assert terms_of(room)["tariffs"][1]["price"] == 170_000

        follow(client, address, typed | {"seen": again.context["seen"]})
        assert terms_of(room)["tariffs"][1]["price"] == 160_000

    def test_a_row_is_removed_unless_it_changed(self, room, visit, url):
        client, address = visit("secretary"), url("row", "caps", 0)
        client.post(url("remove-row", "caps", 0), {"seen": "0" * 64})
        assert len(terms_of(room)["caps"]) == 1

        client.post(url("remove-row", "caps", 0), {"seen": seen(client, address)})

        assert terms_of(room)["caps"] == []

    def test_a_step_with_one_row_is_not_removed(self, room, visit, url):
        assert visit("secretary").post(url("remove-row", "claims", 0), {"seen": ""}).status_code == 404

    def test_a_formula_is_added_by_its_kind(self, room, visit, url):
        client = visit("secretary")
        address = f"{url('add-row', 'formulas')}?kind=per_unit"
        assert client.get(url("add-row", "formulas")).status_code == 302
        assert "per diem" in client.get(address).content.decode()
        typed = {"code": "days", "measured_by": "figure", "measured_name": "days", "kind_of": "per_unit"}
        again = client.post(address, typed | {"price": "x"})
        assert again.context["kind"] == "per_unit"

        follow(client, address, typed | {"price": "15.12"})

        (formula,) = terms_of(room)["formulas"]
        assert (formula["kind"], formula["facts"]["price"]) == ("per_unit", 1_512)
        assert client.get(url("step", "formulas")).status_code == 200

    def test_nothing_is_saved_in_a_version_that_is_with_the_parties(self, room, visit, url):
        version = propose(room)
        client = visit("secretary")
        typed = {"metric": "moved_in", "price": "12.34", "from_count": "1"}

        response = client.post(url("add-row", "prices"), typed)

        assert 'value="12.34"' in response.content.decode()
        assert "The terms are fixed now" in response.content.decode()
        assert ContractVersion.objects.get().terms == version.terms

    @pytest.mark.parametrize("odd", ["many", [1], {"a": 1}])
    def test_a_part_of_another_shape_leads_to_the_review_that_says_so(self, room, visit, url, odd):
        operations.write_terms(contract=room.contract, terms=terms_of(room) | {"tariffs": odd}, **HOW)
        client = visit("secretary")

        for response in (
            client.get(url("step", "prices")),
            client.post(url("add-row", "prices"), {"metric": "moved_in", "price": "1", "from_count": "1"}),
        ):
            assert response["Location"] == url("terms")
        assert "/tariffs" in client.get(url("terms")).content.decode()
        assert client.get(url("version", 1)).status_code == 200

    def test_the_reference_is_taken_or_no_address(self, room, visit):
        client = visit("secretary")
        typed = {"name": "N", "purpose": "P", "currency": "GBP", "nation": "scotland", "effective_on": "2026-04-01"}
        for reference, words in (
            ("brightwater", "has this reference"),
            ("new", "used by the site"),
            ("A b", "small letters"),
        ):
            page = client.post(reverse("bonds:open", args=[room.holder.slug]), typed | {"reference": reference})
            assert words in page.content.decode()
        assert OutcomesContract.objects.count() == 1


class TestReview:
    def test_each_problem_leads_to_its_step(self, room, visit, url):
        terms = terms_of(room)
        terms["tariffs"][1]["metric"] = "no_such"
        operations.write_terms(contract=room.contract, terms=terms, **HOW)
        page = visit("secretary").get(url("terms")).content.decode()

        assert url("row", "prices", 1) in page
        assert "Nothing is missing" not in page

    def test_incomplete_terms_are_not_proposed(self, room, visit, url):
        operations.write_terms(contract=room.contract, terms={}, **HOW)
        page = visit("secretary").post(url("propose"), follow=True).content.decode()

        assert "not complete yet" in page
        assert newest_version(room.contract).state == "draft"

    @pytest.mark.parametrize(
        ("at", "found"),
        [
            ("/metrics/2/evidence/any_of/1/kind", ("evidence", None)),
            ("/metrics/2/evidence_by_payer/fund", ("evidence", None)),
            ("/metrics/2/test", ("results", 2)),
            ("/tariffs/0/price", ("prices", 0)),
            ("/tariffs", ("prices", None)),
            ("/subgroups/care", ("groups", None)),
            ("/payers/1", ("payers", None)),
            ("/claims/window_days", ("claims", None)),
            ("/parties", ("parties", None)),
            ("/something", ("", None)),
            ("", ("", None)),
        ],
    )
    def test_places_are_found(self, at, found):
        assert step_of_problem(at) == found


@pytest.mark.django_db
def test_a_council_s_menu_has_no_register_of_members_and_a_society_s_has():
    council = make_organisation("ashford-council", OrganisationKind.PUBLIC_BODY)
    society = make_organisation("ashford-pub", OrganisationKind.COMMUNITY_BENEFIT_SOCIETY)

    shown = {}
    for organisation in (council, society):
        browser = sign_in(make_officer(organisation, email=f"{organisation.slug}@example.org"))
        shown[organisation.slug] = browser.get(reverse("bonds:contracts", args=[organisation.slug])).content.decode()

    assert "Register of members" not in shown["ashford-council"]
    assert "Outcome contracts" in shown["ashford-council"]
    assert "Register of members" in shown["ashford-pub"]
