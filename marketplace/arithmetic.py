"""Where things stand on the map and how far apart they are: whole metres of the National Grid. Pure."""

from __future__ import annotations

import math
import re
from typing import Final

METRES_IN_A_MILE: Final = 1609
# The outline's paper: kilometres of the National Grid, drawn with north on top.
MAP_TOP_KM: Final = 1220
METRES_IN_A_KILOMETRE: Final = 1000

# A postcode district (GL54), and a whole postcode or one cut short after its sector (GL54 1AB, GL541AB, GL54 1).
# Source: Royal Mail's shapes of outward and inward codes; whether a district exists is looked up, not guessed.
_OUTWARD = r"[A-Z]{1,2}\d[A-Z\d]?"
_DISTRICT = re.compile(rf"^({_OUTWARD})$")
_WHOLE = re.compile(rf"^({_OUTWARD})\s*\d[A-Z]{{2}}$")
_SECTOR = re.compile(rf"^({_OUTWARD})\s+\d[A-Z]?$")


def distance_miles(*, easting: int, northing: int, to_easting: int, to_northing: int) -> int:
    """Tell how far two points of the National Grid are apart, in whole miles, rounded down.

    Args:
        easting: Metres east of the grid's origin.
        northing: Metres north of it.
        to_easting: The same of the other point.
        to_northing: The same of the other point.

    Source: plane distance on the National Grid; its scale error is below 0.1 per cent anywhere in the UK.
    """
    return math.isqrt((easting - to_easting) ** 2 + (northing - to_northing) ** 2) // METRES_IN_A_MILE


def map_point(*, easting: int, northing: int) -> tuple[int, int]:
    """Turn metres of the National Grid into x and y on the outline of the UK (kilometres, y downwards).

    Source: marketplace/data/README.md, uk-outline.svg.
    """
    return easting // METRES_IN_A_KILOMETRE, MAP_TOP_KM - northing // METRES_IN_A_KILOMETRE


def district_of(text: str) -> str:
    """Cut what somebody typed down to its postcode district, or to nothing where it is no postcode.

    The rest of a postcode can point at a single house, so it goes no further than this.

    Args:
        text: For instance "gl54 1ab", "GL541AB", "GL54 1" or "GL54".

    Returns:
        The district in capitals, "GL54"; an empty text where the shape is another one.

    Source: Royal Mail's shapes of postcodes.
    """
    typed = " ".join(text.upper().split())
    for shape in (_WHOLE, _SECTOR, _DISTRICT):
        found = shape.match(typed)
        if found:
            return found.group(1)
    return ""


def is_more_than_a_district(text: str) -> bool:
    """Tell whether a text carries more of a postcode than its district, so that it must not be kept.

    Source: see `district_of`.
    """
    district = district_of(text)
    return bool(district) and "".join(text.upper().split()) != district
