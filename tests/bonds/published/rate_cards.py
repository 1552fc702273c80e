"""Rate cards and payments of published outcome contracts, as data for the engine.

Source: GO Lab INDIGO dataset, 20 May 2025, unless said otherwise. Amounts are in pence (or cents). Days, persons and
periods are SYNTHETIC: the sources give counts and totals only.
"""

from __future__ import annotations

from bonds.arithmetic.terms import Metric, Tariff

# Fair Chance Fund 2015-17: one card for seven providers. The counts include some that a ladder would refuse (more
# people sustained a home for three months than moved in), so no ladder is in the terms of this fixture.
FAIR_CHANCE_PRICES = {
    "assessment_1": 500, "assessment_2": 500, "assessment_3": 200,
    "move_in": 500, "home_3m": 1_500, "home_6m": 1_500, "home_12m": 1_500, "home_18m": 1_500,
    "education_entry": 500, "qualification_entry": 1_500, "qualification_l1": 2_500, "qualification_l2": 3_500,
    "job_entry": 500, "part_time_13w": 3_000, "part_time_26w": 2_000, "full_time_13w": 4_500, "full_time_26w": 3_500,
    "volunteering_6w": 500, "volunteering_13w": 500, "volunteering_20w": 250, "volunteering_26w": 250,
}  # fmt: skip

# Provider -> (counts in the order of the prices, gross in pounds, paid in pounds).
FAIR_CHANCE_COUNTS = {
    "Ambition": (
        (406, 351, 302, 370, 328, 288, 235, 201, 152, 46, 35, 5, 141, 21, 6, 68, 46, 92, 59, 38, 23),
        3_155_150, 2_742_943,
    ),
    "Aspire": (
        (162, 152, 140, 151, 143, 133, 106, 85, 63, 27, 36, 1, 73, 6, 4, 43, 29, 27, 21, 17, 15),
        1_516_000, 1_313_690,
    ),
    # What was paid is the figure of the next row in the source, duplicated: an error of the data, not used.
    "Home Group": (
        (273, 211, 156, 231, 206, 184, 157, 132, 158, 122, 131, 27, 53, 3, 1, 31, 20, 52, 37, 20, 15),
        2_391_450, 1_323_670,
    ),
    "St Basil's": (
        (322, 253, 176, 290, 271, 251, 211, 181, 292, 31, 91, 3, 101, 6, 3, 63, 43, 31, 12, 8, 7),
        2_802_950, 2_622_375,
    ),
}  # fmt: skip

# DWP Innovation Fund: all results of one person add up to more than a person's cap. Round 1 may have behaviour and
# attendance swapped (believed to be 800 and 1,300; verified: false); the sum is the same.
INNOVATION_ROUND_1 = {
    "behaviour": 1_300, "attendance": 800, "l1": 700, "l2": 2_200, "l3": 3_300, "l4": 2_000, "esol": 1_200,
    "job_13w": 2_600, "job_26w": 1_000,
}  # fmt: skip
INNOVATION_ROUND_2 = {
    "behaviour": 1_300, "attendance": 1_400, "attitude": 700, "entry": 900, "basic_skills": 900, "l1": 1_100,
    "l2": 3_300, "l3": 5_100, "job": 3_500, "job_26w": 2_000,
}  # fmt: skip

# Reboot West and I-Aspire: eight soft or entry steps at 220, then these. Earnings are cumulative triggers.
CARE_LEAVERS_STEP = 220
CARE_LEAVERS = {
    "l1": 1_760, "l2": 4_730, "l3": 4_730, "he_start": 660, "he_year_1": 2_750, "he_year_2": 2_750,
    "he_complete": 4_730, "experience_1": 110, "experience_2": 220, "experience_3": 330, "job": 660,
    "earns_768": 2_750, "earns_1631": 2_750, "earns_3350": 2_750, "earns_8155": 2_750,
}  # fmt: skip

# Skill Mill: metric prices in pounds and counts; some prices are wrong in the source, whose sum passes the maximum.
SKILL_MILL = ((4_390, 242), (1_310, 237), (8_240, 179), (9_340, 185), (430, 74), (320, 162))
SKILL_MILL_GROSS = 4_659_370
SKILL_MILL_MAXIMUM = 3_241_776
SKILL_MILL_COMMITMENTS = (1_418_976, 230_400, 230_400, 230_400, 230_400, 230_400, 230_400, 230_400, 210_000)

# Mental Health and Employment Partnership, Shropshire: committed by the central fund and by the council, and what was
# paid quarter by quarter: 3 pounds over the maximum in all. The first two are activity payments of the pandemic.
MHEP_COMMITMENTS = {"fund": 434_484, "council": 600_000}
MHEP_QUARTERS = (
    54_962, 54_962, 87_633, 77_074, 86_288, 124_406, 75_621, 77_673, 66_431, 81_535, 74_081, 69_388, 72_836, 31_597,
)  # fmt: skip
MHEP_LAST = 31_594

# Support for people who sleep rough: the fund and seven councils.
SHPS_COMMITMENTS = (4_201_000, 3_770_000, 1_068_000, 1_220_000, 1_097_000, 790_000, 1_290_000, 1_179_000)
SHPS_SUM = 14_615_000

# Kangaroo mothers, Cameroon: earned and paid, in US dollars, to the nearest 10,000.
KMC_EARNED, KMC_PAID = 3_100_000, 2_430_000


def card(prices: dict[str, int]) -> dict[str, tuple[object, ...]]:
    """Metrics and tariffs of a card in whole pounds, for `terms`; how often somebody is paid is not limited."""
    return {
        "metrics": tuple(Metric(code=code, name=code, test=f"As the card says: {code}.", most=None) for code in prices),
        "tariffs": tuple(Tariff(metric=code, price=pounds * 100) for code, pounds in prices.items()),
    }
