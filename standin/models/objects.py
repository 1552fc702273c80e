"""The objects of Stripe's API. Money is whole pence; moments are seconds since 1970, UTC, as on the wire."""

from typing import ClassVar

from django.db import models


class Account(models.Model):
    """A connected account, or the platform's own."""

    id = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=200)
    created = models.BigIntegerField()
    is_platform = models.BooleanField(default=False)
    charges_enabled = models.BooleanField(default=True)
    # Where a refund exceeds the available balance.
    SHORT_REFUNDS = (
        ("wait", "the refund is pending until there is enough"),
        ("debit", "the balance goes below zero: the provider takes the difference from the bank account"),
        ("refuse", "the refund is refused"),
    )
    short_refunds = models.CharField(max_length=10, default="wait", choices=SHORT_REFUNDS)

    def __str__(self) -> str:
        return self.id


class StripeObject(models.Model):
    """What all objects share: a number for the order of lists, an id, the account that owns it, when it began."""

    number = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=90, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    created = models.BigIntegerField(db_index=True)
    metadata = models.JSONField(default=dict)

    objects = models.Manager()

    prefix: ClassVar[str] = ""
    # What Stripe calls it in "No such ...".
    noun: ClassVar[str] = ""

    class Meta:
        """Newest first, as every list of Stripe is."""

        abstract = True
        ordering = ("-number",)

    def __str__(self) -> str:
        return self.id


class Customer(StripeObject):
    """A customer: kept and given back, nothing more."""

    prefix = "cus"
    noun = "customer"

    name = models.CharField(max_length=256, blank=True)
    email = models.CharField(max_length=512, blank=True)
    phone = models.CharField(max_length=64, blank=True)
    description = models.TextField(blank=True)


class BalanceTransaction(StripeObject):
    """One movement of an account's balance. Net, amount less fee, counts as available from `available_on`."""

    prefix = "txn"
    noun = "balance transaction"

    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    net = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="gbp")
    type = models.CharField(max_length=40)
    reporting_category = models.CharField(max_length=40)
    description = models.TextField(blank=True)
    fee_description = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=90, db_index=True)
    available_on = models.BigIntegerField(db_index=True)

    class Meta(StripeObject.Meta):
        """The arithmetic of a movement, kept by the database too."""

        constraints = (
            models.CheckConstraint(
                name="standin_net_is_amount_less_fee", condition=models.Q(net=models.F("amount") - models.F("fee"))
            ),
        )


class PaymentIntent(StripeObject):
    """An intention to take money: it may see several charges that fail, and one that succeeds."""

    prefix = "pi"
    noun = "payment_intent"

    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="gbp")
    status = models.CharField(max_length=30, default="requires_payment_method")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT)
    description = models.TextField(blank=True)
    receipt_email = models.CharField(max_length=512, blank=True)
    statement_descriptor_suffix = models.CharField(max_length=22, blank=True)
    client_secret = models.CharField(max_length=120)
    card_number = models.CharField(max_length=16, blank=True)
    payer_name = models.CharField(max_length=200, blank=True)
    payer_email = models.CharField(max_length=512, blank=True)
    return_url = models.TextField(blank=True)
    last_payment_error = models.JSONField(null=True)
    latest_charge = models.CharField(max_length=90, blank=True)
    cancellation_reason = models.CharField(max_length=40, blank=True)
    canceled_at = models.BigIntegerField(null=True)


class Charge(StripeObject):
    """One attempt to charge a card."""

    prefix = "ch"
    noun = "charge"

    payment_intent = models.ForeignKey(PaymentIntent, on_delete=models.PROTECT, related_name="charges")
    amount = models.BigIntegerField()
    amount_refunded = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="gbp")
    status = models.CharField(max_length=10)
    disputed = models.BooleanField(default=False)
    card_number = models.CharField(max_length=16)
    payment_method = models.CharField(max_length=90)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_message = models.TextField(blank=True)
    decline_code = models.CharField(max_length=40, blank=True)
    balance_transaction = models.ForeignKey(BalanceTransaction, null=True, on_delete=models.PROTECT)

    class Meta(StripeObject.Meta):
        """Never more back than was taken, and one success for an intent."""

        constraints = (
            models.CheckConstraint(
                name="standin_refunds_within_charge",
                condition=models.Q(amount_refunded__gte=0, amount_refunded__lte=models.F("amount")),
            ),
            models.UniqueConstraint(
                name="standin_one_success_for_an_intent",
                fields=("payment_intent",),
                condition=models.Q(status="succeeded"),
            ),
        )


class CheckoutSession(StripeObject):
    """A visit to the hosted checkout page: open, then complete or expired."""

    prefix = "cs_test"
    noun = "checkout.session"

    status = models.CharField(max_length=10, default="open")
    payment_status = models.CharField(max_length=20, default="unpaid")
    amount_total = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="gbp")
    line_items = models.JSONField()
    client_reference_id = models.CharField(max_length=200, blank=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT)
    customer_email = models.CharField(max_length=512, blank=True)
    success_url = models.TextField()
    cancel_url = models.TextField(blank=True)
    locale = models.CharField(max_length=10, blank=True)
    submit_type = models.CharField(max_length=10, blank=True)
    payment_method_types = models.JSONField(default=list)
    payment_intent_data = models.JSONField(default=dict)
    payment_intent = models.ForeignKey(PaymentIntent, null=True, on_delete=models.PROTECT, related_name="sessions")
    payer_name = models.CharField(max_length=200, blank=True)
    payer_email = models.CharField(max_length=512, blank=True)
    payer_postcode = models.CharField(max_length=16, blank=True)
    expires_at = models.BigIntegerField(db_index=True)


class Refund(StripeObject):
    """Money on its way back: pending until the balance holds enough, then succeeded; it may fail afterwards."""

    prefix = "re"
    noun = "refund"

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="gbp")
    status = models.CharField(max_length=12, db_index=True)
    reason = models.CharField(max_length=30, blank=True)
    pending_reason = models.CharField(max_length=20, blank=True)
    failure_reason = models.CharField(max_length=40, blank=True)
    balance_transaction = models.ForeignKey(
        BalanceTransaction, null=True, on_delete=models.PROTECT, related_name="paid_refunds"
    )
    failure_balance_transaction = models.ForeignKey(
        BalanceTransaction, null=True, on_delete=models.PROTECT, related_name="failed_refunds"
    )


class Dispute(StripeObject):
    """A chargeback: amount and fee leave the balance in one movement; a win brings the amount back, never the fee."""

    prefix = "du"
    noun = "dispute"

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="disputes")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="gbp")
    status = models.CharField(max_length=30, default="needs_response")
    reason = models.CharField(max_length=40, default="fraudulent")


class TopUp(StripeObject):
    """Float that somebody added to a balance."""

    prefix = "tu"
    noun = "topup"

    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="gbp")
    description = models.TextField(blank=True)
    balance_transaction = models.ForeignKey(BalanceTransaction, on_delete=models.PROTECT)


class Event(StripeObject):
    """Something that happened, with the object as it was then."""

    prefix = "evt"
    noun = "event"

    type = models.CharField(max_length=60, db_index=True)
    data = models.JSONField()
    request_id = models.CharField(max_length=40, blank=True)
    idempotency_key = models.CharField(max_length=255, blank=True)
