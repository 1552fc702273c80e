"""Django's view of the app, and what it registers with the rooms below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_ENTRY_KINDS = {
    "receipt": _("Card payment received"),
    "duplicate_due_back": _("Paid twice: due back"),
    "refund": _("Refund"),
    "refund_failed": _("Refund came back"),
    "dispute": _("Card payment disputed"),
    "dispute_won": _("Dispute won"),
    "payout": _("Paid out to the bank"),
    "payout_failure": _("Payout came back"),
    "payout_cancel": _("Payout cancelled"),
    "topup": _("Topped up from the bank"),
    "recorded_receipt": _("Recorded receipt"),
    "recorded_payment": _("Recorded payment"),
}


class PaymentsConfig(AppConfig):
    """Money in and money back through the payment provider."""

    name = "payments"
    verbose_name = _("Payments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register outbox handlers, and what officers and the month end need."""
        from foundation import registries  # noqa: PLC0415  models are loaded by now
        from payments import checks, handlers, queries  # noqa: F401, PLC0415  checks register themselves
        from payments.invariants import INVARIANTS  # noqa: PLC0415
        from payments.operations import checkout, events, privacy, refund_runs, refunding  # noqa: PLC0415

        registries.OUTBOX_HANDLERS.register(events.EVENT_TOPIC, handlers.handle_event)
        registries.OUTBOX_HANDLERS.register(checkout.EXPIRE_TOPIC, handlers.handle_checkout_expiry)
        registries.OUTBOX_HANDLERS.register(refunding.REFUND_TOPIC, handlers.handle_refund)
        registries.OUTBOX_HANDLERS.register(refund_runs.RUN_TOPIC, handlers.handle_refund_run)
        registries.INVARIANTS.register("payments", INVARIANTS)
        for kind, words in _ENTRY_KINDS.items():
            registries.ENTRY_KINDS.register(f"payments.{kind}", words)
        registries.ENTRY_SOURCES.register("pay", handlers.give_payment_sources)
        registries.ENTRY_SOURCES.register("rfd", handlers.give_refund_sources)
        registries.ENTRY_SOURCES.register("rec", handlers.give_recorded_sources)
        registries.PERSONAL_DATA_HOLDERS.register(
            "payments",
            registries.PersonalDataHolder(
                export=queries.export_payments, erase=privacy.erase_payments, merge=privacy.merge_payments
            ),
        )
        registries.MONTH_END_CONTROLS.register(
            "payments.clearing",
            registries.MonthEndControl(
                title=_("1250 Stripe-Clearing equals the balance at Stripe"),
                find_problems=queries.find_clearing_problems,
                url_name="payments:overview",
                order=10,
            ),
        )
        registries.MENU_ITEMS.register(
            "payments.overview",
            registries.MenuItem(
                label=_("Payments"),
                url_name="payments:overview",
                roles=frozenset({"treasurer", "secretary"}),
                order=400,
            ),
        )
        registries.JOB_KINDS.register(refund_runs.JOB_KIND, registries.JobKind(title=_("Refunds")))
        self._register_recorded()

    def _register_recorded(self) -> None:
        """Register money recorded by hand: its line of the menu, and the purpose for which no other room is needed."""
        from foundation import registries  # noqa: PLC0415
        from payments.operations.recording import OTHER, other  # noqa: PLC0415
        from payments.states import DIRECTIONS  # noqa: PLC0415

        registries.MENU_ITEMS.register(
            "payments.recorded",
            registries.MenuItem(
                label=_("Recorded money"),
                url_name="payments:recorded_list",
                roles=frozenset({"treasurer", "director", "secretary"}),
                order=402,
            ),
        )
        registries.RECORDED_PURPOSES.register(
            OTHER,
            registries.RecordedPurpose(
                title=_("Something else"),
                directions=frozenset(DIRECTIONS),
                lines=other.lines_of_other,
                check=other.check_nothing,
                settled=other.tell_nobody,
                reversed=other.tell_nobody,
            ),
        )
        registries.RECORDED_PURPOSES.expect(OTHER)
