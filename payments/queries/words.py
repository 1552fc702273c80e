"""The words for codes: what needs attention, why, and what to do next; what a state is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payments.states import AttemptState, DisputeState, PaymentState, RefundState, RunState

Text = str | Promise


@dataclass(frozen=True)
class Advice:
    """What a kind of matter is called, why it stopped, and what a person does about it."""

    title: Text
    reason: Text
    next_step: Text


_ASK_AGAIN = _("Look at the charge in your Stripe account. Once it is put right there, ask again here.")

ADVICE: Final[Mapping[str, Advice]] = {
    "amount_differs": Advice(
        _("Another amount was paid"),
        _("The charge at Stripe is not for the amount that was asked. Nothing was posted."),
        _("Compare both amounts. Refund the charge in your Stripe account, or correct the payment and ask again."),
    ),
    "currency_differs": Advice(
        _("Paid in another currency"),
        _("The charge at Stripe is not in pounds. Nothing was posted."),
        _("Refund the charge in your Stripe account and ask the payer to pay in pounds."),
    ),
    "live_mode_differs": Advice(
        _("Practice and real money were mixed up"),
        _("The charge was made in another mode of Stripe than the one this site uses. Nothing was posted."),
        _("Tell the platform's staff: a key or a webhook is set up wrongly."),
    ),
    "other_payment": Advice(
        _("The charge names another payment"),
        _("What we wrote on the charge does not match the payment it came for. Nothing was posted."),
        _ASK_AGAIN,
    ),
    "checkout_refused": Advice(
        _("Stripe would not open a checkout page"),
        _("Stripe refused to take a payment for your organisation."),
        _("Open your Stripe account and see whether it asks for something before it takes payments."),
    ),
    "refund_not_owed": Advice(
        _("A refund is not owed in the books"),
        _("The books do not show this money as due back to the payer, so the refund was not sent."),
        _("Find out why it is not under 2155 Refunds-Due; post it there if it is owed, and the refund is sent."),
    ),
    "refund_failed": Advice(
        _("A refund failed"),
        _("The card issuer or Stripe sent it back. The money is still owed and stands under 2155 Refunds-Due."),
        _("Ask the payer for bank details and pay by bank transfer."),
    ),
    "refund_differs": Advice(
        _("A refund has another amount"),
        _("Stripe refunded another amount than was asked. Nothing was posted."),
        _("Compare both amounts below with your Stripe account and post the difference by a manual journal."),
    ),
    "refund_elsewhere": Advice(
        _("A refund was made outside this site"),
        _("Somebody refunded this payment in the Stripe account itself. The books do not know why."),
        _("Find out who did it and why, then post it by a manual journal."),
    ),
    "run_paused": Advice(
        _("A run of refunds is waiting for money"),
        _("Stripe pays refunds from the available balance, and that ran short. Stripe keeps its fees when it refunds."),
        _("Add the missing amount to your Stripe balance, or wait for pending money. The run then goes on by itself."),
    ),
    "dispute_opened": Advice(
        _("A card holder disputes a payment"),
        _("The card holder's bank took the money back while it looks into it, and Stripe took its fee."),
        _("Answer in your Stripe account before the last day for evidence."),
    ),
    "dispute_lost": Advice(
        _("A dispute was lost after the shares were allotted"),
        _("The money is gone, and stands under 1270 Disputed-Card-Receipts."),
        _("The committee decides: cancel the shares under the rules, or let them stand and write the money off."),
    ),
    "statement_line_unexplained": Advice(
        _("A movement of the Stripe balance is not in the books"),
        _("It is on Stripe's statement and belongs to nothing that this site asked for."),
        _("Look it up in your Stripe account and post it by a manual journal."),
    ),
    "messages_lost": Advice(
        _("Messages from Stripe were lost"),
        _("The comparison with Stripe's statement found payments that no message had told of. They are booked now."),
        _("Check that the webhook address and its secret are right in Stripe."),
    ),
    "event_unknown_account": Advice(
        _("A message came for an account that nobody has here"),
        _("It was signed by Stripe and stored. Nothing was posted."),
        _("Find out whose account it is; connect it to an organisation or remove it in Stripe."),
    ),
    "event_live_mode_differs": Advice(
        _("A message came from the other mode of Stripe"),
        _("A practice message reached a site with real money, or the reverse. Nothing was posted."),
        _("Remove the webhook address from the wrong mode in Stripe."),
    ),
    "event_missing_at_provider": Advice(
        _("A message was about something that Stripe does not know in that account"),
        _("The object it named could not be found. Nothing was posted."),
        _("Compare the account and the object below with your Stripe account."),
    ),
    "event_charge_not_booked": Advice(
        _("A refund or dispute belongs to a charge that is not in the books"),
        _("Its charge did not fit the payment, so neither was posted."),
        _("Put the charge right first; it is listed here too."),
    ),
}
UNKNOWN: Final = Advice(
    _("Something needs a look"),
    _("The site does not know this kind of matter."),
    _("Tell the platform's staff."),
)

STATES: Final[Mapping[str, Text]] = {
    PaymentState.CREATED: _("Not begun"),
    PaymentState.CHECKOUT_OPEN: _("At the checkout"),
    PaymentState.SETTLED: _("Paid"),
    PaymentState.ENDED: _("Ended without money"),
    PaymentState.NEEDS_ATTENTION: _("Needs attention"),
    AttemptState.SENT: _("Sent to Stripe"),
    AttemptState.OPEN: _("Open"),
    AttemptState.COMPLETE: _("Complete"),
    AttemptState.EXPIRED: _("Expired"),
    RefundState.REQUESTED: _("Decided"),
    RefundState.PENDING: _("With Stripe"),
    RefundState.SUCCEEDED: _("Refunded"),
    RefundState.FAILED: _("Failed"),
    RunState.PREPARED: _("Waiting for your confirmation"),
    RunState.RUNNING: _("Running"),
    RunState.PAUSED: _("Paused"),
    RunState.FINISHED: _("Finished"),
    DisputeState.WON: _("Won"),
    DisputeState.LOST: _("Lost"),
}

FACT_LABELS: Final[Mapping[str, Text]] = {
    "charge": _("Charge"),
    "refund": _("Refund"),
    "asked_pence": _("Asked"),
    "charged_minor": _("Charged"),
    "charged_currency": _("Currency charged"),
    "made_minor": _("Refunded"),
    "amount_pence": _("Amount"),
    "amount_minor": _("Amount"),
    "missing_pence": _("Missing"),
    "available_pence": _("Available"),
    "net_minor": _("Amount"),
    "provider_code": _("Stripe's code"),
    "evidence_due_at": _("Last day for evidence"),
    "type": _("Kind"),
    "source": _("Object"),
    "object": _("Object"),
    "account": _("Account"),
    "event": _("Message"),
    "healed": _("Found"),
    "payment": _("Payment"),
}


def advice_for(code: str) -> Advice:
    """Give the words for a kind of matter."""
    return ADVICE.get(code, UNKNOWN)


def state_word(state: str) -> Text:
    """Give the word for a state."""
    return STATES.get(state, state)


def readable_facts(facts: Mapping[str, Any]) -> list[tuple[Text, Any, bool]]:
    """List facts as (label, value, whether it is an amount in pence); those without a label are left out."""
    return [
        (label, facts[name], name.endswith(("_pence", "_minor")))
        for name, label in FACT_LABELS.items()
        if facts.get(name) not in (None, "")
    ]
