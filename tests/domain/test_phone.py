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

from desktop.domain.identity import number_key
from desktop.domain.phone import Match, aliases, canonical, compare

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
