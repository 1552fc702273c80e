"""Reading parameters: what is read is known, and what nobody read is refused, as Stripe refuses unknown parameters."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from standin.errors import StripeError, invalid, parameter_missing

LONGEST_METADATA_KEY = 40
LONGEST_METADATA_VALUE = 500
MOST_METADATA_KEYS = 50


class Parameters:
    """One level of parameters. `path` is how Stripe names this level: `line_items[0][price_data]`."""

    def __init__(self, tree: dict[str, Any], *, path: str = "") -> None:
        self._tree = tree
        self._path = path
        self._known: set[str] = set()
        self._levels: list[Parameters] = []

    def name(self, key: str) -> str:
        """Return the full name of a parameter, for messages."""
        return f"{self._path}[{key}]" if self._path else key

    def _take(self, key: str) -> Any:
        self._known.add(key)
        value = self._tree.get(key)
        return None if value == "" else value

    def has(self, key: str) -> bool:
        """Tell whether a parameter was given and is not empty."""
        return self._take(key) is not None

    def is_group(self, key: str) -> bool:
        """Tell whether a parameter is a group of parameters."""
        return isinstance(self._tree.get(key), dict)

    def text(self, key: str, *, is_required: bool = False, longest: int = 5000) -> str:
        """Return a text; empty where it is absent and may be.

        Raises:
            StripeError: it is missing, is a group of parameters, or is too long.
        """
        value = self._take(key)
        if value is None:
            if is_required:
                raise parameter_missing(self.name(key))
            return ""
        if not isinstance(value, str):
            raise invalid("Invalid string: expected a value, got a group of parameters.", param=self.name(key))
        if len(value) > longest:
            message = f"Invalid string: {value[:10]}...; must be at most {longest} characters"
            raise invalid(message, param=self.name(key))
        return value

    def choice(self, key: str, options: tuple[str, ...], *, is_required: bool = False) -> str:
        """Return one of the options, or empty where it is absent and may be."""
        value = self.text(key, is_required=is_required)
        if value and value not in options:
            raise invalid(f"Invalid {self.name(key)}: must be one of {', '.join(options)}", param=self.name(key))
        return value

    def integer(self, key: str, *, least: int = 0, most: int | None = None) -> int | None:
        """Return a whole number, or None where it is absent.

        Raises:
            StripeError: it is not a whole number, or outside the bounds.
        """
        value = self.text(key)
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise invalid(f"Invalid integer: {value}", param=self.name(key), code="parameter_invalid_integer")
        number = int(value)
        if number < least:
            raise invalid(f"This value must be greater than or equal to {least}.", param=self.name(key))
        if most is not None and number > most:
            raise invalid(f"This value must be less than or equal to {most}.", param=self.name(key))
        return number

    def required_integer(self, key: str, *, least: int = 0, most: int | None = None) -> int:
        """Return a whole number that must be given."""
        number = self.integer(key, least=least, most=most)
        if number is None:
            raise parameter_missing(self.name(key))
        return number

    def boolean(self, key: str) -> bool:
        """Return a yes or no; no where it is absent."""
        return self.choice(key, ("true", "false")) == "true"

    def url(self, key: str, *, is_required: bool = False) -> str:
        """Return an absolute http or https address."""
        value = self.text(key, is_required=is_required)
        if value:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.netloc:
                raise invalid("Not a valid URL", param=self.name(key), code="url_invalid")
        return value

    def metadata(self, key: str = "metadata") -> dict[str, str]:
        """Return a flat mapping of texts, within Stripe's limits."""
        value = self._take(key)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise invalid("Invalid metadata: a flat mapping of texts is expected.", param=self.name(key))
        is_too_big = len(value) > MOST_METADATA_KEYS or any(
            len(name) > LONGEST_METADATA_KEY or len(text) > LONGEST_METADATA_VALUE for name, text in value.items()
        )
        if is_too_big:
            raise invalid("Metadata can have up to 50 keys of 40 characters with values of 500.", param=self.name(key))
        return {name: text for name, text in value.items() if text}

    def level(self, key: str) -> "Parameters":
        """Return a group of parameters, empty where it is absent."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            raise invalid("Invalid object", param=self.name(key))
        level = Parameters(value or {}, path=self.name(key))
        self._levels.append(level)
        return level

    def levels(self, key: str) -> list["Parameters"]:
        """Return a list of groups, in the order of their numbers."""
        return [self._add_level(key, number, value) for number, value in self._numbered(key)]

    def _add_level(self, key: str, number: str, value: Any) -> "Parameters":
        path = f"{self.name(key)}[{number}]"
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=path)
        level = Parameters(value, path=path)
        self._levels.append(level)
        return level

    def texts(self, key: str) -> list[str]:
        """Return a list of texts."""
        return [str(value) for _, value in self._numbered(key)]

    def _numbered(self, key: str) -> Iterator[tuple[str, Any]]:
        value = self._take(key)
        if value is None:
            return
        if not isinstance(value, dict) or not all(number.isdecimal() for number in value):
            raise invalid("Invalid array", param=self.name(key))
        yield from sorted(value.items(), key=lambda item: int(item[0]))

    def accept(self, *keys: str) -> None:
        """Know parameters that Stripe takes and that change nothing here."""
        self._known.update(keys)

    def refuse_unknown(self) -> None:
        """Refuse what nobody read, on this level and those below.

        Raises:
            StripeError: `parameter_unknown`, with the full name.
        """
        for key in self._tree:
            if key not in self._known:
                raise unknown_parameter(self.name(key))
        for level in self._levels:
            level.refuse_unknown()


def unknown_parameter(name: str) -> StripeError:
    """Return the refusal of a parameter that this operation does not take."""
    return invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
