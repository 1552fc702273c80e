"""Recording that people were referred, that they start, and that something which has to last begins."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from bonds.forms import results as result_forms
from bonds.operations import people as operations
from bonds.policies import Standpoint
from bonds.policies import results as policies
from bonds.queries import people as people_queries
from bonds.queries import results as result_queries
from bonds.states import PAYER_ROLES, ClockEvent, PartyRole
from bonds.views.acts import ActView
from foundation import clock
from foundation.access import Actor, Decision, require


@method_decorator(sensitive_post_parameters("given_names", "family_name", "born_on"), name="dispatch")
class AdmitPersonView(ActView):
    """Somebody starts. Who they are is used once and not kept."""

    form_class = result_forms.PersonForm
    title = gettext_lazy("Somebody starts with you")
    intro = gettext_lazy(
        "Names and date of birth are used once: to recognise the person if they come again, here or at another "
        "provider of this contract, and to work out their age. They are not kept. From then on the person has a "
        "pseudonym, which only you can connect with the name: write it in your own case file."
    )
    fields: ClassVar[dict[str, str]] = {
        "bonds.day_not_possible": "started_on",
        "bonds.not_a_provider": "started_on",
        "bonds.subgroup_unknown": "subgroups",
        "bonds.referral_not_yours": "referral",
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer open referrals and the groups of the terms."""
        more = {
            "referrals": people_queries.open_referrals(contract=self.contract, provider=self.party),
            "subgroups": list(result_queries.subgroups_of(self.contract).items()),
        }
        return super().get_form_kwargs() | more

    def act(self, form: result_forms.PersonForm) -> str:
        """Recognise or add them, and record the start."""
        cleaned, wanted = form.cleaned_data, form.cleaned_data.get("referral", "")
        referral = (
            people_queries.get_referral(contract=self.contract, provider=self.party, public_id=wanted)
            if wanted
            else None
        )
        done = operations.admit_person(
            identifiers=form.identifiers,
            started_on=cleaned["started_on"],
            subgroups=cleaned.get("subgroups", ()),
            referral=referral,
            **self.facts(),
        )
        name = done.start.participant.pseudonym
        words = _("Recorded. The person's pseudonym is %(name)s.") % {"name": name}
        if done.was_elsewhere:
            words = _(
                "Recorded. Another provider of this contract has met this person before: the pseudonym is %(name)s."
            ) % {"name": name}
        elif done.was_known:
            words = _("Recorded. You have met this person before: the pseudonym is %(name)s.") % {"name": name}
        messages.success(self.request, words)
        return self.go("person", name)

    def back(self) -> str:
        """The list of people."""
        return self.go("people")


class StartClockView(ActView):
    """What has to last begins, or begins again."""

    form_class = result_forms.ClockForm
    title = gettext_lazy("Something that has to last begins")
    intro = gettext_lazy(
        "Results that have to last are counted from this day. If the home or the job was lost and found again, the "
        "whole time begins again."
    )
    fields: ClassVar[dict[str, str]] = {
        "bonds.day_not_possible": "started_on",
        "bonds.ladder_unknown": "ladder",
        "bonds.clock_conflict": "event",
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer what has to last by the terms of today."""
        return super().get_form_kwargs() | {"ladders": people_queries.ladders_of(self.contract, on=clock.today())}

    def act(self, form: result_forms.ClockForm) -> str:
        """Start the clock."""
        cleaned = form.cleaned_data
        operations.start_clock(
            participant=self.own_person(self.kwargs["person"]),
            ladder=cleaned["ladder"],
            started_on=cleaned["started_on"],
            event=ClockEvent(cleaned["event"]),
            **self.facts(),
        )
        messages.success(self.request, _("Recorded."))
        return self.back()

    def back(self) -> str:
        """The person."""
        return self.go("person", self.own_person(self.kwargs["person"]).pseudonym)


class RecordReferralView(ActView):
    """A commissioner sent somebody to a provider; either of them may say so."""

    form_class = result_forms.ReferralForm
    title = gettext_lazy("Somebody was referred")
    intro = gettext_lazy("Without a name: who it was is known to the provider, once they start.")
    fields: ClassVar[dict[str, str]] = {
        "bonds.day_not_possible": "referred_on",
        "bonds.not_a_payer": "referred_on",
        "bonds.not_a_provider": "referred_on",
        "bonds.referral_exists": "reference",
    }

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may record referrals."""
        return policies.may_record_referrals(actor, standpoint)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the other side's parties, and one's own on one's own side."""
        payers = people_queries.parties_with(self.contract, *sorted(PAYER_ROLES))
        providers = people_queries.parties_with(self.contract, PartyRole.PROVIDER)
        own = self.party
        if own in providers and own not in payers:
            providers = [own]
        elif own in payers and own not in providers:
            payers = [own]
        return super().get_form_kwargs() | {"commissioners": payers, "providers": providers}

    def act(self, form: result_forms.ReferralForm) -> str:
        """Record it."""
        cleaned = form.cleaned_data
        parties = {one.code: one for one in people_queries.parties_with(self.contract, *PartyRole)}
        commissioner, provider = parties[cleaned["commissioner"]], parties[cleaned["provider"]]
        require(policies.is_about_own(self.standpoint, commissioner.organisation, provider.organisation))
        operations.record_referral(
            commissioner=commissioner,
            referred_on=cleaned["referred_on"],
            reference=cleaned["reference"],
            **self.facts() | {"provider": provider},
        )
        messages.success(self.request, _("Recorded."))
        return self.back()

    def back(self) -> str:
        """The list of referrals."""
        return self.go("referrals")
