"""The app of community shares, and what it registers with the rooms below."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharesConfig(AppConfig):
    """Community shares: offers, applications and the register of members."""

    name = "shares"
    verbose_name = _("Community shares")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register purposes, handlers, holders of personal data, controls and invariants."""
        from foundation import registries  # noqa: PLC0415  models are loaded by now
        from shares import exports, handlers  # noqa: PLC0415
        from shares.invariants import INVARIANTS  # noqa: PLC0415
        from shares.operations import allotting, deciding, paying, privacy, settling  # noqa: PLC0415

        registries.PAYMENT_PURPOSES.register(
            paying.PURPOSE,
            registries.PaymentPurpose(
                credit_account=settling.APPLICATIONS,
                refund_account=settling.REFUNDS_DUE,
                statement_text="COMMUNITY SHARES",
                settled=settling.settle,
                refunded=settling.note_refunded,
                refund_failed=settling.note_refund_failed,
                checkout_ended=settling.note_checkout_ended,
                disputed=settling.note_disputed,
                lock_first=settling.lock_for_payment,
            ),
        )
        registries.ENTRY_KINDS.register("shares.allotment", _("Shares allotted"))
        registries.ENTRY_KINDS.register("shares.refund_due", _("Application money due back"))
        registries.OUTBOX_HANDLERS.register(deciding.REFUND_OFFER_TOPIC, handlers.handle_refund_offer)
        registries.OUTBOX_HANDLERS.register(settling.FOLLOW_REFUNDS_TOPIC, handlers.handle_follow_refunds)
        registries.OUTBOX_HANDLERS.register(allotting.CERTIFICATES_TOPIC, handlers.handle_issue_certificates)
        registries.SIGN_UP_FOLLOW_UPS.register("shares", handlers.follow_sign_up)
        registries.PERSONAL_DATA_HOLDERS.register(
            "shares",
            registries.PersonalDataHolder(
                export=exports.export_shares, erase=privacy.erase_shares, merge=privacy.merge_shares
            ),
        )
        registries.MONTH_END_CONTROLS.register(
            "shares.open_applications",
            registries.MonthEndControl(
                title=_("Application money (2150) is that of the open applications"),
                find_problems=handlers.find_open_application_problems,
                order=30,
            ),
        )
        registries.MONTH_END_CONTROLS.register(
            "shares.register",
            registries.MonthEndControl(
                title=_("Share capital (3000) is the total of the register"),
                find_problems=handlers.find_register_problems,
                order=40,
            ),
        )
        registries.INVARIANTS.register("shares", INVARIANTS)
        self._register_interface()

    def _register_interface(self) -> None:
        """Register documents, panels of the resident's page, and lines of the officers' menu."""
        from foundation import registries  # noqa: PLC0415
        from people.models import OrganisationKind, Role  # noqa: PLC0415
        from shares import documents, handlers, operations  # noqa: PLC0415
        from shares.queries import applications  # noqa: PLC0415
        from shares.views.panels import give_panels  # noqa: PLC0415

        registries.DOCUMENT_KINDS.register(
            applications.CERTIFICATE,
            registries.DocumentKind(
                template="documents/share_certificate.html",
                series="CERT",
                title=_("Share certificate"),
                context=documents.certificate_context,
                may_download=handlers.may_download_certificate,
                made=operations.mail_certificate,
            ),
        )
        registries.DOCUMENT_KINDS.register(
            documents.STATEMENT,
            registries.DocumentKind(
                template="documents/holding_statement.html",
                series="STMT",
                title=_("Statement of holding"),
                context=documents.statement_context,
                may_download=documents.may_download_statement,
            ),
        )
        registries.HOME_PANELS.register("shares", give_panels)
        registries.OWNER_LABELS.register("app", handlers.label_applications)
        registries.OWNER_LABELS.register("mem", handlers.label_members)
        registries.ENTRY_SOURCES.register("alt", handlers.give_allotment_sources)
        officers = frozenset({Role.SECRETARY.value, Role.TREASURER.value, Role.DIRECTOR.value})
        lines = (
            ("shares.offers", _("Share offers"), "shares:offers", 10),
            ("shares.register", _("Register of members"), "shares:register", 20),
            ("shares.inspection", _("Register for inspection"), "shares:inspection", 21),
        )
        # Withdrawable shares and a register of their holders are for societies only.
        # Source: Co-operative and Community Benefit Societies Act 2014 s.24 and s.30.
        societies = frozenset(
            {OrganisationKind.COMMUNITY_BENEFIT_SOCIETY.value, OrganisationKind.CO_OPERATIVE_SOCIETY.value}
        )
        for key, label, url_name, order in lines:
            registries.MENU_ITEMS.register(
                key,
                registries.MenuItem(label=label, url_name=url_name, roles=officers, order=order, kinds=societies),
            )
