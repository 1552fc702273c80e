"""Bases that the models of every room share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import models

from foundation.ids import new_public_id

if TYPE_CHECKING:
    PlainText = models.CharField[str, str]
else:
    PlainText = models.CharField


class PublicIdField(PlainText):
    """An opaque id that is made when the row is first written, in `save` and in `bulk_create` alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Be a plain text column in migrations, which know nothing of how ids are made."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  Django's own signature
        """Fill an empty id from the prefix of the model."""
        value: str = getattr(model_instance, self.attname)
        if not value:
            value = new_public_id(type(model_instance).public_id_prefix)  # type: ignore[attr-defined]
            setattr(model_instance, self.attname, value)
        return value


class PublicIdModel(models.Model):
    """A thing that the outside world may name: by its public id, never by its row number."""

    public_id_prefix: ClassVar[str]

    public_id = PublicIdField()

    class Meta:
        """Only a base."""

        abstract = True


class ChangedFact(RuntimeError):
    """Our own code tried to change or delete a row that states a fact."""


class AppendOnlyModel(models.Model):
    """A fact: written once, corrected by another fact.

    The database refuses changes as well: the migration that makes the table runs `guards.append_only_sql`,
    and a system check (foundation.E003) fails while the triggers of an `append_only` model are missing.
    """

    append_only: ClassVar[bool] = True

    class Meta:
        """Only a base."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row, once."""
        if not self._state.adding:
            raise ChangedFact(f"{self._meta.label} is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ChangedFact(f"{self._meta.label} is append-only.")
