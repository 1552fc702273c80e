"""What still stands in the way of closing a contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bonds import states
from bonds.arithmetic.terms import Terms
from bonds.models import ClaimLine, ContractVersion, Invoice, OutcomesContract, SampleRun
from bonds.queries.adjusting import waits_for_adjustment
from bonds.queries.advances import sum_unearned
from bonds.queries.investors import list_open
from bonds.queries.invoice_lists import waiting_by_payer
from bonds.queries.invoices import number_of
from bonds.queries.overpayments import find_credits, find_set_offs
from bonds.queries.provider_dues import find_unbooked
from bonds.queries.terms import terms_of
from core.money import format_pounds
from ledger import queries as ledger_queries
from ledger.states import AccountType
from payments.models import RecordedMoney
from payments.states import RecordedState

_ON_THE_SHEET = {AccountType.ASSET.value, AccountType.LIABILITY.value}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that has to be done first.

    Attributes:
        code: Which thing, as a lasting word: "claims_open", "account_open".
        words: The same for people, with its figure.
    """

    code: str
    words: str


def newest_terms(contract: OutcomesContract) -> Terms | None:
    """The terms of the newest signed version; None of a draft."""
    newest = ContractVersion.objects.filter(contract=contract).signed().order_by("-number").first()
    return terms_of(newest) if newest else None


def find_obstacles(contract: OutcomesContract, *, on: date) -> list[Obstacle]:
    """List all that has to be done before a contract can be closed; nothing if it can.

    Args:
        contract: Signed.
        on: The day on which it would be closed.
    """
    return [
        *_of_time(contract, on),
        *_of_claims(contract),
        *_of_providers(contract, on),
        *_of_money(contract),
        *_of_accounts(contract),
    ]


def _of_time(contract: OutcomesContract, on: date) -> Iterator[Obstacle]:
    terms = newest_terms(contract)
    if terms is None or on < terms.run_off_until:
        until = terms.run_off_until.strftime("%-d %B %Y") if terms else ""
        yield Obstacle("run_off", _("Results count until %(until)s.") % {"until": until})
    open_states = [states.VersionState.DRAFT.value, states.VersionState.PROPOSED.value]
    if ContractVersion.objects.filter(contract=contract, state__in=open_states).exists():
        yield Obstacle("version_open", _("A variation is being written or signed."))
    if waits_for_adjustment(contract):
        words = _("A version reaches back, and nobody has worked the earlier results out again.")
        yield Obstacle("adjustment_waits", words)


def _of_claims(contract: OutcomesContract) -> Iterator[Obstacle]:
    lines = ClaimLine.objects.filter(claim__contract=contract)
    waiting = lines.in_states(states.LineState.DRAFT, *states.OPEN_STATES).count()
    if waiting:
        words = ngettext("%(count)s line of a claim is not decided.", "%(count)s lines are not decided.", waiting)
        yield Obstacle("claims_open", words % {"count": waiting})
    disputed = lines.in_states(states.LineState.DISPUTED).count()
    if disputed:
        words = ngettext("%(count)s line is in dispute.", "%(count)s lines are in dispute.", disputed)
        yield Obstacle("disputes_open", words % {"count": disputed})
    samples = SampleRun.objects.filter(contract=contract, closing=None).count()
    if samples:
        words = ngettext("%(count)s sample is not closed.", "%(count)s samples are not closed.", samples)
        yield Obstacle("samples_open", words % {"count": samples})


def _of_providers(contract: OutcomesContract, on: date) -> Iterator[Obstacle]:
    unbooked = find_unbooked(contract, on=on)
    if unbooked.dues:
        words = (
            _("%(amount)s that providers are due is not booked.")
            if unbooked.pence >= 0
            else _("%(amount)s that goes back from providers, for results that were taken back, is not booked.")
        )
        yield Obstacle("dues_unbooked", words % {"amount": format_pounds(abs(unbooked.pence), contract.currency)})


def _of_money(contract: OutcomesContract) -> Iterator[Obstacle]:
    currency = contract.currency
    waiting = waiting_by_payer(contract)
    if waiting:
        uninvoiced = sum(one.pence for one in waiting)
        words = _("%(amount)s was accepted and not invoiced.") % {"amount": format_pounds(uninvoiced, currency)}
        yield Obstacle("not_invoiced", words)
    # All lines of an invoice stand in its facts: long, and only its number is asked for.
    unpaid = Invoice.objects.filter(contract=contract, state=states.InvoiceState.ISSUED.value).defer("facts")
    for invoice in unpaid.select_related("contract"):
        words = _("Invoice %(number)s is not paid: %(amount)s.")
        yield Obstacle(
            "invoice_open",
            words % {"number": number_of(invoice), "amount": format_pounds(invoice.open_pence, currency)},
        )
    names = dict(contract.parties.values_list("code", "organisation__name"))
    set_offs, credited = find_set_offs(contract), find_credits(contract)
    for payer in sorted(set_offs.keys() | credited.keys()):
        pence = set_offs.get(payer, 0) + credited.get(payer, 0)
        words = _("%(payer)s is owed %(amount)s, which nothing has settled: it is paid back first.")
        yield Obstacle("overpaid", words % {"payer": names[payer], "amount": format_pounds(pence, currency)})
    for payer, pence in sorted(sum_unearned(contract).items()):
        words = _("%(payer)s paid %(amount)s in advance that was not earned: it is paid back first.")
        yield Obstacle("advance_unearned", words % {"payer": names[payer], "amount": format_pounds(pence, currency)})
    promised = sum(pence for _due, pence in list_open(contract))
    if promised:
        words = _("%(amount)s was shared out and not paid.") % {"amount": format_pounds(promised, currency)}
        yield Obstacle("distribution_open", words)


def _of_accounts(contract: OutcomesContract) -> Iterator[Obstacle]:
    """Nothing is owned or owed any more, and the memo book is empty."""
    for slug, is_memo in ((contract.book_slug, False), (contract.memo_slug, True)):
        book = ledger_queries.get_book_by_slug(slug=slug)
        for row in ledger_queries.trial_balance(book=book):
            if row.net and (is_memo or row.account.type in _ON_THE_SHEET):
                words = _("Account %(code)s, %(name)s, still stands at %(amount)s.")
                facts = {
                    "code": row.account.code,
                    "name": row.account.name,
                    "amount": format_pounds(row.net, contract.currency),
                }
                yield Obstacle("account_open", words % facts)
        waiting = RecordedMoney.objects.filter(book=book, state=RecordedState.REQUESTED).count()
        if waiting:
            words = ngettext(
                "%(count)s recorded payment waits for its second person.",
                "%(count)s recorded payments wait for their second person.",
                waiting,
            )
            yield Obstacle("money_waits", words % {"count": waiting})
