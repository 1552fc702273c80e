from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Field
from django.db.models.expressions import Combinable
from django.utils.functional import _StrPromise
from moneyed import Money

class MoneyField(Field[Money | Decimal | int | Combinable, Money]):
    _pyi_private_set_type: Money | Decimal | int | Combinable
    _pyi_private_get_type: Money
    _pyi_lookup_exact_type: Money | Decimal | int
    def __init__(
        self,
        verbose_name: str | _StrPromise | None = ...,
        name: str | None = ...,
        max_digits: int | None = ...,
        decimal_places: int = ...,
        default: Any = ...,
        default_currency: str | None = ...,
        currency_choices: Sequence[tuple[str, str]] = ...,
        currency_max_length: int = ...,
        currency_field_name: str | None = ...,
        money_descriptor_class: type = ...,
        *,
        null: bool = ...,
        blank: bool = ...,
        editable: bool = ...,
        help_text: str | _StrPromise = ...,
        validators: Iterable[Callable[[Any], None]] = ...,
    ) -> None: ...
