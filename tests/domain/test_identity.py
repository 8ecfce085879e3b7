"""Identity: which contacts are one customer, and which id she keeps."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.facts import Contact
from desktop.domain.identity import customer_ids, email_key, phone_key, same_customer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+353 87 123 4567", "00353871234567"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("+353.87.123/4567", "+353871234567"),
    ],
)
def test_spellings_of_one_number_are_one(one, other):
    assert phone_key(one) == phone_key(other) != ""


@pytest.mark.parametrize(
    "phone", ["", "087 123 4567", "353871234567", "+35x871234567", "+12345", "+", "00", "++353871234567"]
)
def test_what_is_no_full_international_number_says_nothing(phone):
    assert phone_key(phone) == ""


def test_case_of_an_address_does_not_matter_and_a_word_is_no_address():
    assert email_key(" Jen@Example.COM ") == email_key("jen@example.com") != ""
    assert email_key("jen") == email_key("") == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Contact("a", phone="+353871234567"), Contact("b", phone="00353 87 1234567"), True),
        (Contact("a", phone="0871234567"), Contact("b", phone="0871234567"), False),
        (Contact("a", email="Jen@example.com"), Contact("b", email="jen@EXAMPLE.com"), True),
        (Contact("a", name="Jennifer Okafor"), Contact("b", name="Jennifer Okafor"), False),
        (Contact("a", merged_ids=("b",)), Contact("b"), True),
        (Contact("a", merged_ids=("x",)), Contact("b", merged_ids=("x",)), True),
        (Contact("a"), Contact("b"), False),
        (Contact("a"), Contact("a"), True),
    ],
)
def test_only_strong_evidence_joins(one, other, same):
    assert len(same_customer([one, other])) == (1 if same else 2)


def test_a_chain_of_evidence_joins_all_of_it():
    chain = (
        Contact("c", phone="+353871234567"),
        Contact("a", phone="+353871234567", email="jen@example.com"),
        Contact("b", email="jen@example.com"),
    )
    for order in permutations(chain):
        assert same_customer(order) == (frozenset({"a", "b", "c"}),)
        assert customer_ids(order, {}) == {"a": "a", "b": "a", "c": "a"}


def test_a_customer_keeps_her_id_when_contacts_join():
    contacts = [Contact("b", email="jen@example.com"), Contact("a", email="jen@example.com")]
    assert customer_ids(contacts, {"b": "b"}) == {"a": "b", "b": "b"}


def test_of_two_customers_that_are_one_the_smaller_id_stays():
    contacts = [Contact(i, email="jen@example.com") for i in "abc"]
    assert set(customer_ids(contacts, {"b": "b", "c": "c"}).values()) == {"b"}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"a": "a", "b": "a"}, {"a": "a", "b": "b"}),
        ({"a": "b", "b": "b"}, {"a": "a", "b": "b"}),
        ({"a": "gone", "b": "gone"}, {"a": "gone", "b": "b"}),
    ],
)
def test_when_a_customer_falls_apart_one_part_keeps_the_id(known, expected):
    assert customer_ids([Contact("a"), Contact("b")], known) == expected


def test_nobody_is_nobody():
    assert same_customer([]) == ()
    assert customer_ids([], {"a": "a"}) == {}


people = st.lists(
    st.builds(
        Contact,
        st.sampled_from("abcdefgh"),
        phone=st.sampled_from(["", "+353871234567", "00353871234567", "+14155550100", "0871234567"]),
        email=st.sampled_from(["", "jen@example.com", "JEN@example.com", "bob@example.com"]),
        merged_ids=st.lists(st.sampled_from("abcdefgh"), max_size=2).map(tuple),
    ),
    max_size=8,
    unique_by=lambda c: c.id,
)
earlier = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))


@given(people, earlier, st.randoms())
def test_order_does_not_matter_and_groups_have_ids_of_their_own(contacts, known, random):
    shuffled = list(contacts)
    random.shuffle(shuffled)
    decided = customer_ids(contacts, known)
    assert decided == customer_ids(shuffled, known)
    groups = same_customer(contacts)
    assert len({decided[min(g)] for g in groups}) == len(groups)
    assert all(len({decided[i] for i in g}) == 1 for g in groups)
    # Deciding again changes nothing.
    assert customer_ids(contacts, decided) == decided
