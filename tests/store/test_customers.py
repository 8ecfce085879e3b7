"""Who is one customer, as the store decides it: by traits, by merges at the provider and by a person's word."""

from __future__ import annotations

import apsw
import pytest

from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.model.facts import Contact
from desktop.store import contacts, customers, settings
from tests.helpers.database import table_names

JEN = Contact("jen", role="user", name="Jennifer Okafor", phone="+5511987654321", email="jen@example.com")
OLD_NUMBER = Contact("old", role="lead", name="Jennifer Okafor", phone="+551187654321")
STRANGER = Contact("mei", role="user", name="Mei Tanaka", phone="+819012345678")


def groups(db) -> set[frozenset[str]]:
    rows = db.execute("SELECT customer_id, id FROM contacts").fetchall()
    return {frozenset(i for c, i in rows if c == customer) for customer, _ in rows}


def everything(db) -> dict[str, list[tuple]]:
    tables = table_names(db)
    return {t: sorted(db.execute(f"SELECT * FROM {t}").fetchall(), key=repr) for t in tables}


def hold(db: apsw.Connection, *people: Contact) -> None:
    for contact in people:
        customers.save(db, contact)


def test_two_forms_of_a_number_are_one_customer_whichever_comes_first(db):
    hold(db, OLD_NUMBER, STRANGER, JEN)
    assert groups(db) == {frozenset({"jen", "old"}), frozenset({"mei"})}


def test_a_word_joins_and_taking_it_back_parts_them_again(db):
    hold(db, JEN, STRANGER)
    before = everything(db)
    touched = customers.save_identity_decision(db, IdentityDecision("mei", "jen", same=True))
    assert groups(db) == {frozenset({"jen", "mei"})}
    assert touched == {"jen", "mei"}
    first = everything(db)
    assert customers.remove_identity_decision(db, "jen", "mei") == {"jen", "mei"}
    assert groups(db) == {frozenset({"jen"}), frozenset({"mei"})}
    assert everything(db) == before
    customers.save_identity_decision(db, IdentityDecision("jen", "mei", same=True))
    assert everything(db) == first


def test_a_word_parts_what_shares_a_number_and_holds_when_the_contact_is_told_again(db):
    hold(db, JEN, OLD_NUMBER)
    customers.save_identity_decision(db, IdentityDecision("jen", "old", same=False))
    assert groups(db) == {frozenset({"jen"}), frozenset({"old"})}
    hold(db, Contact("old", role="lead", name="J. Okafor", phone="+551187654321"))
    assert groups(db) == {frozenset({"jen"}), frozenset({"old"})}
    customers.remove_identity_decision(db, "old", "jen")
    assert groups(db) == {frozenset({"jen", "old"})}


def test_a_newer_word_takes_the_place_of_the_older(db):
    hold(db, JEN, STRANGER)
    customers.save_identity_decision(db, IdentityDecision("jen", "mei", same=True))
    customers.save_identity_decision(db, IdentityDecision("mei", "jen", same=False))
    assert customers.identity_decisions(db) == (IdentityDecision("jen", "mei", same=False),)
    assert len(groups(db)) == 2


def test_a_word_follows_a_contact_that_the_provider_merges(db):
    hold(db, JEN, OLD_NUMBER, STRANGER)
    customers.save_identity_decision(db, IdentityDecision("old", "mei", same=True))
    customers.merge_contact(db, "old", "jen")
    assert customers.identity_decisions(db) == (IdentityDecision("jen", "mei", same=True),)
    assert groups(db) == {frozenset({"jen", "mei"})}
    customers.merge_contact(db, "mei", "jen")
    assert customers.identity_decisions(db) == ()


def test_a_word_on_nobody_or_on_one_contact_is_refused(db):
    hold(db, JEN)
    with pytest.raises(LookupError):
        customers.save_identity_decision(db, IdentityDecision("jen", "nobody", same=True))
    with pytest.raises(ValueError, match="itself"):
        customers.save_identity_decision(db, IdentityDecision("jen", "jen", same=True))
    assert customers.identity_decisions(db) == ()


def test_evidence_names_what_joins_contacts_and_suggests_others(db):
    namesake = Contact("other", role="lead", name="jennifer okafor", phone="+4915123456789")
    hold(db, JEN, OLD_NUMBER, STRANGER, namesake)
    told = customers.contact_matches_of(db, contacts.customer_of(db, "jen"))
    assert [(s.one, s.other) for s in told if s.joins] == [("jen", "old")]
    assert {(s.one, s.other) for s in told if not s.joins} == {("jen", "other"), ("old", "other")}
    customers.save_identity_decision(db, IdentityDecision("jen", "other", same=False))
    customers.save_identity_decision(db, IdentityDecision("old", "other", same=False))
    assert [s for s in customers.contact_matches_of(db, contacts.customer_of(db, "jen")) if not s.joins] == []


def test_the_region_of_bare_numbers_can_be_told_later(db):
    hold(db, Contact("a", phone="087 123 4567"), Contact("b", phone="+353871234567"))
    assert len(groups(db)) == 2
    settings.save(db, "phone_region", "IE")
    assert customers.decide_all(db) == {"a", "b"}
    assert len(groups(db)) == 1
    assert customers.decide_all(db) == frozenset()


def test_a_hundred_namesakes_are_no_hundred_suggestions(db):
    hold(db, *[Contact(f"n{i:03}", name="Ana Silva") for i in range(100)])
    told = customers.contact_matches_of(db, "n000")
    assert 0 < len(told) <= customers.MOST_SUGGESTED


# --- placeholders --------------------------------------------------------------------------------------------------

NOBODY = {"email": "noreply@example.com", "phone": "+353 1 555 0100", "name": "Web Visitor"}


def test_the_sixth_contact_with_a_trait_makes_it_a_placeholder_and_parts_the_others(db):
    people = [Contact(f"c{i}", email="noreply@example.com") for i in range(6)]
    hold(db, *people[:5])
    assert groups(db) == {frozenset({"c0", "c1", "c2", "c3", "c4"})}
    touched = customers.save(db, people[5])
    assert groups(db) == {frozenset({f"c{i}"}) for i in range(6)}
    assert touched == {f"c{i}" for i in range(6)}
    customers.save(db, Contact("c2", email="own@example.com"))
    assert groups(db) == {frozenset({"c0", "c1", "c3", "c4", "c5"}), frozenset({"c2"})}


def test_a_merge_that_leaves_five_of_six_joins_them(db):
    hold(db, *[Contact(f"c{i}", email="noreply@example.com") for i in range(6)])
    assert len(groups(db)) == 6
    customers.merge_contact(db, "c5", "c0")
    assert groups(db) == {frozenset({"c0", "c1", "c2", "c3", "c4"})}


@pytest.mark.parametrize("order", [range(12), range(11, -1, -1), [6, 1, 11, 0, 7, 2, 10, 3, 9, 4, 8, 5]])
def test_whichever_contact_of_a_crowd_comes_first_the_same_are_one(db, order):
    people = [Contact(f"c{i:02}", email="noreply@example.com", phone=f"+35387123456{i // 2}") for i in range(12)]
    hold(db, *[people[i] for i in order])
    assert groups(db) == {frozenset({f"c{i:02}", f"c{i + 1:02}"}) for i in range(0, 12, 2)}


def test_a_placeholder_suggests_and_a_word_on_two_of_its_contacts_joins_these(db):
    hold(db, *[Contact(f"c{i:02}", **NOBODY) for i in range(40)])
    told = customers.contact_matches_of(db, "c00")
    assert 0 < len({s.other for s in told}) <= customers.MOST_SUGGESTED
    assert not any(s.joins for s in told)
    customers.save_identity_decision(db, IdentityDecision("c00", "c39", same=True))
    assert {g for g in groups(db) if len(g) > 1} == {frozenset({"c00", "c39"})}
    hold(db, Contact("c39", **NOBODY | {"name": "Somebody Else"}))
    assert {g for g in groups(db) if len(g) > 1} == {frozenset({"c00", "c39"})}


def test_how_many_contacts_a_trait_may_join_can_be_set(db):
    hold(db, *[Contact(f"c{i}", email="noreply@example.com") for i in range(4)])
    settings.save(db, "max_trait_contacts", 3)
    assert customers.decide_all(db) == {"c0", "c1", "c2", "c3"}
    assert len(groups(db)) == 4
    settings.save(db, "max_trait_contacts", 4)
    customers.decide_all(db)
    assert len(groups(db)) == 1


def test_the_401st_contact_of_a_placeholder_costs_what_the_21st_did(db):
    def steps(work) -> int:
        """Instructions of the database's own machine, in hundreds."""
        ticks = []
        db.set_progress_handler(lambda: bool(ticks.append(None)), 100)
        try:
            work()
        finally:
            db.set_progress_handler(None)
        return len(ticks)

    crowd = [Contact(f"c{i:03}", **NOBODY) for i in range(401)]
    hold(db, *crowd[:20])
    early = steps(lambda: customers.save(db, crowd[20]))
    seen_early = steps(lambda: customers.contact_matches_of(db, "c007"))
    hold(db, *crowd[21:400])
    late = steps(lambda: customers.save(db, crowd[400]))
    seen_late = steps(lambda: customers.contact_matches_of(db, "c007"))
    assert late <= early * 1.5
    assert seen_late <= seen_early * 1.5
    assert len(groups(db)) == 401
