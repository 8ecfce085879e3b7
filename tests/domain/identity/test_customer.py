"""Identity: which contacts are one customer, and which id they keep."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.identity.customer import (
    ContactMatch,
    IdentityDecision,
    MatchReason,
    TraitKind,
    assign_customer_ids,
    bridge_addresses,
    email_key,
    find_contact_matches,
    group_contacts,
    phone_key,
    same_person,
    traits_of,
)
from desktop.domain.model.facts import Contact
from desktop.domain.model.reason import make_reason


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
    assert len(group_contacts([one, other])) == (1 if same else 2)


def test_a_chain_of_evidence_joins_all_of_it():
    chain = (
        Contact("c", phone="+353871234567"),
        Contact("a", phone="+353871234567", email="jen@example.com"),
        Contact("b", email="jen@example.com"),
    )
    for order in permutations(chain):
        assert group_contacts(order) == (frozenset({"a", "b", "c"}),)
        assert assign_customer_ids(order, {}) == {"a": "a", "b": "a", "c": "a"}


def test_a_customer_keeps_its_id_when_contacts_join():
    contacts = [Contact("b", email="jen@example.com"), Contact("a", email="jen@example.com")]
    assert assign_customer_ids(contacts, {"b": "b"}) == {"a": "b", "b": "b"}


def test_of_two_customers_that_are_one_the_smaller_id_stays():
    contacts = [Contact(i, email="jen@example.com") for i in "abc"]
    assert set(assign_customer_ids(contacts, {"b": "b", "c": "c"}).values()) == {"b"}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"a": "a", "b": "a"}, {"a": "a", "b": "b"}),
        ({"a": "b", "b": "b"}, {"a": "a", "b": "b"}),
        ({"a": "gone", "b": "gone"}, {"a": "gone", "b": "b"}),
    ],
)
def test_when_a_customer_falls_apart_one_part_keeps_the_id(known, expected):
    assert assign_customer_ids([Contact("a"), Contact("b")], known) == expected


def test_nobody_is_nobody():
    assert group_contacts([]) == ()
    assert assign_customer_ids([], {"a": "a"}) == {}


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
    decided = assign_customer_ids(contacts, known)
    assert decided == assign_customer_ids(shuffled, known)
    groups = group_contacts(contacts)
    assert len({decided[min(g)] for g in groups}) == len(groups)
    assert all(len({decided[i] for i in g}) == 1 for g in groups)
    # Deciding again changes nothing.
    assert assign_customer_ids(contacts, decided) == decided


# --- a person's word ---------------------------------------------------------------------------------------------

JEN = Contact("jen", name="Jennifer Okafor", phone="+5511987654321", email="jen@example.com")
OLD_NUMBER = Contact("old", name="Jennifer Okafor", phone="+551187654321")
LEAD = Contact("lead", email="JEN@example.com")


def groups(*contacts, words=(), region=""):
    return {frozenset(g) for g in group_contacts(contacts, words, region)}


def test_two_forms_of_one_number_join_and_a_doubtful_form_does_not():
    assert groups(JEN, OLD_NUMBER) == {frozenset({"jen", "old"})}
    mobile, landline = Contact("m", phone="+5491123456789"), Contact("l", phone="+541123456789")
    assert groups(mobile, landline) == {frozenset({"m"}), frozenset({"l"})}


def test_a_number_without_country_code_counts_where_its_region_is_known():
    home, abroad = Contact("a", phone="087 123 4567"), Contact("b", phone="+353871234567")
    assert len(groups(home, abroad)) == 2
    assert len(groups(home, abroad, region="IE")) == 1
    assert len(groups(home, abroad, region="GB")) == 2


@pytest.mark.parametrize(
    ("attributes", "same"),
    [
        ({"octopods_telegram_user_id": "77001122"}, True),
        ({"octopods_whatsapp_bsuid": "US.1349"}, True),
        ({"octopods_telegram_user_id": " "}, False),
        ({"octopods_whatsapp_account_phone": "+35315550100"}, False),
        ({"octopods_channel": "telegram"}, False),
        ({"telegram_user_id": "77001122"}, False),
    ],
)
def test_the_bridges_own_address_of_the_customer_joins_and_our_side_of_the_chat_does_not(attributes, same):
    one, other = Contact("a", bridge_attributes=attributes), Contact("b", bridge_attributes=attributes)
    assert len(groups(one, other)) == (1 if same else 2)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("octopods_whatsapp_user_id", "US.1349", {("whatsapp", "US.1349")}),
        ("octopods_twilio_whatsapp_user_id", "US.1349", {("whatsapp", "US.1349")}),
        ("octopods_messagebird_whatsapp_user_id", "US.1349", {("whatsapp", "US.1349")}),
        ("Octopods_Twilio_WhatsApp_User_ID", " US.1349 ", {("whatsapp", "US.1349")}),
        ("octopods_twilio_whatsapp_user_id", "whatsapp:US.1349", {("whatsapp", "US.1349")}),
        ("octopods_twilio_whatsapp_user_id", "whatsapp:", set()),
        ("octopods_whatsapp_bsuid", "US.1349", {("whatsapp", "US.1349")}),
        ("octopods_telegram_chat_id", "77", {("telegram", "77")}),
        ("octopods_twilio_user_id", "+353871234567", {("sms", "+353871234567")}),
        ("octopods_sms_user_id", "+353871234567", {("sms", "+353871234567")}),
        ("octopods_messenger_user_id", "77", {("facebook", "77")}),
        ("octopods_facebook_psid", "77", {("facebook", "77")}),
        ("octopods_instagram_igsid", "77", {("instagram", "77")}),
        ("octopods_line_user_id", "U77", {("line", "U77")}),
        ("octopods_telegram_username_id", "77", {("telegram", "77")}),
        ("octopods_viber_user_id", "77", {("viber", "77")}),
        ("octopods_wechat_user_id", "77", {("wechat", "77")}),
        ("octopods_twitter_user_id", "77", {("twitter", "77")}),
        ("octopods_africas_user_id", "77", {("sms", "77")}),
        ("octopods_my_messenger_user_id", "77", set()),
        ("octopods_my_email_user_id", "77", set()),
        ("octopods_unknown_user_id", "77", set()),
        ("octopods_telegram_user_id_2", "77", set()),
        ("octopods_telegram_id", "77", set()),
        ("my_octopods_telegram_user_id", "77", set()),
        ("octopods_online_user_id", "77", set()),
        ("octopods_whatsapps_user_id", "77", set()),
        ("octopods_whatsapp_telegram_user_id", "77", set()),
        ("octopods_email_user_id", "77", set()),
        ("octopods_user_id", "77", set()),
        ("octopods_whatsapp_account_phone", "+35315550100", set()),
        ("twilio_whatsapp_user_id", "77", set()),
    ],
)
def test_which_channel_an_attribute_names_an_address_of(name, value, found):
    assert bridge_addresses(Contact("a", bridge_attributes={name: value})) == found


def test_every_spelling_of_the_attribute_joins_the_same_customer():
    one = Contact("a", bridge_attributes={"octopods_whatsapp_user_id": "US.1349"})
    other = Contact("b", bridge_attributes={"octopods_twilio_whatsapp_user_id": "whatsapp:US.1349"})
    assert len(groups(one, other)) == 1


@given(st.dictionaries(st.text(max_size=30).map(lambda t: f"octopods_{t}_user_id"), st.text(max_size=10), max_size=4))
def test_any_attribute_is_an_address_or_says_nothing(attributes):
    for _, value in bridge_addresses(Contact("a", bridge_attributes=attributes)):
        assert value == value.strip() != ""


def test_one_address_on_two_channels_is_two_addresses():
    one = Contact("a", bridge_attributes={"octopods_telegram_user_id": "77"})
    other = Contact("b", bridge_attributes={"octopods_line_user_id": "77"})
    assert len(groups(one, other)) == 2


def test_a_person_joins_what_has_nothing_in_common():
    stranger = Contact("s", name="J. O.")
    assert len(groups(JEN, stranger)) == 2
    assert len(groups(JEN, stranger, words=[IdentityDecision("s", "jen", same=True)])) == 1


def test_a_person_tells_apart_what_shares_everything():
    twin = Contact("twin", name=JEN.name, phone=JEN.phone, email=JEN.email)
    assert len(groups(JEN, twin, words=[IdentityDecision("jen", "twin", same=False)])) == 2


def test_a_third_contact_goes_with_whom_the_stronger_trait_names():
    words = [IdentityDecision("old", "lead", same=False)]
    assert groups(JEN, OLD_NUMBER, LEAD, words=words) == {frozenset({"jen", "old"}), frozenset({"lead"})}


def test_nobodys_word_undoes_a_merge_at_the_provider():
    merged = Contact("m", merged_ids=("old",))
    assert len(groups(merged, OLD_NUMBER, words=[IdentityDecision("m", "old", same=False)])) == 1


@pytest.mark.parametrize(
    ("same", "apart", "joined"),
    [
        ([("a", "b"), ("b", "c")], ("a", "c"), {"a", "b"}),
        ([("b", "c"), ("b", "a")], ("a", "c"), {"a", "b"}),
        ([("b", "c"), ("c", "a")], ("a", "b"), {"a", "c"}),
    ],
)
def test_of_words_that_contradict_each_other_the_one_on_the_smallest_ids_counts(same, apart, joined):
    people = [Contact(i) for i in "abc"]
    words = [*(IdentityDecision(one, other, same=True) for one, other in same), IdentityDecision(*apart, same=False)]
    for order in permutations(words):
        assert frozenset(joined) in groups(*people, words=order)


def test_words_about_contacts_that_are_not_here_change_nothing():
    assert groups(
        JEN, LEAD, words=[IdentityDecision("x", "jen", same=True), IdentityDecision("y", "x", same=False)]
    ) == groups(JEN, LEAD)


# --- what speaks for it ------------------------------------------------------------------------------------------


def test_each_likeness_says_why_the_strongest_first():
    told = find_contact_matches([JEN, OLD_NUMBER, LEAD])
    assert [(s.one, s.other, s.joins) for s in told] == [("jen", "old", True), ("jen", "lead", True)]
    assert told[0].confidence > told[1].confidence
    assert [s.reason.code for s in told] == [MatchReason.SAME_PHONE, MatchReason.SAME_EMAIL]


@pytest.mark.parametrize(
    ("shared", "confidence", "joins", "reason", "of_many"),
    [
        ({"merged_ids": ("x",)}, 100, True, MatchReason.CONTACTS_MERGED, None),
        (
            {"phone": "+353871234567"},
            95,
            True,
            MatchReason.SAME_PHONE,
            MatchReason.SAME_PHONE_OF_MANY,
        ),
        (
            {"bridge_attributes": {"octopods_telegram_user_id": "77"}},
            95,
            True,
            MatchReason.SAME_ADDRESS,
            MatchReason.SAME_ADDRESS_OF_MANY,
        ),
        (
            {"email": "a@example.com"},
            90,
            True,
            MatchReason.SAME_EMAIL,
            MatchReason.SAME_EMAIL_OF_MANY,
        ),
        ({"name": "Ana Silva"}, 20, False, MatchReason.SAME_NAME, None),
    ],
)
def test_how_much_each_trait_says(shared, confidence, joins, reason, of_many):
    pair = [Contact("a", **shared), Contact("b", **shared)]
    assert find_contact_matches(pair) == (ContactMatch("a", "b", confidence, make_reason(reason), joins),)
    if of_many is not None:
        crowd = find_contact_matches([*pair, Contact("c", **shared)], max_trait_contacts=2)
        assert crowd == (
            ContactMatch("a", "b", 30, make_reason(of_many), joins=False),
            ContactMatch("b", "c", 30, make_reason(of_many), joins=False),
        )


def test_how_much_a_doubtful_form_of_a_number_says():
    mobile, landline = Contact("m", phone="+5491123456789"), Contact("l", phone="+541123456789")
    reason = make_reason(MatchReason.SIMILAR_PHONE)
    assert find_contact_matches([mobile, landline]) == (ContactMatch("l", "m", 50, reason, joins=False),)


def test_likenesses_about_a_contact_name_it_with_all_others_and_no_others_among_themselves():
    people = [Contact(i, email="a@example.com") for i in "abc"]
    assert [(s.one, s.other) for s in find_contact_matches(people)] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [(s.one, s.other) for s in find_contact_matches(people, about=["b"])] == [("a", "b"), ("b", "c")]
    words = [IdentityDecision("a", "c", same=True)]
    assert [(s.one, s.other, s.confidence) for s in find_contact_matches(people, words, about=["c"])] == [
        ("a", "c", 100),
        ("a", "c", 90),
        ("b", "c", 90),
    ]
    assert all("b" in (s.one, s.other) for s in find_contact_matches(people, words, about=["b"]))


def test_weak_likeness_is_a_suggestion():
    mobile, landline = Contact("m", phone="+5491123456789"), Contact("l", phone="+541123456789")
    [told] = find_contact_matches([mobile, landline])
    assert (told.one, told.other, told.joins) == ("l", "m", False)
    [named] = find_contact_matches(
        [Contact("a", name="Ana  Silva"), Contact("b", name="ana silva"), Contact("c", name="Ana")]
    )
    assert (named.one, named.other, named.joins) == ("a", "b", False)


def test_a_denied_likeness_is_not_suggested_again_and_a_word_is_evidence():
    words = [
        IdentityDecision("b", "a", same=False),
        IdentityDecision("c", "d", same=True),
        IdentityDecision("c", "gone", same=True),
    ]
    people = [Contact(i, name="Ana Silva") for i in "abcd"]
    told = find_contact_matches(people, words)
    assert ("a", "b") not in {(s.one, s.other) for s in told}
    assert told[0] == ContactMatch("c", "d", 100, make_reason(MatchReason.SAID_BY_TEAMMATE), joins=True)
    merged = find_contact_matches(
        [Contact("a", merged_ids=("b",)), Contact("b")], [IdentityDecision("a", "b", same=False)]
    )
    assert [s.confidence for s in merged] == [100]


said = st.lists(
    st.builds(IdentityDecision, st.sampled_from("abcd"), st.sampled_from("efgh"), st.booleans()), max_size=6
)


@given(people, said, st.randoms())
def test_whoever_was_told_apart_stays_apart_whatever_the_order(contacts, words, random):
    contacts = [replace(c, merged_ids=()) for c in contacts]
    shuffled, reworded = list(contacts), list(words)
    random.shuffle(shuffled)
    random.shuffle(reworded)
    decided = group_contacts(contacts, words)
    assert decided == group_contacts(shuffled, reworded)
    denied = {frozenset((w.one, w.other)) for w in words if not w.same}
    assert not any(pair <= group for pair in denied for group in decided)
    if not words:
        assert decided == group_contacts(contacts)


@given(people, said)
def test_every_strong_likeness_is_within_a_customer_unless_somebody_denied_a_part_of_it(contacts, words):
    decided = group_contacts(contacts, words)
    together = {i: group for group in decided for i in group}
    if all(w.same for w in words):
        assert all(together[s.one] == together[s.other] for s in find_contact_matches(contacts, words) if s.joins)


# --- placeholders --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shared",
    [
        {"email": "noreply@example.com"},
        {"phone": "+353 1 555 0100"},
        {"bridge_attributes": {"octopods_telegram_user_id": "0"}},
    ],
)
@pytest.mark.parametrize(("count", "joined"), [(5, 1), (6, 6), (40, 40)])
def test_a_trait_of_more_than_five_contacts_joins_nobody_and_suggests_at_most(shared, count, joined):
    crowd = [Contact(f"c{i:02}", **shared) for i in range(count)]
    assert len(group_contacts(crowd)) == joined
    told = find_contact_matches(crowd)
    assert told
    assert all(s.joins is (joined == 1) for s in told)
    assert all(s.confidence < 60 for s in told if not s.joins)


def test_the_limit_is_a_setting_and_what_others_have_is_told():
    crowd = [Contact(i, email="noreply@example.com") for i in "abc"]
    assert len(group_contacts(crowd, max_trait_contacts=3)) == 1
    assert len(group_contacts(crowd, max_trait_contacts=2)) == 3
    [trait] = [t for t in traits_of(crowd[0]) if t.kind is TraitKind.EMAIL]
    assert len(group_contacts(crowd, placeholders=[trait])) == 3
    assert len(set(assign_customer_ids(crowd, {}, placeholders=[trait]).values())) == 3
    assert not any(s.joins for s in find_contact_matches(crowd, placeholders=[trait]))


def test_within_a_crowd_another_trait_a_word_and_a_merge_still_join():
    crowd = [Contact(f"c{i:02}", email="noreply@example.com") for i in range(40)]
    crowd[1] = replace(crowd[1], phone="+353871234567")
    crowd[2] = replace(crowd[2], phone="00353 87 123 4567")
    crowd[5] = replace(crowd[5], merged_ids=("c06",))
    joined = {g for g in groups(*crowd, words=[IdentityDecision("c03", "c04", same=True)]) if len(g) > 1}
    assert joined == {frozenset({"c01", "c02"}), frozenset({"c03", "c04"}), frozenset({"c05", "c06"})}


def test_a_merge_of_many_contacts_at_the_provider_is_no_placeholder():
    crowd = [Contact(f"c{i:02}", merged_ids=("old",)) for i in range(40)]
    assert len(group_contacts(crowd)) == 1
    assert all(s.joins and s.confidence == 100 for s in find_contact_matches(crowd))


def test_pairs_of_a_crowd_grow_with_the_contacts_and_about_names_all_of_one():
    crowd = [Contact(f"c{i:03}", email="noreply@example.com", phone="+353 1 555 0100") for i in range(400)]
    assert len(find_contact_matches(crowd)) <= 2 * 400
    told = find_contact_matches(crowd, about=["c200"])
    assert len({s.one for s in told} | {s.other for s in told}) == 400
    assert all("c200" in (s.one, s.other) for s in told)


# --- two people, one customer --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "same"),
    [
        ([Contact("b", name="Ben")], ["a"]),
        ([Contact("b", name=" anna  MURPHY")], ["a", "b"]),
        ([Contact("b", name="")], ["a", "b"]),
        ([Contact("b", name=""), Contact("c", name="Ben")], ["a"]),
        ([Contact("b", name="Ben"), Contact("c", name="Anna Murphy")], ["a", "c"]),
        ([], ["a"]),
    ],
)
def test_contacts_of_another_name_may_be_another_person(others, same):
    anna = Contact("a", name="Anna Murphy")
    assert [c.id for c in same_person([*others, anna], ["a"])] == same


def test_a_contact_without_a_name_is_whoever_the_customer_is_if_there_is_one_name_only():
    bare = Contact("x")
    assert [c.id for c in same_person([Contact("a", name="Anna"), bare], ["x"])] == ["x", "a"]
    assert [c.id for c in same_person([Contact("a", name="Anna"), Contact("b", name="Ben"), bare], ["x"])] == ["x"]


def test_two_contacts_without_a_name_are_not_one_person_for_that():
    people = [Contact("x"), Contact("y"), Contact("a", name="Anna"), Contact("b", name="Ben")]
    assert [c.id for c in same_person(people, ["x"])] == ["x"]
    assert [c.id for c in same_person(people, ["b", "y"])] == ["y", "b"]
