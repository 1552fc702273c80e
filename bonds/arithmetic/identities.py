"""Recognising the same person again without keeping who they are: keyed digests of normalised identifiers.

A plain hash of a name and a birthday, or of a National Insurance number, is guessed in minutes: there are too few of
them. So every digest is an HMAC under the contract's own key, and nothing else is accepted. Digests of two contracts
have nothing in common, so they cannot be joined.

Normalisation is versioned: whoever stores a digest stores the version beside it. It takes case, accents, spaces,
hyphens and apostrophes away. It is stable, because Unicode never changes how an assigned character is decomposed or
folded (Unicode Character Encoding Stability Policies); characters that are not assigned are refused.

It does not know that Bill is William, nor that Müller is also written Mueller: such pairs are two people here.

Source: ICO, "Pseudonymisation" (keyed hashing with a key kept apart); NIST FIPS 198-1 (HMAC), SP 800-56C (derivation).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from core.errors import InvalidInput

VERSION: Final = 1
"""The newest normalisation; a change to anything below is the next one, and digests keep the one they were made by."""
LEAST_KEY_BYTES: Final = 32
"""Source: NIST SP 800-107 5.3.4: a key as long as the output of SHA-256."""
MOST_NAME_LETTERS: Final = 200
LEAST_DIFFERENT_BYTES: Final = 8
EARLIEST_BIRTH: Final = date(1880, 1, 1)


class Match(StrEnum):
    """By what a person is recognised. Each has a digest of its own, where its parts were given."""

    NAME_AND_BIRTH = "name_and_birth"
    NAME_BIRTH_AND_POSTCODE = "name_birth_and_postcode"
    NATIONAL_INSURANCE = "national_insurance"


class WeakKey(InvalidInput):
    """A digest would be made without a key, or with one that can be guessed."""

    code = "bonds.weak_identity_key"


class UnreadableIdentifier(InvalidInput):
    """An identifier has not the shape that it has to have. The value itself is never in the message."""

    code = "bonds.unreadable_identifier"


class UnknownNormalisation(InvalidInput):
    """A digest claims a normalisation that does not exist."""

    code = "bonds.unknown_normalisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """Who somebody is, as the provider writes it. It is never stored and has no readable form.

    Attributes:
        given_names: All of them, in order.
        family_name: As it is now.
        born_on: Day of birth.
        national_insurance: Number, or empty where it is not known.
        postcode: Of where they live, or empty.
    """

    given_names: str
    family_name: str
    born_on: date
    national_insurance: str = ""
    postcode: str = ""

    def __repr__(self) -> str:
        return "Identifiers(…)"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a contract keeps of a person.

    Attributes:
        version: Of the normalisation.
        digests: SHA-256 HMACs in lower-case hexadecimal, by what they recognise; name and birth is always there.
    """

    version: int
    digests: Mapping[Match, str]

    @property
    def digest(self) -> str:
        """The one that everybody has: by name and day of birth."""
        return self.digests[Match.NAME_AND_BIRTH]

    def find_matches(self, other: Identity) -> frozenset[Match]:
        """Tell by what two are the same person; digests of different normalisations are never compared."""
        if self.version != other.version:
            return frozenset()
        both = self.digests.keys() & other.digests.keys()
        return frozenset(each for each in both if hmac.compare_digest(self.digests[each], other.digests[each]))


def derive_contract_key(*, secret: bytes, salt: bytes) -> bytes:
    """Make a contract's key from a secret of the installation and a random salt of the contract.

    Who has the database alone cannot guess names, nor who has the settings alone.

    Args:
        secret: Of the installation, at least 32 bytes.
        salt: Of the contract, at least 16 random bytes.

    Returns:
        32 bytes.

    Raises:
        WeakKey: either is too short.

    Source: RFC 5869 (extract and expand, one block of SHA-256).
    """
    if len(secret) < LEAST_KEY_BYTES or len(salt) < LEAST_KEY_BYTES // 2:
        raise WeakKey("The secret or the salt is too short.", secret_bytes=len(secret), salt_bytes=len(salt))
    extracted = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(extracted, b"commonweal.bonds.identity\x01", hashlib.sha256)


def compute_identity(identifiers: Identifiers, *, key: bytes, version: int = VERSION) -> Identity:
    """Work out the digests by which a person is recognised under a contract.

    Args:
        identifiers: Who it is.
        key: The contract's, at least 32 bytes.
        version: Which normalisation; an old one to find somebody who was recorded with it.

    Raises:
        WeakKey: the key is too short, or not random.
        UnknownNormalisation: there is no such version.
        UnreadableIdentifier: a name without letters, a day that nobody was born on, a number or postcode that has not
            its shape; `facts["identifier"]` says which, and never what it was.
    """
    check_key(key)
    if version != VERSION:
        raise UnknownNormalisation("There is no such normalisation.", version=version)
    person = (
        normalise_name(identifiers.given_names, what="given_names"),
        normalise_name(identifiers.family_name, what="family_name"),
        _normalise_birth(identifiers.born_on),
    )
    digests = {Match.NAME_AND_BIRTH: _digest(Match.NAME_AND_BIRTH, person, key)}
    if identifiers.postcode:
        parts = (*person, normalise_postcode(identifiers.postcode))
        digests[Match.NAME_BIRTH_AND_POSTCODE] = _digest(Match.NAME_BIRTH_AND_POSTCODE, parts, key)
    if identifiers.national_insurance:
        number = normalise_national_insurance(identifiers.national_insurance)
        digests[Match.NATIONAL_INSURANCE] = _digest(Match.NATIONAL_INSURANCE, (number,), key)
    return Identity(version, digests)


def check_key(key: bytes) -> None:
    """Refuse a key that anybody could guess: none, one that is too short, or hardly a byte that differs.

    Raises:
        WeakKey: as said; the key is not in the facts.
    """
    if len(key) < LEAST_KEY_BYTES or len(set(key)) < LEAST_DIFFERENT_BYTES:
        raise WeakKey("People are recognised with a random key of at least 32 bytes.", key_bytes=len(key))


# Letters that have no decomposition and that people leave out when they type: what passports write for them.
# Source: ICAO Doc 9303 part 3, section 6 (transliteration), the single-letter alternatives.
_PLAIN: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
        "ŋ": "n",
        "ŧ": "t",
    }
)
_FIRST_ACCENT: Final = "\u0300"
_LAST_ACCENT: Final = "\u036f"
_KEPT: Final = ("L", "M", "N")  # letters, marks that are part of a letter in many scripts, digits


def normalise_name(name: str, *, what: str = "name") -> str:
    """Take from a name what people write one day and leave out the next: case, accents, spaces, hyphens, apostrophes.

    Args:
        name: As somebody wrote it, up to 200 letters.
        what: Which identifier it is, for the refusal.

    Returns:
        Its letters, folded, in one word: "O'Neill-Strauß" gives "oneillstrauss".

    Raises:
        UnreadableIdentifier: it has no letter, is too long, or has a character that is not assigned.
    """
    if any(unicodedata.category(letter) in {"Cn", "Co", "Cs"} for letter in name):
        _refuse(what, "A character in this is not one that people write.")
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).translate(_PLAIN)
    kept = "".join(
        letter
        for letter in folded
        if unicodedata.category(letter).startswith(_KEPT) and not _FIRST_ACCENT <= letter <= _LAST_ACCENT
    )
    if not any(unicodedata.category(letter).startswith("L") for letter in kept):
        _refuse(what, "This has no letter in it.")
    if len(kept) > MOST_NAME_LETTERS:
        _refuse(what, "This is too long for a name.")
    return kept


# HMRC, National Insurance Manual NIM39110: two prefix letters, six digits, and A, B, C or D; the letters D, F, I, Q, U
# and V are not used, O not in the second place, nor these prefixes.
_NATIONAL_INSURANCE: Final = re.compile(
    r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?", re.ASCII
)


def normalise_national_insurance(number: str) -> str:
    """Bring a National Insurance number into its one form: its first eight characters.

    The last letter is left out, because records often lack it and no two people differ in it alone.

    Raises:
        UnreadableIdentifier: it has not the shape of one; temporary numbers that begin with TN have not.

    Source: HMRC, National Insurance Manual NIM39110.
    """
    plain = re.sub(r"[\s.\-]", "", number).upper()
    if not _NATIONAL_INSURANCE.fullmatch(plain):
        _refuse("national_insurance", "This is not a National Insurance number, such as QQ 12 34 56 C would be.")
    return plain[:8]


# Royal Mail's six forms, from "M1 1AA" to "EC1A 1BB", and the one of Girobank that is none of them.
_POSTCODE: Final = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2}|GIR0AA", re.ASCII)


def normalise_postcode(postcode: str) -> str:
    """Bring a postcode into its one form: capitals without a space.

    Raises:
        UnreadableIdentifier: it has not the shape of one of the United Kingdom.

    Source: BS 7666-0:2006 (forms of a postcode; the letters C, I, K, M, O and V are not in its inward part).
    """
    plain = re.sub(r"\s", "", postcode).upper()
    if not _POSTCODE.fullmatch(plain):
        _refuse("postcode", "This is not a postcode of the United Kingdom.")
    return plain


def _normalise_birth(born_on: date) -> str:
    if born_on < EARLIEST_BIRTH:
        _refuse("born_on", "Nobody alive was born on this day.")
    return f"{born_on.year:04}-{born_on.month:02}-{born_on.day:02}"


def _digest(match: Match, parts: tuple[str, ...], key: bytes) -> str:
    """Make the digest; each part is written with its length, so that no two different sets of parts are the same."""
    written = [part.encode() for part in ("commonweal.identity", str(VERSION), match.value, *parts)]
    content = b"".join(b"%d:%s" % (len(part), part) for part in written)
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _refuse(identifier: str, message: str) -> None:
    raise UnreadableIdentifier(message, identifier=identifier)
