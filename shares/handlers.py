"""Work that was promised in a transaction, and what the rooms below ask of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation import clock
from foundation.access import Actor, Decision
from foundation.registries import EntrySource
from ledger import queries as ledger_queries
from people.models import Organisation, User
from shares import operations, policies
from shares.models import AllotmentBatch, Application, Member, RegisterEntry, ShareOffer, Society
from shares.operations.applying import SESSION_KEY
from shares.queries import open_applications, register_total_pence
from shares.states import CapitalClass


def handle_refund_offer(*, payload: dict[str, Any], at: datetime) -> None:
    """Turn every payment of a failed offer into a refund; safe to run again."""
    offer = ShareOffer.objects.with_everything().get(public_id=payload["offer"])
    operations.refund_failed_offer(offer=offer, actor=payload["actor"], at=at)


def handle_follow_refunds(*, payload: dict[str, Any], at: datetime) -> None:
    """Note that the last refund of a failed offer has arrived."""
    operations.follow_refunds(offer=ShareOffer.objects.get(public_id=payload["offer"]), at=at)


def handle_issue_certificates(*, payload: dict[str, Any], at: datetime) -> None:
    """Number the certificates of a batch and have them made; safe to run again."""
    batch = AllotmentBatch.objects.select_related("offer__organisation").get(public_id=payload["batch"])
    operations.issue_certificates(batch=batch, actor=Actor(ref=payload["actor"]), at=at)


def follow_sign_up(user: User, session: Any) -> None:
    """Give somebody who signs up or in the applications that they began as a visitor."""
    tokens = session.get(SESSION_KEY, [])
    if not tokens:
        return
    operations.attach_to_user(
        user=user, claim_tokens=tokens, actor=Actor(ref=f"user:{user.public_id}", user_id=user.pk), at=clock.now()
    )


def label_applications(refs: Sequence[str]) -> Mapping[str, Any]:
    """Name the applications that own amounts in the ledger, for the treasurer."""
    rows = Application.objects.filter(public_id__in=refs).select_related("particulars")
    return {
        row.public_id: row.body_name or (row.particulars.full_name if row.particulars else row.public_id)
        for row in rows
    }


def label_members(refs: Sequence[str]) -> Mapping[str, Any]:
    """Name the members that own amounts in the ledger, for the treasurer."""
    newest = RegisterEntry.objects.filter(member=OuterRef("pk")).order_by("-number")
    rows = (
        Member.objects.filter(public_id__in=refs)
        .annotate(name=newest.values("particulars__full_name")[:1])
        .values_list("public_id", "number", "body_name", "name")
    )
    return {ref: f"{number} {body or name or ''}".strip() for ref, number, body, name in rows}


def give_allotment_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the allotments that entries come from, with the page of the offer."""
    rows = AllotmentBatch.objects.filter(public_id__in=refs).select_related("offer__organisation")
    return {
        row.public_id: EntrySource(
            _("Allotment of shares, %(minute)s") % {"minute": row.minute_reference},
            reverse("shares:offer", args=[row.offer.organisation.slug, row.offer.slug]),
        )
        for row in rows
    }


def find_open_application_problems(organisation: str, _from_on: date, until_on: date) -> Iterable[str]:
    """Say where account 2150 and the open applications differ at the end of a month.

    Source: the treasury's month-end controls (2150 = open applications).
    """
    owner = Organisation.objects.get(public_id=organisation)
    book = ledger_queries.find_book(organisation=organisation)
    if book is None:
        return []
    last_on = until_on - timedelta(days=1)
    in_books = ledger_queries.owner_balances(book=book, code="2150", on=last_on)
    open_now = {row.public_id: pence for row, pence in open_applications(organisation=owner, on=last_on)}
    return [
        f"{ref}: {in_books.get(ref, 0)} in the books, {open_now.get(ref, 0)} by the applications"
        for ref in sorted({ref for ref, pence in in_books.items() if pence} | set(open_now))
        if in_books.get(ref, 0) != open_now.get(ref, 0)
    ]


def find_register_problems(organisation: str, _from_on: date, until_on: date) -> Iterable[str]:
    """Say whether the share capital in the books and the register differ at the end of a month.

    Source: the treasury's month-end controls (3000 = register total).
    """
    book = ledger_queries.find_book(organisation=organisation)
    society = Society.objects.filter(organisation__public_id=organisation).first()
    if book is None or society is None:
        return []
    last_on = until_on - timedelta(days=1)
    code = "3000" if society.capital_class == CapitalClass.EQUITY.value else "2400"
    in_books = ledger_queries.account_balance(book=book, code=code, on=last_on)
    in_register = register_total_pence(society=society, on=last_on)
    return [] if in_books == in_register else [f"{in_books} in account {code}, {in_register} in the register"]


def may_download_certificate(actor: Actor, document: Any) -> Decision:
    """Decide who may have the file of a certificate: its holder, and the society's officers."""
    entry = RegisterEntry.objects.select_related("application__organisation").get(public_id=document.subject)
    assert entry.application is not None, "a certificate is of shares that were applied for"
    return policies.may_see_application(actor, entry.application)
