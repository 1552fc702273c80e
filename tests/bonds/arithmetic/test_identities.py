import hashlib
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonds.arithmetic.identities import (
    VERSION,
    Identifiers,
    Identity,
    Match,
    UnknownNormalisation,
    UnreadableIdentifier,
    WeakKey,
    compute_identity,
    derive_contract_key,
    normalise_name,
    normalise_national_insurance,
    normalise_postcode,
)

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
NORA = Identifiers(given_names="Nora Áine", family_name="O'Neill-Strauß", born_on=date(2001, 2, 3))
FULL = replace(NORA, national_insurance="AB 12 34 56 C", postcode="ec1a 1bb")


def digest(identifiers, key=KEY):
    return compute_identity(identifiers, key=key).digest


def test_the_digests_of_a_person_are_pinned_to_their_version():
    # Whoever changes the normalisation has to add a version: these digests are in databases.
    assert compute_identity(FULL, key=KEY) == Identity(
        1,
        {
            Match.NAME_AND_BIRTH: "072f3fcd99db3d0d68efecbba3e0dfa777c16c68f2d45e0db8332731841e88e1",
            Match.NAME_BIRTH_AND_POSTCODE: "f8ed4de691f2875389b29ba1e80c832ddbe635f7fc06fc9b3537e99150b760b3",
            Match.NATIONAL_INSURANCE: "214377248657d9f1a27ca2943ebd29ebd8dfe0fdd562b56223af81e6f14fbc51",
        },
    )


@pytest.mark.parametrize(
    ("given_names", "family_name"),
    [
        ("nora aine", "o'neill-strauss"),
        ("NORA-AINE", "ONEILL STRAUSS"),
        ("  Nora   Áine ", "O\u2019Neill Strauß"),
        ("Nora A\u0301ine", "o neill\u2010strauß"),
        ("\uff2e\uff2f\uff32\uff21 Aine", "O'NEILL-STRAUẞ"),
    ],
)
def test_the_same_person_written_otherwise_is_recognised(given_names, family_name):
    assert digest(replace(NORA, given_names=given_names, family_name=family_name)) == digest(NORA)


@pytest.mark.parametrize(
    "change",
    [
        {"given_names": "Nora"},
        {"family_name": "O'Neil-Strauß"},
        {"born_on": date(2001, 3, 2)},
        {"given_names": "NoraÁine O", "family_name": "Neill-Strauß"},
    ],
)
def test_another_person_has_another_digest(change):
    assert digest(replace(NORA, **change)) != digest(NORA)


def test_two_contracts_cannot_be_joined():
    ours, theirs = compute_identity(FULL, key=KEY), compute_identity(FULL, key=OTHER_KEY)

    assert set(ours.digests.values()).isdisjoint(theirs.digests.values())
    assert ours.find_matches(theirs) == frozenset()


def test_no_digest_is_a_plain_hash_of_what_it_is_about():
    plain = [
        "noraaine|oneillstrauss|2001-02-03",
        "noraaineoneillstrauss2001-02-03",
        "AB123456",
        "AB123456C",
    ]

    assert {hashlib.sha256(text.encode()).hexdigest() for text in plain}.isdisjoint(
        compute_identity(FULL, key=KEY).digests.values()
    )


@pytest.mark.parametrize("key", [b"", b"short", bytes(range(31)), bytes(32), b"ab" * 16, b"1234567" * 5])
def test_without_a_key_that_nobody_can_guess_there_is_no_digest(key):
    with pytest.raises(WeakKey) as refused:
        compute_identity(NORA, key=key)

    assert refused.value.facts == {"key_bytes": len(key)}


def test_a_contract_s_key_needs_the_secret_and_the_salt():
    secret, salt = bytes(range(50, 100)), bytes(range(16))

    key = derive_contract_key(secret=secret, salt=salt)

    assert len(key) == 32
    assert key != derive_contract_key(secret=secret, salt=bytes(range(1, 17)))
    assert key != derive_contract_key(secret=secret[:-1], salt=salt)
    # RFC 5869 with SHA-256, one block.
    assert key.hex() == "006c4118f3644732b26676d72e6ea33e4b04fc026d22ed79d6a6c38c3a1a14c6"


@pytest.mark.parametrize(("secret", "salt"), [(bytes(31), bytes(16)), (bytes(32), bytes(15)), (b"", b"")])
def test_a_key_is_not_derived_from_too_little(secret, salt):
    with pytest.raises(WeakKey):
        derive_contract_key(secret=secret, salt=salt)


def test_people_are_matched_by_what_both_have():
    married = replace(FULL, family_name="Ferrante", postcode="")
    moved = replace(NORA, postcode="M1 1AA")

    first = compute_identity(FULL, key=KEY)

    assert first.find_matches(compute_identity(married, key=KEY)) == {Match.NATIONAL_INSURANCE}
    assert first.find_matches(compute_identity(moved, key=KEY)) == {Match.NAME_AND_BIRTH}
    assert first.find_matches(compute_identity(FULL, key=KEY)) == set(Match)
    assert first.find_matches(Identity(VERSION + 1, first.digests)) == frozenset()


def test_a_normalisation_that_does_not_exist_is_refused():
    with pytest.raises(UnknownNormalisation):
        compute_identity(NORA, key=KEY, version=2)


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Łukasz", "lukasz"),
        ("Þóra Æsa", "thoraaesa"),
        ("İpek", "ipek"),
        ("Nguyễn Thị Ánh", "nguyenthianh"),
        ("José María", "josemaria"),
        ("Ναταλία", "ναταλια"),
        ("Олена", "олена"),
        ("李 小龙", "李小龙"),
        ("अनिता", "अनिता"),
        ("D'Arcy-Jones 3rd", "darcyjones3rd"),
    ],
)
def test_names_of_the_world_are_normalised(name, normal):
    assert normalise_name(name) == unicodedata.normalize("NFKD", normal)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cn", "Co", "Cs"]), min_size=1, max_size=40))
def test_a_normal_name_stays_as_it_is(name):
    try:
        normal = normalise_name(name)
    except UnreadableIdentifier:
        return
    assert normalise_name(normal) == normal
    assert normalise_name(name.upper().lower()) == normalise_name(name.lower().upper().lower())


@pytest.mark.parametrize("name", ["", "  ", "-'\u2019", "123", "a\u0378", "\ud800b", "x" * 201])
def test_what_is_no_name_is_refused_without_repeating_it(name):
    with pytest.raises(UnreadableIdentifier) as refused:
        digest(replace(NORA, family_name=name))

    assert refused.value.facts == {"identifier": "family_name"}
    assert not name.strip() or name not in refused.value.message


@pytest.mark.parametrize("number", ["AB123456C", "ab 12 34 56 c", "AB-12-34-56-D", "AB123456", "AB.12.34.56"])
def test_a_national_insurance_number_has_one_form(number):
    assert normalise_national_insurance(number) == "AB123456"


@pytest.mark.parametrize(
    "number",
    [
        "AB12345C", "AB1234567", "AB123456E", "DA123456A", "AO123456A", "BG123456A", "TN010203F", "ZZ123456C",
        "QQ123456C", "AB123456CC", "AB12\uff13456", "1B123456A", "",
    ],
)  # fmt: skip
def test_what_is_no_national_insurance_number_is_refused(number):
    with pytest.raises(UnreadableIdentifier) as refused:
        normalise_national_insurance(number)

    assert refused.value.facts == {"identifier": "national_insurance"}


@pytest.mark.parametrize(
    ("postcode", "normal"),
    [("m1 1aa", "M11AA"), ("EC1A1BB", "EC1A1BB"), ("  w1a  0ax ", "W1A0AX"), ("gir0aa", "GIR0AA"),
     ("CR2 6XH", "CR26XH"), ("DN55 1PT", "DN551PT"), ("B33 8TH", "B338TH")],
)  # fmt: skip
def test_a_postcode_has_one_form(postcode, normal):
    assert normalise_postcode(postcode) == normal


@pytest.mark.parametrize("postcode", ["", "1AA", "M1 1A", "M1 1AI", "ABC1 1AA", "M1-1AA", "10115"])
def test_what_is_no_postcode_is_refused(postcode):
    with pytest.raises(UnreadableIdentifier) as refused:
        normalise_postcode(postcode)

    assert refused.value.facts == {"identifier": "postcode"}


def test_a_birthday_of_nobody_is_refused():
    with pytest.raises(UnreadableIdentifier) as refused:
        digest(replace(NORA, born_on=date(1879, 12, 31)))

    assert refused.value.facts == {"identifier": "born_on"}
    assert digest(replace(NORA, born_on=date(1880, 1, 1)))


def test_who_somebody_is_does_not_get_into_a_log():
    assert repr(FULL) == "Identifiers(…)"
