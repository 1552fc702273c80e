"""Django's view of the app, and what it registers with the rooms below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Money in and money back through the payment provider."""

    name = "payments"
    verbose_name = _("Payments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register outbox handlers, and what officers and the month end need."""
        from foundation import registries  # noqa: PLC0415  models are loaded by now
        from payments import handlers, operations  # noqa: F401, PLC0415
        from payments.operations import checkout, events, refund_runs, refunding  # noqa: PLC0415

        registries.OUTBOX_HANDLERS.register(events.EVENT_TOPIC, handlers.handle_event)
        registries.OUTBOX_HANDLERS.register(checkout.EXPIRE_TOPIC, handlers.handle_checkout_expiry)
        registries.OUTBOX_HANDLERS.register(refunding.REFUND_TOPIC, handlers.handle_refund)
        registries.OUTBOX_HANDLERS.register(refund_runs.RUN_TOPIC, handlers.handle_refund_run)
        registries.JOB_KINDS.register(refund_runs.JOB_KIND, registries.JobKind(title=_("Refunds")))
