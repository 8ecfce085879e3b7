"""Drafts: nothing typed is lost, nothing sent comes back, and an id never serves two replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.views import Draft, ThreadView
from desktop.ui.composer.drafts import DraftBook

Jennifer = Callable[..., ThreadView]


def stored(view: ThreadView, text: str, draft_id: str = "kept", conversation_id: str = "wa") -> ThreadView:
    return replace(view, drafts=(Draft(draft_id, "c1", conversation_id, text, (), False, seen_upto=7),))


def test_a_stored_draft_is_taken_up_with_its_id_and_what_was_seen(jennifer: Jennifer) -> None:
    view = stored(jennifer(), "Half a sentence")
    draft = DraftBook().open(view, "wa", internal=False)
    assert (draft.text, draft.draft_id, draft.seen_upto) == ("Half a sentence", "kept", 7)


def test_what_is_typed_here_wins_over_an_older_store(jennifer: Jennifer) -> None:
    book = DraftBook()
    draft = book.open(jennifer(), "wa", internal=False)
    book.edit(draft, "Newer", ())
    assert book.open(stored(jennifer(), "Older"), "wa", internal=False).text == "Newer"


def test_a_draft_that_was_sent_does_not_come_back_with_a_late_view(jennifer: Jennifer) -> None:
    book = DraftBook()
    view = stored(jennifer(), "Hello")
    draft = book.open(view, "wa", internal=False)
    book.clear_sent("kept")
    assert draft.text == ""
    assert draft.draft_id != "kept"
    assert book.open(view, "wa", internal=False).text == ""


def test_emptying_forgets_the_old_draft_and_mints_a_new_id(jennifer: Jennifer) -> None:
    book = DraftBook()
    draft = book.open(jennifer(), "wa", internal=False)
    book.edit(draft, "Hello", ())
    old = draft.draft_id
    forget = book.edit(draft, "", ())
    assert forget is not None
    assert (forget.draft_id, forget.text) == (old, "")
    assert draft.draft_id != old
    assert draft.seen_upto is None
    assert book.take_unsaved() == []


def test_notes_and_replies_are_kept_apart(jennifer: Jennifer) -> None:
    book = DraftBook()
    book.edit(book.open(jennifer(), "wa", internal=False), "For them", ())
    book.edit(book.open(jennifer(), "wa", internal=True), "For us", ())
    assert {(c.text, c.internal) for c in book.take_unsaved()} == {("For them", False), ("For us", True)}
    assert book.take_unsaved() == []


@given(st.lists(st.tuples(st.sampled_from(["type", "send"]), st.text(max_size=5)), max_size=20))
def test_no_id_is_sent_twice(jennifer: Jennifer, steps: list[tuple[str, str]]) -> None:
    book = DraftBook()
    sent: list[str] = []
    for step, text in steps:
        draft = book.open(jennifer(), "wa", internal=False)
        if step == "type":
            book.edit(draft, text, ())
        elif not draft.is_empty:
            sent.append(draft.draft_id)
            book.clear_sent(draft.draft_id)
    assert len(sent) == len(set(sent))
