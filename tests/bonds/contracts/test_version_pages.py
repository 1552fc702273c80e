"""The pages of parties, signatures and variations: who gets in, what is asked, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.models import ContractVersion, Party, PartyRoleHeld, Signature
from bonds.queries.contracts import newest_version
from tests.bonds.contracts.test_pages import HOW, follow, propose, seen
from tests.factories.bonds import SERVICE_FROM, SIGNED_AT, sign_all
from tests.people.support import sign_in


class TestParties:
    def test_who_claims_cannot_verify_and_is_told(self, room, visit, url):
        typed = {"role": "verifier", "from_on": "2026-04-01", "last_on": ""}
        page = visit("secretary").post(url("give-role", "hearthside"), typed)

        assert "Whoever claims never verifies" in page.content.decode()
        assert set(room.world.parties["hearthside"].roles.values_list("role", flat=True)) == {"provider"}

    def test_a_role_ends_on_its_last_day(self, room, visit, url):
        held = PartyRoleHeld.objects.get(party=room.world.parties["topup"])
        follow(visit("secretary"), url("end-role", held.public_id), {"last_on": "2026-03-31"})

        held.refresh_from_db()
        assert held.until_on == date(2026, 4, 1)

    @pytest.mark.parametrize(
        "typed", [{"organisation": "nobody", "code": "x"}, {"organisation": "brightwater-topup", "code": "x"}]
    )
    def test_who_is_not_here_or_is_a_party_already_is_not_added(self, room, visit, url, typed):
        before = Party.objects.count()
        response = visit("secretary").post(url("add-party"), typed)

        assert response.status_code == 200
        assert response.context["form"].errors
        assert Party.objects.count() == before

    def test_a_party_or_role_of_another_contract_is_not_found(self, room, visit, url):
        assert visit("secretary").get(url("give-role", "no-such")).status_code == 404
        assert visit("secretary").get(url("end-role", "ptr_none")).status_code == 404

    def test_a_provider_says_how_it_goes_about_it_and_earlier_words_stay(self, room, visit, url):
        client, address = visit("hearthside"), url("approach", of="hearthside")
        for title in ("Doors first", "Homes first"):
            follow(client, address, {"title": title, "text": "We begin with a key.", "place_name": "Northmoor"})

        assert 'value="Homes first"' in client.get(address).content.decode()
        page = visit("northmoor").get(url("parties", of="northmoor")).content.decode()
        assert "Homes first" in page
        assert "Doors first" not in page
        assert visit("secretary").get(url("approach")).status_code == 403
        assert room.world.parties["hearthside"].approaches.count() == 2


class TestSigning:
    def test_a_director_signs_after_giving_the_password_again(self, room, url):
        version = propose(room)
        typed = {"digest": version.digest, "is_meant": "on"}
        stale = sign_in(room.people["topup"], recently=False)

        assert "reauthenticate" in stale.post(url("sign", 1, of="topup"), typed)["Location"]
        assert not Signature.objects.exists()
        follow(sign_in(room.people["topup"]), url("sign", 1, of="topup"), typed)
        (signature,) = Signature.objects.all()
        assert signature.signed_by == f"user:{room.people['topup'].public_id}"

    def test_a_secretary_does_not_sign_and_is_told_who_does(self, room, visit, url):
        propose(room)
        page = visit("secretary").get(url("version", 1)).content.decode()

        assert "A director of your organisation signs it" in page
        assert visit("secretary").post(url("sign", 1)).status_code == 403

    @pytest.mark.parametrize("typed", [{}, {"digest": "0" * 64, "is_meant": "on"}, {"is_meant": "on"}])
    def test_without_the_tick_or_with_other_words_nothing_is_signed(self, room, visit, url, typed):
        propose(room)
        response = visit("director").post(url("sign", 1), typed, follow=True)

        assert response.status_code == 200
        assert not Signature.objects.exists()

    def test_taken_back_with_a_reason(self, room, visit, url):
        propose(room)
        client = visit("secretary")
        assert client.post(url("take-back"), {"reason": ""}).status_code == 200
        assert newest_version(room.contract).state == "proposed"

        follow(client, url("take-back"), {"reason": "A price is wrong"})

        assert newest_version(room.contract).state == "draft"


class TestVarying:
    def test_a_variation_shows_what_changes_in_words(self, room, visit, url):
        sign_all(room.world, propose(room), at=SIGNED_AT)
        client = visit("secretary")
        follow(client, url("vary"), {"effective_on": "2026-04-01", "reason": "Rents went up"})
        address = url("row", "prices", 1)
        follow(
            client, address, {"metric": "stayed_3m", "price": "1600", "from_count": "1", "seen": seen(client, address)}
        )
        client.post(url("remove-row", "caps", 0), {"seen": seen(client, url("row", "caps", 0))})
        result = {"name": "Works", "code": "works", "test": "T", "measure": "event", "unit": "person", "most": ""}
        follow(client, url("add-row", "results"), result)

        (results, prices, caps) = client.get(url("version", 2)).context["changes"]

        assert [(one["name"], one["kind"]) for one in results["changes"]] == [("Works", "added")]
        assert prices["changes"][0]["facts"] == [("Price of one", "£1,500.00", "£1,600.00")]
        assert [(one["name"], one["kind"]) for one in caps["changes"]] == [("person_1800", "removed")]

    def test_a_day_before_the_contract_is_refused_with_what_was_typed(self, room, visit, url):
        sign_all(room.world, propose(room), at=SIGNED_AT)
        page = visit("secretary").post(url("vary"), {"effective_on": "2025-03-31", "reason": "Rents went up"})

        assert "cannot hold from before the contract began" in page.content.decode()
        assert "Rents went up" in page.content.decode()
        assert ContractVersion.objects.count() == 1

    def test_a_variation_is_dropped_with_a_reason(self, room, visit, url):
        sign_all(room.world, propose(room), at=SIGNED_AT)
        operations.begin_variation(contract=room.contract, effective_on=SERVICE_FROM, reason="Why", **HOW)
        follow(visit("secretary"), url("withdraw"), {"reason": "The council said no"})

        assert newest_version(room.contract).state == "withdrawn"
