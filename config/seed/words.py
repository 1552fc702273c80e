"""What the demo's offers say under each heading of the terms."""

from __future__ import annotations

from config.seed.places import DemoOffer
from core.money import format_pounds

PENCE = 100


def write_content(place: DemoOffer) -> dict[str, str]:
    """Write the texts of an offer's terms.

    Args:
        place: The offer; its targets and holdings are in pounds.
    """
    minimum, optimum, _maximum = (format_pounds(target * PENCE).removesuffix(".00") for target in place.targets)
    smallest, largest = (
        format_pounds(pounds * PENCE).removesuffix(".00") for pounds in (place.smallest, place.largest)
    )
    return {
        "purpose": place.summary,
        "capital_need": f"{optimum} pays for the whole project: the purchase or the building work, fees, first stock and"
        " six months of running costs.",
        "sources_of_finance": "Shares come first. If the optimum is not reached, a loan from a social lender may fill the"
        " gap; it would be repaid before any share.",
        "gap_plan": f"Between {minimum} and {optimum} we start smaller and finish in stages, as the timetable shows.",
        "refund_terms": f"If less than {minimum} is paid by the closing day, every payment goes back in full, to the card it"
        " came from, within 28 days. No interest is paid on money that goes back.",
        "extension_right": "The board may extend the offer once, by at most 28 days, and tells every applicant by e-mail.",
        "contingencies": "Shares are issued only when the contract for the building is ready to sign.",
        "timetable": "First month after the close: shares are issued and contracts signed. Months two to five: works."
        " Month six: open.",
        "business_case": "Our plan expects a small loss in the first year, and a surplus that can pay share interest from"
        " the third. The full plan with figures is available from the secretary.",
        "community": f"Some nine hundred people live within two miles of {place.place}; a survey found that two in three"
        " would use it every week.",
        "governance": "One member, one vote, whatever the holding. Members elect the board each year.",
        "withdrawal_terms": "You cannot sell or transfer your shares. After three years you may ask for your money back with"
        " three months' notice. The board may refuse, or ask you to wait: money is paid out only from surpluses and new"
        " shares, and at most a tenth of all share capital a year.",
        "interest_terms": "No interest for the first two years. After that the board may pay up to 3% a year, if the society"
        " can afford it. It is never promised.",
        "voting_terms": "Every member has one vote, whether they hold the smallest number of shares or the largest.",
        "asset_lock_terms": "What the society owns is locked for its purpose. If it is sold, members get back no more than"
        " they paid in; the rest goes to a body with the same purpose.",
        "value_terms": "A share is never worth more than was paid for it. If the society's debts and shares come to more"
        " than what it owns, the board may write shares down, as the rules say.",
        "holding_reasons": f"From {smallest}, so that most people can join, up to {largest}, so that the society does not"
        " depend on a few. The law allows nobody but another registered society more than £100,000 in Great Britain.",
        "risk_capital": "You could lose all of the money you put in. If the business fails, members are paid last, after"
        " everybody to whom it owes money, and there may be nothing left.",
        "risk_withdrawal": "You may have to wait for years, or for ever, to get your money out. There is no market on which"
        " you could sell shares.",
        "risk_returns": "You may never get any interest.",
        "risk_business": "Trade may be slower than we expect, wages, power and stock dearer, and volunteers harder to find.",
        "risk_project": "Old buildings surprise their owners. The works may cost more and take longer than planned.",
        "board_members": "Ffion Cartwright (chair), Barnaby Thorne, Meredith Skelf. All live in the village.",
        "board_interests": "None of us is paid. Barnaby Thorne's brother may tender for the roof; he will not take part in"
        " that decision.",
        "tax_relief": "No tax relief is claimed for these shares.",
        "complaints": "Write to the secretary, who answers within five working days and at the latest within eight weeks."
        " There is no ombudsman for shares in a society.",
        "accounts_summary": "",
        "interest_history": "",
        "effect_on_members": "",
        **place.words,
    }
