"""Customers are found by any field, and by a phone however it is written."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.search.customer_text import SHORTEST_PART, customer_terms, customer_text, find_in_field, has_terms

JENNIFER = customer_text(
    ["Jennifer O'Kafor", "Jennifer O'Kafor"],
    [
        "jen.okafor@example.com",
        "+353 87 123 4567",
        "Plus",
        "ACME Ltd",
        "#4711",
        "Order SO-0815",
        "Où est ma commande ?",
    ],
)


def finds(text: str, query: str, region: str = "") -> bool:
    """As the index does."""
    terms = customer_terms(query, region)
    return bool(terms) and has_terms(text, terms)


@pytest.mark.parametrize(
    "query",
    [
        "jennifer",
        "JEN o",
        "o'kaf",
        "kafor",
        "example.com",
        "okafor@ex",
        "+353 87 123 4567",
        "+353871234567",
        "00353 87 1234567",
        "00353871234567",
        "087 1234567",
        "0871234567",
        "087 123 4567",
        "087-123-4567",
        "(087) 123 4567",
        "87 1234567",
        "4567",
        "234567",
        "+353 87",
        "+353 (0)87 123 4567",
        "plus",
        "acme",
        "4711",
        "#4711",
        "0815",
        "so-0815",
        "commande",
        "OU EST",
        "jennifer 4567",
        "4711 acme",
        "٠٨٧١٢٣٤٥٦٧",
    ],
)
def test_jennifer_is_found(query: str) -> None:
    assert finds(JENNIFER, query)


@pytest.mark.parametrize("query", ["", " ", "jenny", "xa", "4712", "+353 87 123 4568", "087 1234568", "jennifer 4712"])
def test_jennifer_is_not_found(query: str) -> None:
    assert not finds(JENNIFER, query)


def test_the_country_of_the_workspace_makes_a_national_number_whole() -> None:
    stored = customer_text([], ["+55 11 91234-5678"])
    assert finds(stored, "(11) 91234-5678", "BR")
    assert finds(stored, "+55 11 1234-5678") is False
    # Brazil's mobiles had no 9 once.
    assert finds(customer_text([], ["+55 11 8123-4567"]), "+55 11 98123-4567")


MOBILES = st.sampled_from(
    [
        phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        for region in ("IE", "GB", "DE", "FR", "US", "IN", "ZA", "AU", "NL", "ES", "SE", "NG", "EG")
    ]
)
_FORMAT = phonenumbers.PhoneNumberFormat


@given(MOBILES, st.sampled_from("EINOC"), st.sampled_from("EINOC"), st.booleans())
def test_every_spelling_finds_every_other(number, stored_as: str, typed_as: str, knows_region: bool) -> None:
    region = phonenumbers.region_code_for_number(number)
    e164 = phonenumbers.format_number(number, _FORMAT.E164)
    spellings = {
        "E": e164,
        "I": phonenumbers.format_number(number, _FORMAT.INTERNATIONAL),
        "N": phonenumbers.format_number(number, _FORMAT.NATIONAL),
        "O": f"00{e164[1:]}",
        "C": str(number.national_number),
    }
    text = customer_text([], [spellings[stored_as]])
    assert finds(text, spellings[typed_as], region if knows_region else "")
    assert finds(text, str(number.national_number)[-4:])


@given(st.lists(st.text(max_size=30), max_size=4), st.lists(st.text(max_size=30), max_size=4), st.data())
def test_every_field_is_found_by_every_part_of_itself(names: list[str], others: list[str], data: st.DataObject) -> None:
    text = customer_text(names, others)
    words = [w for field in (*names, *others) for w in field.split() if customer_terms(w)]
    for word in words:
        terms = customer_terms(word)
        # A part of a letter may fold to nothing, and a short part is looked for in names alone.
        if all(len(part) >= SHORTEST_PART for term in terms for alternative in term for part in alternative):
            assert finds(text, word), (text, terms)


def test_what_was_found_is_marked_in_the_field() -> None:
    def marked(value: str, query: str) -> list[str]:
        found = find_in_field(value, customer_terms(query))
        return [value[start:end] for start, end in found.ranges]

    assert marked("Jennifer O'Kafor", "je kaf") == ["Je", "Kaf"]
    assert marked("+353 87 123 4567", "0871234567") == ["87 123 4567"]
    assert marked("+353 87 123 4567", "34567") == ["3 4567"]
    assert marked("Order 4711", "#4711") == ["4711"]
    assert find_in_field("Order 4711", customer_terms("4711 order")).has_all
    assert not find_in_field("Order 4711", customer_terms("4711 jen")).has_all
