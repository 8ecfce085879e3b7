"""An answer for one conversation: what is stored already is neither mapped nor stored again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.intercom.answers import read_conversation
from desktop.channels.intercom.conversations import map_conversation
from desktop.domain.model.facts import Role
from desktop.ports import StoredAnswer

NOTHING = StoredAnswer()


def stored(conversation):
    return StoredAnswer(
        conversation.updated_at, conversation.fingerprint, frozenset(e.fingerprint for e in conversation.entries)
    )


def encoded(answer):
    return json.dumps(answer).encode()


@pytest.fixture
def three(answers):
    return [answers.part(id=str(n), body=f"<p>{n}</p>", created_at=1790000000 + n) for n in (1, 2, 3)]


def test_a_first_answer_is_mapped_as_ever(answers, three):
    answer = answers.conversation(*three)
    found = read_conversation(encoded(answer), NOTHING)
    assert found == map_conversation(answer)
    assert not found.is_partial
    assert len({e.fingerprint for e in found.entries} | {found.fingerprint}) == 5


def test_an_answer_that_is_stored_is_no_news(answers, three):
    answer = encoded(answers.conversation(*three))
    assert read_conversation(answer, stored(read_conversation(answer, NOTHING))) is None


def test_only_parts_that_differ_are_mapped(answers, three):
    before = stored(read_conversation(encoded(answers.conversation(*three)), NOTHING))
    edited = dict(three[1], body="<p>redacted</p>", redacted=True)
    fourth = answers.part(id="4", body="<p>4</p>", created_at=1790000004)
    found = read_conversation(encoded(answers.conversation(three[0], edited, three[2], fourth)), before)
    assert [e.id for e in found.entries if not e.is_first] == ["2", "4"]
    assert found.is_partial
    assert found.unseen_before is None


def test_the_signature_of_a_file_is_no_difference(answers, three):
    def signed(number):
        files = [
            {
                "type": "upload",
                "name": "a.jpg",
                "url": f"https://files.example/a.jpg?expires={number}&signature=s{number}",
            }
        ]
        body = f'<p><img src="https://files.example/b.jpg?expires={number}&amp;signature=s{number}"></p>'
        return encoded(
            answers.conversation(*three, answers.part(id="4", body=body, attachments=files, created_at=1790000004))
        )

    first = read_conversation(signed(1), NOTHING)
    assert read_conversation(signed(2), stored(first)) is None
    # Another file is one.
    assert read_conversation(signed(2).replace(b"a.jpg?", b"c.jpg?"), stored(first)).entries[-1].id == "4"


def test_a_gap_is_known_although_its_first_part_is_stored(answers, three):
    answer = answers.conversation(*three, statistics={"count_conversation_parts": 600})
    before = read_conversation(encoded(answer), NOTHING)
    answer["title"] = "Another"
    found = read_conversation(encoded(answer), stored(before))
    assert (found.title, [e.id for e in found.entries if not e.is_first]) == ("Another", [])
    assert found.unseen_before == before.unseen_before is not None


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "1"},
        {"created_at": None},
        {"id": 1},
    ],
    ids=["a repeated id", "no time", "a repeated id as a number"],
)
def test_odd_parts_are_mapped_beside_all_others(answers, three, odd):
    answer = answers.conversation(*three, dict(answers.part(id="9", body="<p>9</p>", created_at=1790000009), **odd))
    found = read_conversation(encoded(answer), NOTHING)
    assert found == map_conversation(answer)
    answer["title"] = "Another"
    again = read_conversation(encoded(answer), stored(found))
    assert (again, again.is_partial) == (map_conversation(answer), False)


def test_half_a_surrogate_pair_costs_only_the_short_cut(answers, three):
    answer = encoded(answers.conversation(*three)).replace(b"<p>2</p>", b"\\ud83d")
    assert read_conversation(answer, NOTHING) == map_conversation(json.loads(answer))


def test_new_contacts_decide_again_on_authors_of_unknown_types(answers, three):
    by_somebody = dict(three[2], author={"type": "something_new", "id": "c7"})
    answer = answers.conversation(three[0], by_somebody)
    before = read_conversation(encoded(answer), NOTHING)
    assert before.entries[-1].role is Role.UNKNOWN
    answer["contacts"] = {"type": "contact.list", "contacts": [{"type": "contact", "id": "c7"}]}
    assert read_conversation(encoded(answer), stored(before)).entries[-1].role is Role.CUSTOMER


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"type": "conversation"}', b"<html>", b'{"id": 7'])
def test_what_is_no_conversation_is_refused(body):
    with pytest.raises(ValueError, match=r"."):
        read_conversation(body, NOTHING)


@given(st.sets(st.integers(1, 9)), st.sets(st.integers(1, 9)))
def test_what_is_stored_and_what_is_mapped_make_up_the_whole(answers, had, has):
    def answer(numbers):
        parts = [answers.part(id=str(n), body=f"<p>{n}</p>", created_at=1790000000 + n) for n in sorted(numbers)]
        return answers.conversation(*parts, updated_at=1790000000 + len(numbers))

    before, whole = read_conversation(encoded(answer(had)), NOTHING), map_conversation(answer(has))
    found = read_conversation(encoded(answer(has)), stored(before))
    if found is None:
        assert whole == before
    else:
        kept = {e.id: e for e in before.entries} | {e.id: e for e in found.entries}
        assert replace(found, entries=()) == replace(whole, entries=())
        assert tuple(kept[e.id] for e in whole.entries) == whole.entries
