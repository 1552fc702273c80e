"""Societies come onto the platform."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from moneyed import Money

from core.money import to_minor
from foundation import audit
from foundation.access import Actor
from people.models import Organisation
from shares import law, states
from shares.models import ShareClass, Society
from shares.operations.errors import SocietyExists, TermsUnsound


@transaction.atomic
def register_society(
    *,
    organisation: Organisation,
    registration_number: str,
    legal_form: states.LegalForm,
    registered_office: str,
    maximum_holding: Money,
    minimum_holding: Money,
    actor: Actor,
    at: datetime,
    jurisdiction: states.Jurisdiction = states.Jurisdiction.GREAT_BRITAIN,
    minimum_age: int = 16,
    capital_class: states.CapitalClass = states.CapitalClass.EQUITY,
    asset_lock: states.AssetLock = states.AssetLock.VOLUNTARY,
    has_traded: bool = False,
) -> Society:
    """Write down what a society's registration and rules say, so that it can offer shares.

    Args:
        organisation: The organisation that the society is.
        registration_number: As the society writes it.
        legal_form: What it is registered as.
        registered_office: Its address, one line or several.
        maximum_holding: The largest holding by its rules.
        minimum_holding: The smallest holding by its rules.
        actor: Who acts.
        at: When.
        jurisdiction: Whose law it is registered under.
        minimum_age: Youngest age of a member by its rules.
        capital_class: Whether its board may refuse withdrawals (equity) or not (debt).
        asset_lock: How its assets are bound.
        has_traded: Whether it has accounts to show.

    Raises:
        RegistrationNumberMalformed: the number has none of the shapes of the register.
        TermsUnsound: the smallest holding is not above zero, or the largest is below it.
        SocietyExists: the organisation or the number is a society here already.

    Source: CCBSA 2014 ss.2, 14 (what the rules have to say).
    """
    number = law.normalise_registration_number(registration_number)
    if not 0 < to_minor(minimum_holding) <= to_minor(maximum_holding):
        raise TermsUnsound(_("The largest holding has to be at least the smallest, and that above zero."))
    try:
        with transaction.atomic():
            society = Society.objects.create(
                organisation=organisation,
                registration_number_raw=registration_number.strip(),
                registration_number=number,
                legal_form=legal_form.value,
                jurisdiction=jurisdiction.value,
                registered_office=registered_office,
                maximum_holding=maximum_holding,
                minimum_holding=minimum_holding,
                minimum_age=minimum_age,
                capital_class=capital_class.value,
                asset_lock=asset_lock.value,
                has_traded=has_traded,
                created_at=at,
            )
    except IntegrityError as error:
        raise SocietyExists(_("This society is registered here already."), registration_number=number) from error
    audit.record(
        actor=actor.ref,
        action="shares.society_registered",
        at=at,
        organisation=organisation.public_id,
        subject=society.public_id,
        after={"registration_number": number},
    )
    return society


@transaction.atomic
def add_share_class(*, society: Society, name: str, nominal_value: Money, actor: Actor, at: datetime) -> ShareClass:
    """Add a class of withdrawable shares with the nominal value that the rules fix.

    Raises:
        TermsUnsound: a share has to be worth at least a penny.
    """
    if to_minor(nominal_value) <= 0:
        raise TermsUnsound(_("A share has to have a nominal value above zero."))
    share_class = ShareClass.objects.create(society=society, name=name, nominal_value=nominal_value)
    audit.record(
        actor=actor.ref,
        action="shares.share_class_added",
        at=at,
        organisation=society.organisation.public_id,
        subject=share_class.public_id,
        after={"nominal_value_pence": to_minor(nominal_value)},
    )
    return share_class
