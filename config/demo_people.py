"""The people of the demo: plainly fictional, and only words and numbers, so that anything may read them."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "thatched-roof-warm-bread"  # the same for all, printed by `make demo`


@dataclass(frozen=True)
class DemoUser:
    """Somebody who can sign in.

    Attributes:
        email: Where they sign in, and where the demo's mail view finds their mails.
        given_name, family_name: What they are called.
        what: One line for the terminal.
        roles: Organisation slug and role.
        is_staff: Whether they work for the platform.
        secret: The secret of their second factor (base32), for officers and staff.
    """

    email: str
    given_name: str
    family_name: str
    what: str
    roles: tuple[tuple[str, str], ...] = ()
    is_staff: bool = False
    secret: str = ""


RESIDENT = DemoUser("rosa@thistlewick.example", "Rosa", "Applegarth", "resident, with shares and an application")
SECRETARY = DemoUser(
    "sam@thistlewick.example", "Sam", "Fettler", "secretary of the pub and of the shop",
    (("wheatsheaf", "secretary"), ("fallowmere-shop", "secretary")), secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
)  # fmt: skip
TREASURER = DemoUser(
    "tess@thistlewick.example", "Tess", "Ledbury", "treasurer of the pub and of the shop",
    (("wheatsheaf", "treasurer"), ("fallowmere-shop", "treasurer")), secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
)  # fmt: skip
DIRECTOR = DemoUser(
    "dai@thistlewick.example", "Dai", "Winterbourne", "director of the pub",
    (("wheatsheaf", "director"),), secret="MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
)  # fmt: skip
OTHER_SECRETARY = DemoUser(
    "hettie@harrowdale.example", "Hettie", "Gale", "secretary of the energy group and of the club",
    (("harrowdale-energy", "secretary"), ("harrowdale-energy", "treasurer"), ("brackenport-rovers", "secretary")),
    secret="NBSWY3DPO5XXE3DENBSWY3DPO5XXE3DE",
)  # fmt: skip
STAFF = DemoUser(
    "pat@commonweal.example", "Pat", "Overend", "platform staff", is_staff=True,
    secret="OBQXG43XN5ZGIMJSOBQXG43XN5ZGIMJS",
)  # fmt: skip
COMMISSIONER = DemoUser(
    "cora@northmoor.example", "Cora", "Ashdown", "contracts officer and treasurer of a council",
    (("northmoor", "secretary"), ("northmoor", "treasurer"), ("northmoor", "director")),
    secret="MNXXEYJAMNXW23LJONZWS33OMVZAU43P",
)  # fmt: skip
PROVIDER = DemoUser(
    "pip@hearthside.example", "Pip", "Lowbridge", "runs a local provider",
    (("hearthside", "secretary"),), secret="OBUXAIDMN53WE4TJMRTWKZLMNR2GI33P",
)  # fmt: skip
VERIFIER = DemoUser(
    "vera@plumbline.example", "Vera", "Steadman", "verifies claims",
    (("plumbline", "director"),), secret="OZSXEYJAON2GKYLENVQW4ZDBMNXWK43U",
)  # fmt: skip
HOLDER = DemoUser(
    "hal@brightwater.example", "Hal", "Tolliver", "keeps the outcomes contract and its books",
    (("brightwater", "secretary"), ("brightwater", "treasurer")), secret="NBQWYIDUN5WGY2LWMVZHE33PORSXE3DT",
)  # fmt: skip
HOLDER_SECOND = DemoUser(
    "bea@brightwater.example", "Bea", "Marchbanks", "director of the contract holder",
    (("brightwater", "director"),), secret="MJSWCIDNMFZGG2DCMFXGW43POJSGK4TT",
)  # fmt: skip
INVESTOR = DemoUser(
    "ines@slowtide.example", "Ines", "Farrow", "looks after the investment of a lender",
    (("slow-tide", "director"), ("slow-tide", "treasurer")), secret="NFXGK4ZAON2GKYLENVQW4ZDBMNXWK43U",
)  # fmt: skip
USERS = (
    RESIDENT, SECRETARY, TREASURER, DIRECTOR, OTHER_SECRETARY, STAFF,
    COMMISSIONER, PROVIDER, VERIFIER, HOLDER, HOLDER_SECOND, INVESTOR,
)  # fmt: skip
SIGN_INS = tuple((user.email, user.what) for user in USERS)

GIVEN_NAMES = (
    "Ada", "Bram", "Cerys", "Dilip", "Edie", "Femi", "Greta", "Hamish", "Isla", "Jory", "Kezia", "Lachlan", "Mabli",
    "Noor", "Osian", "Petra", "Quill", "Rhona", "Senan", "Tamsin",
)  # fmt: skip
FAMILY_NAMES = (
    "Barleymow", "Cobbold", "Dunnock", "Elderfield", "Fernsby", "Gorsedale", "Hobbins", "Ivywood", "Jessop-Vale",
    "Kettlewell", "Larkspur", "Marram", "Nettleship", "Oakapple", "Pennywort", "Quarrington", "Rushmere", "Sedgeley",
    "Thornback", "Withycombe",
)  # fmt: skip
