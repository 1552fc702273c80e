"""Who may do what, as one table: role by act, own and other society."""

from __future__ import annotations

import pytest

from foundation.access import ANONYMOUS, Actor
from shares import policies
from shares.operations.applying import digest_of
from tests.factories import shares as make

pytestmark = pytest.mark.django_db
ROLES = ("secretary", "treasurer", "director")


def _officer(organisation: str, role: str, *, second_factor: bool = True) -> Actor:
    return Actor(
        ref="user:usr_o",
        user_id=10**9,
        roles={organisation: frozenset({role})},
        second_factor=second_factor,
    )


# Act, and who may: the secretary, the treasurer, a director of the society; platform staff.
TABLE = {
    "draft": (lambda a, o: policies.may_draft_offer(a, o.organisation.public_id), {"secretary", "director"}),
    "approve": (lambda a, _o: policies.may_approve_offer(a), {"staff"}),
    "run": (policies.may_run_offer, {"secretary"}),
    "decide": (policies.may_decide_offer, {"secretary"}),
    "applications": (lambda a, o: policies.may_see_applications(a, o.organisation.public_id), set(ROLES)),
    "register": (lambda a, o: policies.may_see_register(a, o.organisation.public_id), set(ROLES)),
    "inspection": (lambda a, o: policies.may_see_inspection_view(a, o.organisation.public_id), set(ROLES)),
}


@pytest.mark.parametrize("act", TABLE)
@pytest.mark.parametrize("who", [*ROLES, "staff", "anonymous", "resident", "other secretary", "no second factor"])
def test_acts_of_officers_and_staff(offer, act, who):
    organisation = offer.organisation.public_id
    policy, allowed = TABLE[act]
    actors = {
        **{role: _officer(organisation, role) for role in ROLES},
        "staff": make.STAFF,
        "anonymous": ANONYMOUS,
        "resident": Actor(ref="user:usr_r", user_id=1),
        "other secretary": _officer("org_other", "secretary"),
        "no second factor": _officer(organisation, "secretary", second_factor=False),
    }

    decision = policy(actors[who], offer)

    assert bool(decision) is (who in allowed)
    assert decision.allowed or decision.code


@pytest.mark.parametrize("state", ["draft", "submitted", "approved"])
def test_an_offer_that_was_not_opened_is_for_officers_and_staff_only(db, state):
    offer = {"draft": make.draft_offer, "submitted": make.submitted_offer, "approved": make.approved_offer}[state]()

    assert not policies.may_see_offer(ANONYMOUS, offer)
    assert not policies.may_apply(Actor(ref="user:usr_r", user_id=1), offer)
    assert policies.may_see_offer(_officer(offer.organisation.public_id, "treasurer"), offer)
    assert policies.may_see_offer(make.STAFF, offer)


def test_an_open_offer_is_for_everybody(offer):
    assert policies.may_see_offer(ANONYMOUS, offer)


def test_an_application_is_its_applicants_alone_to_change(offer):
    application = make.paid(offer, 50)
    organisation = offer.organisation.public_id
    own, other = make.actor_of(application.user), Actor(ref="user:usr_x", user_id=10**8)
    secretary = _officer(organisation, "secretary")

    assert policies.may_change_application(own, application)
    assert not policies.may_change_application(secretary, application)
    assert not policies.may_change_application(other, application)
    assert not policies.may_change_application(ANONYMOUS, application)
    assert policies.may_see_application(secretary, application)
    assert not policies.may_see_application(_officer("org_other", "secretary"), application)
    assert not policies.may_see_application(other, application)


def test_a_visitor_goes_on_by_their_token_and_only_until_somebody_signed_in(offer):
    from shares import operations

    begun = operations.start_application(offer=offer, user=None, actor=make.SYSTEM, at=make.NOW)
    digests = frozenset({digest_of(begun.claim_token)})

    assert policies.may_claim_application(ANONYMOUS, begun.application, digests)
    assert not policies.may_claim_application(ANONYMOUS, begun.application, frozenset())
    user = make.make_user()
    [mine] = operations.attach_to_user(user=user, claim_tokens=[begun.claim_token], actor=make.SYSTEM, at=make.NOW)
    assert not policies.may_claim_application(ANONYMOUS, mine, digests)
    assert policies.may_claim_application(make.actor_of(user), mine, frozenset())
