"""Places of the UK from files that the project carries: postcode districts, local authorities, towns.

Nothing is asked of any service, and no more of a postcode than its district is ever looked at.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from marketplace.arithmetic import district_of

DATA: Final = Path(__file__).resolve().parents[1] / "data"
MOST_SUGGESTIONS: Final = 5
# How alike two names must be for one to be offered in place of the other (difflib's ratio, out of 100).
ALIKE_PERCENT: Final = 74
# Names that people use for a place that the lists know by another.
ALSO_KNOWN_AS: Final = {
    "hull": "kingston upon hull",
    "anglesey": "isle of anglesey",
    "ynys mon": "isle of anglesey",
    "western isles": "na h eileanan siar",
    "outer hebrides": "na h eileanan siar",
    "caerdydd": "cardiff",
    "abertawe": "swansea",
    "casnewydd": "newport",
    "wrecsam": "wrexham",
}


@dataclass(frozen=True, slots=True)
class Area:
    """A local authority, and its middle on the National Grid in metres."""

    code: str
    name: str
    easting: int
    northing: int

    @property
    def is_northern_irish(self) -> bool:
        """Whether places there are shown by council and not by postcode district."""
        return self.code.startswith("N")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that a visitor may look for offers near."""

    name: str
    area: str
    easting: int
    northing: int
    people: int = 0

    @property
    def label(self) -> str:
        """The name, and the authority where that says more."""
        return self.name if not self.area or fold(self.area) == fold(self.name) else f"{self.name}, {self.area}"


def fold(text: str) -> str:
    """Bring a name into the form in which names are compared: no accents, capitals, hyphens or apostrophes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"['.]", "", plain)
    plain = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    return re.sub(r"^saint\b", "st", plain)


@lru_cache(maxsize=1)
def areas() -> dict[str, Area]:
    """Read the local authorities by their codes."""
    with (DATA / "authorities.csv").open(newline="") as source:
        return {code: Area(code, _plain_name(name), int(e), int(n)) for code, name, e, n in csv.reader(source)}


def _plain_name(name: str) -> str:
    """Turn "Bristol, City of" and "City of Edinburgh" into the names that people use."""
    return re.sub(r"(, (City|County) of)$|^City of (?!London)| City$", "", name)


@lru_cache(maxsize=1)
def districts() -> dict[str, tuple[Area, int, int]]:
    """Read the postcode districts: authority, easting and northing. In Northern Ireland the council's middle."""
    found: dict[str, tuple[Area, int, int]] = {}
    for outcode, easting, northing, code in _rows("outcodes.csv.gz"):
        area = areas()[code]
        found[outcode] = (area, int(easting or area.easting), int(northing or area.northing))
    return found


@lru_cache(maxsize=1)
def _gazetteer() -> dict[str, tuple[Place, ...]]:
    """All towns and authorities by their folded names, the largest of the same name first."""
    found: dict[str, list[Place]] = {}
    for name, easting, northing, people in _rows("towns.csv.gz"):
        found.setdefault(fold(name), []).append(Place(name, "", int(easting), int(northing), int(people)))
    for area in areas().values():
        # A town that bears the authority's name is nearer to what is meant than the middle of the authority.
        found.setdefault(fold(area.name), []).append(Place(area.name, "", area.easting, area.northing))
    return {key: tuple(sorted(places, key=lambda place: -place.people)) for key, places in found.items()}


def _rows(name: str) -> Iterator[list[str]]:
    with gzip.open(DATA / name, "rb") as source:
        yield from csv.reader(io.TextIOWrapper(source, encoding="utf-8", newline=""))


def find_district(outcode: str) -> Place | None:
    """Find a postcode district, "GL54"; None where there is no such district."""
    found = districts().get(outcode.upper())
    if found is None:
        return None
    area, easting, northing = found
    return Place(area.name if area.is_northern_irish else outcode.upper(), area.name, easting, northing)


def find_places(text: str) -> list[Place]:
    """Find the places that a text names, the likeliest first: a district, else towns and authorities of that name."""
    district = district_of(text)
    if district:
        found = find_district(district)
        return [found] if found else []
    named = _gazetteer().get(fold(text)) or _gazetteer().get(ALSO_KNOWN_AS.get(fold(text), ""), ())
    return _unlike([_with_area(place) for place in named])[:MOST_SUGGESTIONS]


def suggest_places(text: str, also: Iterable[str] = ()) -> list[str]:
    """Suggest names for a text that names no place: those that begin with it, then those that look alike.

    Args:
        text: What somebody typed.
        also: Further names to choose from, such as the places of the offers on show.
    """
    wanted = fold(text)
    if not wanted:
        return []
    extra = {fold(name): name for name in also}
    names = {key: places[0].name for key, places in _gazetteer().items()} | extra
    begins = sorted(
        (key for key in names if key.startswith(f"{wanted} ")),
        key=lambda key: -_gazetteer()[key][0].people if key in _gazetteer() else 0,
    )
    alike = difflib.get_close_matches(wanted, list(names), n=MOST_SUGGESTIONS, cutoff=ALIKE_PERCENT / 100)
    return list(dict.fromkeys(names[key] for key in [*begins, *alike]))[:MOST_SUGGESTIONS]


def area_near(easting: int, northing: int) -> Area:
    """Tell the local authority of the postcode district whose middle is nearest."""
    nearest = min(districts().values(), key=lambda spot: (spot[1] - easting) ** 2 + (spot[2] - northing) ** 2)
    return nearest[0]


def _with_area(place: Place) -> Place:
    area = area_near(place.easting, place.northing)
    return Place(place.name, area.name, place.easting, place.northing, place.people)


def _unlike(places: Sequence[Place]) -> list[Place]:
    """Drop a second place with the same label: to the reader it is the same."""
    kept: dict[str, Place] = {}
    for place in places:
        kept.setdefault(place.label, place)
    return list(kept.values())
