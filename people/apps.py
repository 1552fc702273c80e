"""Sign-in, persons, organisations, roles and keys."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Who acts here, for whom, and how they prove it."""

    name = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room gives to the others."""
        from foundation import registries  # noqa: PLC0415
        from people import exports, handlers, operations  # noqa: F401, PLC0415  handlers connect themselves
        from people.invariants import INVARIANTS  # noqa: PLC0415
        from people.operations.privacy import erase_own  # noqa: PLC0415

        registries.INVARIANTS.register("people", INVARIANTS)
        registries.PERSONAL_DATA_HOLDERS.register(
            "people",
            registries.PersonalDataHolder(export=exports.export_own, erase=erase_own, merge=operations.merge_person),
        )
        registries.MENU_ITEMS.register(
            "people.officers",
            registries.MenuItem(
                label=_("Officers"),
                url_name="people:officers",
                roles=frozenset({"secretary", "director"}),
                order=900,
            ),
        )
