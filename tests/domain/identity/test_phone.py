"""Phone numbers: which spellings are one number, and what may never be joined."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phone_pairs import PAIRS

from desktop.domain.identity.customer import number_key
from desktop.domain.identity.phone import Match, aliases, canonical, compare, region_of, regions

CODES = sorted({str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE if code < 800 or code > 899})
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
RENUMBERED = ["55", "52", "521", "54", "549", "229", "22901", "225", "22507", "22505", "22501"]

numbers = st.builds(
    lambda code, rest: canonical(f"+{code}{rest}"),
    st.sampled_from(CODES) | st.sampled_from(RENUMBERED),
    st.text("0123456789", min_size=6, max_size=12),
).filter(bool)


@pytest.mark.parametrize(("one", "other", "region", "match", "why"), PAIRS)
def test_a_pair_is_what_the_rules_say(one: str, other: str, region: str, match: Match, why: str) -> None:
    assert compare(canonical(one, region), canonical(other, region)) is match, why
    assert compare(canonical(other, region), canonical(one, region)) is match, why


def test_the_table_is_wide_enough(record_property: Callable[[str, object], None]) -> None:
    counts = Counter(match.name.lower() for *_, match, _ in PAIRS)
    countries = {
        phonenumbers.region_code_for_number(phonenumbers.parse(one, region or None))
        for one, _, region, *_ in PAIRS
        if canonical(one, region)
    }
    for word, count in counts.items():
        record_property(f"phone pairs: {word}", count)
    record_property("phone pairs: countries", len(countries))
    assert len(PAIRS) >= 150
    assert len(countries) >= 30


@given(numbers)
def test_aliasing_goes_both_ways_and_stays_in_the_country(number: str) -> None:
    for other, match in aliases(number).items():
        assert aliases(other)[number] is match
        assert canonical(f"+{other}") == other
        assert other != number
        assert _country(other) == _country(number)


@given(numbers, numbers)
def test_comparing_is_symmetric_and_never_joins_two_countries(one: str, other: str) -> None:
    assert compare(one, other) is compare(other, one)
    if compare(one, other) is not Match.DIFFERENT:
        assert _country(one) == _country(other)


SCRIPTS = [
    "".join(chr(zero + n) for n in range(10))
    for zero in range(0x110000)
    if unicodedata.category(chr(zero)) == "Nd" and unicodedata.decimal(chr(zero)) == 0
]


@pytest.mark.parametrize(
    "spelling",
    [
        "+٣٥٣٨٧١٢٣٤٥٦٧",
        "+۳۵۳ ۸۷ ۱۲۳ ۴۵۶۷",
        "\u200f+۳۵۳۸۷۱۲۳۴۵۶۷\u200f",
        "+३५३८७१२३४५६७",
        "＋３５３８７１２３４５６７",
        "۰۰۳۵۳۸۷۱۲۳۴۵۶۷",
        "+353 87 ١٢٣ ٤٥٦٧",
    ],
)
def test_digits_of_other_scripts_are_digits(spelling: str) -> None:
    assert canonical(spelling) == "353871234567"


@given(numbers, st.sampled_from(SCRIPTS))
def test_a_number_is_the_same_in_every_script(number: str, script: str) -> None:
    written = "".join(script[int(digit)] for digit in number)
    assert canonical(f"+{written}") == canonical(f"+{number}")
    assert number_key(f"+{written}") == number_key(f"+{number}") != ""


@given(st.text("0123456789", min_size=6, max_size=12), st.sampled_from(SCRIPTS), st.sampled_from(REGIONS))
def test_a_national_number_is_the_same_in_every_script(number: str, script: str, region: str) -> None:
    assert canonical("".join(script[int(digit)] for digit in number), region) == canonical(number, region)


@given(st.text(max_size=30), st.sampled_from(["", *REGIONS]))
def test_any_text_is_a_number_or_says_nothing_and_stays_what_it_is(text: str, region: str) -> None:
    found = canonical(text, region)
    assert found == "" or (found.isascii() and found.isdigit() and len(found) >= 7)
    if found:
        assert canonical(f"+{found}") == found
        assert compare(found, found) is Match.SAME


def _country(digits: str) -> str:
    return next(digits[:n] for n in (1, 2, 3) if int(digits[:n]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


ALIAS, MAYBE = Match.ALIAS, Match.MAYBE


@pytest.mark.parametrize(
    ("number", "other", "match"),
    [
        ("5511987654321", "551187654321", ALIAS),
        ("5511967654321", "551167654321", ALIAS),
        ("5521999999999", "552199999999", ALIAS),
        ("525512345678", "5215512345678", ALIAS),
        ("522212345678", "5212212345678", ALIAS),
        ("541123456789", "5491123456789", MAYBE),
        ("548123456789", "5498123456789", MAYBE),
        ("22997123456", "2290197123456", MAYBE),
        *(
            (f"225{old}", f"225{new}{old}", MAYBE)
            for old, new in (
                ("00123456", "01"),
                ("41123456", "01"),
                ("72123456", "01"),
                ("03123456", "01"),
                ("04123456", "05"),
                ("55123456", "05"),
                ("86123456", "05"),
                ("07123456", "07"),
                ("48123456", "07"),
                ("09123456", "07"),
            )
        ),
    ],
)
def test_two_forms_of_one_number(number: str, other: str, match: Match) -> None:
    assert aliases(number) == {other: match}
    assert aliases(other) == {number: match}


@pytest.mark.parametrize(
    "number",
    [
        "",
        "353871234567",
        "551133334444",
        "5511933334444",
        "5511557654321",
        "5510987654321",
        "5501987654321",
        "55119876543210",
        "55119876543",
        "521234567890",
        "5211234567890",
        "52155123456789",
        "549123456789",
        "5499123456789",
        "54912345678901",
        "229971234567",
        "2290297123456",
        "225971234567",
        "2250771123456",
        "2250548123456",
        "2250207123456",
    ],
)
def test_a_number_that_no_rule_speaks_of_has_no_other_form(number: str) -> None:
    assert aliases(number) == {}


@pytest.mark.parametrize(
    ("spelling", "region", "digits"),
    [
        ("+2901234", "", "2901234"),
        ("+290123", "", ""),
        ("+999123456789012", "", "999123456789012"),
        ("+9991234567890123", "", ""),
        ("+0353871234567", "", ""),
        ("00353871234567", "", "353871234567"),
        ("0 0 353 87 123 4567", "", "353871234567"),
        ("+353 (0)87 123 4567", "", "353871234567"),
        ("tel:+353871234567", "", "353871234567"),
        ("WhatsApp:+353871234567", "", "353871234567"),
        ("sms:+353871234567", "", "353871234567"),
        ("fax:+353871234567", "", ""),
        ("+353871234567 ext. 5", "", ""),
        ("+353871234567;5", "", ""),
        ("+353.87/123,45-67", "", "353871234567"),
        ("+353 87\u2013123\u20144567", "", "353871234567"),
        ("+353871234567+", "", ""),
        ("0871234567", "", ""),
        ("0871234567", "IE", "353871234567"),
        ("0871234567", "ie", "353871234567"),
        ("353871234567", "IE", "353871234567"),
        ("044 55 1234 5678", "MX", "525512345678"),
        ("045 55 1234 5678", "MX", "525512345678"),
        ("01 55 1234 5678", "MX", "525512345678"),
        ("55 1234 5678", "MX", "525512345678"),
        ("5215512345678", "MX", "5215512345678"),
        ("1187654321", "BR", "551187654321"),
        ("551187654321", "BR", "551187654321"),
        ("97123456", "BJ", "22997123456"),
        ("12", "IE", ""),
    ],
)
def test_what_a_spelling_names(spelling: str, region: str, digits: str) -> None:
    assert canonical(spelling, region) == digits


def test_what_names_no_number_matches_nothing() -> None:
    assert compare("", "") is compare("353871234567", "") is compare("", "353871234567") is Match.DIFFERENT
    assert compare("353871234567", "353871234567") is Match.SAME
    assert compare("353871234567", "353871234568") is Match.DIFFERENT


def test_a_national_number_can_be_read_in_every_region_and_nowhere_else() -> None:
    assert {"IE", "GB", "US", "MX", "BJ"} <= regions()
    assert not {"", "ie", "XX", "001"} & regions()
    for region in regions():
        example = phonenumbers.example_number(region)
        national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
        assert (
            canonical(national, region) == f"{example.country_code}{phonenumbers.national_significant_number(example)}"
        )
    assert canonical("087 123 4567", "XX") == ""


@pytest.mark.parametrize(
    ("digits", "region"),
    [("353871234567", "IE"), ("14155550132", "US"), ("14165550132", "CA"), ("999123456789", ""), ("", "")],
)
def test_a_number_tells_its_country(digits: str, region: str) -> None:
    assert region_of(digits) == region
