"""Makes marketplace/data/*.csv from public data. Run by hand when the sources change; the results are committed.

python scripts/build_places.py UK_OUTCODES.csv.gz AUTHORITIES_records.json GEONAMES_cities1000.json

Sources and licences: marketplace/data/README.md.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "marketplace" / "data"

# Codes that the authorities file of 2021 does not have: Scotland, Northern Ireland, and later English ones.
LATER_NAMES = {
    "E06000063": "Cumberland", "E06000064": "Westmorland and Furness", "E06000065": "North Yorkshire",
    "E06000066": "Somerset", "E08000038": "Barnsley", "E08000039": "Sheffield",
    "S12000005": "Clackmannanshire", "S12000006": "Dumfries and Galloway", "S12000008": "East Ayrshire",
    "S12000010": "East Lothian", "S12000011": "East Renfrewshire", "S12000013": "Na h-Eileanan Siar",
    "S12000014": "Falkirk", "S12000017": "Highland", "S12000018": "Inverclyde", "S12000019": "Midlothian",
    "S12000020": "Moray", "S12000021": "North Ayrshire", "S12000023": "Orkney Islands",
    "S12000026": "Scottish Borders", "S12000027": "Shetland Islands", "S12000028": "South Ayrshire",
    "S12000029": "South Lanarkshire", "S12000030": "Stirling", "S12000033": "Aberdeen City",
    "S12000034": "Aberdeenshire", "S12000035": "Argyll and Bute", "S12000036": "City of Edinburgh",
    "S12000038": "Renfrewshire", "S12000039": "West Dunbartonshire", "S12000040": "West Lothian",
    "S12000041": "Angus", "S12000042": "Dundee City", "S12000045": "East Dunbartonshire", "S12000047": "Fife",
    "S12000048": "Perth and Kinross", "S12000049": "Glasgow City", "S12000050": "North Lanarkshire",
    "N09000001": "Antrim and Newtownabbey", "N09000002": "Armagh City, Banbridge and Craigavon",
    "N09000003": "Belfast", "N09000004": "Causeway Coast and Glens", "N09000005": "Derry City and Strabane",
    "N09000006": "Fermanagh and Omagh", "N09000007": "Lisburn and Castlereagh", "N09000008": "Mid and East Antrim",
    "N09000009": "Mid Ulster", "N09000010": "Newry, Mourne and Down", "N09000011": "Ards and North Down",
}  # fmt: skip
# Northern Ireland is shown by council, never by postcode: one point for each, near its middle (latitude, longitude).
NORTHERN_IRELAND = {
    "N09000001": (54.72, -6.10), "N09000002": (54.39, -6.45), "N09000003": (54.60, -5.93),
    "N09000004": (55.07, -6.51), "N09000005": (54.87, -7.43), "N09000006": (54.47, -7.48),
    "N09000007": (54.48, -6.02), "N09000008": (54.90, -6.07), "N09000009": (54.65, -6.75),
    "N09000010": (54.24, -6.05), "N09000011": (54.55, -5.62),
}  # fmt: skip


def to_grid(latitude: float, longitude: float) -> tuple[int, int]:
    """Turn WGS 84 degrees into metres of the National Grid, good to about 10 m (transverse Mercator)."""
    phi, lam = _to_airy(math.radians(latitude), math.radians(longitude))
    a, b, f0 = 6377563.396, 6356256.909, 0.9996012717
    phi0, lam0 = math.radians(49), math.radians(-2)
    e2, n = 1 - (b * b) / (a * a), (a - b) / (a + b)
    sin, cos, tan = math.sin(phi), math.cos(phi), math.tan(phi)
    nu = a * f0 / math.sqrt(1 - e2 * sin**2)
    rho = a * f0 * (1 - e2) / (1 - e2 * sin**2) ** 1.5
    eta2 = nu / rho - 1
    d, s = phi - phi0, phi + phi0
    arc = b * f0 * (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * d
        - (3 * n + 3 * n**2 + 2.625 * n**3) * math.sin(d) * math.cos(s)
        + (1.875 * n**2 + 1.875 * n**3) * math.sin(2 * d) * math.cos(2 * s)
        - 35 / 24 * n**3 * math.sin(3 * d) * math.cos(3 * s)
    )  # fmt: skip
    p = lam - lam0
    north = (
        arc - 100000 + nu / 2 * sin * cos * p**2
        + nu / 24 * sin * cos**3 * (5 - tan**2 + 9 * eta2) * p**4
        + nu / 720 * sin * cos**5 * (61 - 58 * tan**2 + tan**4) * p**6
    )  # fmt: skip
    east = (
        400000 + nu * cos * p
        + nu / 6 * cos**3 * (nu / rho - tan**2) * p**3
        + nu / 120 * cos**5 * (5 - 18 * tan**2 + tan**4 + 14 * eta2 - 58 * tan**2 * eta2) * p**5
    )  # fmt: skip
    return round(east), round(north)


def _to_airy(phi: float, lam: float) -> tuple[float, float]:
    """Move a point from the ellipsoid of GPS to that of the National Grid (Helmert, OSGB36)."""
    a, e2 = 6378137.0, 0.00669437999014
    nu = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    x, y, z = nu * math.cos(phi) * math.cos(lam), nu * math.cos(phi) * math.sin(lam), nu * (1 - e2) * math.sin(phi)
    seconds = math.pi / 648000
    rx, ry, rz, scale = -0.1502 * seconds, -0.2470 * seconds, -0.8421 * seconds, 1 + 20.4894e-6
    x, y, z = (
        -446.448 + scale * x - rz * y + ry * z,
        125.157 + rz * x + scale * y - rx * z,
        -542.060 - ry * x + rx * y + scale * z,
    )
    a, b = 6377563.396, 6356256.909
    e2 = 1 - (b * b) / (a * a)
    p = math.hypot(x, y)
    phi = math.atan2(z, p * (1 - e2))
    for _ in range(6):
        nu = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
        phi = math.atan2(z + e2 * nu * math.sin(phi), p)
    return phi, math.atan2(y, x)


def main(outcodes: str, authorities: str, cities: str) -> None:
    """Write authorities.csv, outcodes.csv.gz and towns.csv.gz."""
    names = {}
    for row in json.loads(Path(authorities).read_text()):
        names[row["LTLA21CD"]] = row["LTLA21NM"]
        names[row["UTLA21CD"]] = row["UTLA21NM"]
    names |= LATER_NAMES
    with gzip.open(outcodes, "rt") as source:
        rows = [(code, int(east), int(north), area) for code, east, north, area in csv.reader(source)]
    middles: dict[str, list[tuple[int, int]]] = {}
    for code, east, north, area in rows:
        if not code.startswith("BT"):
            middles.setdefault(area, []).append((east, north))
    points = {area: to_grid(*where) for area, where in NORTHERN_IRELAND.items()}
    for area, spots in middles.items():
        points[area] = tuple(sum(spot[axis] for spot in spots) // len(spots) for axis in (0, 1))  # type: ignore[assignment]
    with (DATA / "authorities.csv").open("w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows((area, names[area], *points[area]) for area in sorted(points))
    # Points of BT districts are left out: they are on the Irish Grid, and their licence is narrower.
    with gzip.GzipFile(DATA / "outcodes.csv.gz", "wb", mtime=0) as out:
        lines = (
            f"{c},{'' if c.startswith('BT') else e},{'' if c.startswith('BT') else n},{a}\n" for c, e, n, a in rows
        )
        out.write("".join(lines).encode())
    towns = sorted(
        (city["name"], *to_grid(city["latitude"], city["longitude"]), city["population"])
        for city in json.loads(Path(cities).read_text()).values()
        if city["countrycode"] == "GB"
    )
    with gzip.GzipFile(DATA / "towns.csv.gz", "wb", mtime=0) as out:
        out.write("".join(f'"{name}",{east},{north},{people}\n' for name, east, north, people in towns).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
