"""Totals of signs: equal to counting them all, whatever comes, changes and goes; and read without any archive."""

from __future__ import annotations

import apsw
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.learning.bridge import ConversationSigns, TaggingCount, count_codes, count_tagging
from desktop.domain.model.facts import Contact, Conversation
from desktop.store import conversations, customers
from desktop.store.core.columns import EPOCH
from desktop.store.evidence import bridge_signs
from tests.helpers.database import open_in_memory

pytestmark = pytest.mark.slow

CODES = ("bridge", "other", 'odd "quoted" \\ é')
BRIDGE = frozenset({"bridge"})


def opened() -> apsw.Connection:
    db = open_in_memory()
    for n in range(4):
        customers.save(db, Contact(f"c{n}"))
    for n in range(6):
        conversations.save(db, Conversation(f"v{n}", EPOCH, EPOCH, contact_ids=(f"c{n % 4}",)))
    return db


@st.composite
def sign(draw):
    n = draw(st.integers(0, 5))
    return ConversationSigns(
        f"v{n}",
        f"c{draw(st.integers(0, 3))}",
        EPOCH,
        has_page=draw(st.booleans()),
        is_tagged=draw(st.booleans()),
        lost_tag=draw(st.booleans()),
        taggers=draw(st.frozensets(st.sampled_from(["814", "815"]))),
        codes=draw(st.dictionaries(st.sampled_from(CODES), st.integers(1, 4))),
        has_attributes=draw(st.booleans()),
    )


@examples(60)
@given(st.lists(st.one_of(sign(), st.sampled_from([f"v{n}" for n in range(6)])), max_size=25))
def test_totals_are_what_counting_everything_gives(steps_taken):
    """A sign replaces the conversation's earlier one; a bare id is a conversation that is removed."""
    db, held = opened(), {}
    for step in steps_taken:
        if isinstance(step, str):
            conversations.remove(db, step)
            held.pop(step, None)
            conversations.save(db, Conversation(step, EPOCH, EPOCH, contact_ids=("c0",)))
        else:
            bridge_signs.save(db, [step], BRIDGE)
            held[step.conversation_id] = step
    assert bridge_signs.code_counts(db) == count_codes(held.values())
    assert bridge_signs.tagging_count(db) == count_tagging(held.values(), BRIDGE)
    assert bridge_signs.show_bridge(db) == any(
        (s.is_tagged and not s.has_page) or s.has_attributes for s in held.values()
    )
    db.close()


def test_a_tagger_is_new_once():
    db = opened()
    shown = ConversationSigns("v1", "c1", EPOCH, taggers=frozenset({"814"}))
    assert bridge_signs.save(db, [shown], BRIDGE) == {"814"}
    assert bridge_signs.save(db, [shown], BRIDGE) == frozenset()


def test_nothing_shows_a_bridge_at_first():
    db = opened()
    assert (bridge_signs.code_counts(db), bridge_signs.tagging_count(db), bridge_signs.show_bridge(db)) == (
        (),
        TaggingCount(0, 0),
        False,
    )


@pytest.mark.parametrize("code", CODES)
def test_any_code_is_counted(code):
    db = opened()
    bridge_signs.save(db, [ConversationSigns("v1", "c1", EPOCH, codes={code: 2})], BRIDGE)
    assert [(c.code, c.parts) for c in bridge_signs.code_counts(db)] == [(code, 2)]
