"""Replies that are not through yet, in the window: what each choice sends, and that no words get lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from direct_routes import telegram_route
from fake_engine import CONTROL, FakeEngine, go_to, news, press, write
from msgspec import structs
from PySide6.QtCore import Qt
from reasons import said

from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.engine.changes import Changes
from desktop.engine.commands import Done, EditPending, NeedsConsent, ResolvePending, SaveDraft
from desktop.engine.views import ConnectionState, ConnectionView, Draft, PendingReply, WaitingReply
from desktop.text.screens import inbox as texts
from desktop.ui.composer.toolbar import ComposerTools
from desktop.ui.inbox.main_window import MainWindow

pytestmark = pytest.mark.slow
KEY = Qt.Key


@pytest.fixture
def shown(qtbot, window: MainWindow, engine: FakeEngine) -> Callable[[PendingReply], None]:
    """Show Jennifer's thread with this reply in it, and the keyboard on its row."""

    def show(pending: PendingReply) -> None:
        engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=(pending,))
        if window.view is None:
            go_to(qtbot, window)
        else:
            news(qtbot, engine, threads=frozenset({"c-1"}))
        window.thread_pane.timeline.go_to_pending(pending.draft_id)

    return show


def comes_back_as_draft(qtbot, engine: FakeEngine, pending: PendingReply, now) -> None:
    """What the engine does: the reply is gone, and its words are a draft with a new id."""
    draft = Draft("again", "c1", pending.conversation_id, pending.text, (), pending.internal)
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=(), drafts=(draft,))
    news(qtbot, engine, threads=frozenset({"c-1"}))


@pytest.mark.parametrize(
    ("state", "key", "command"),
    [
        (State.QUEUED, KEY.Key_F2, EditPending),
        (State.HELD, KEY.Key_F2, EditPending),
        (State.REFUSED, KEY.Key_F2, EditPending),
        (State.QUEUED, KEY.Key_Delete, ResolvePending),
        (State.HELD, KEY.Key_Delete, ResolvePending),
        (State.REFUSED, KEY.Key_Delete, ResolvePending),
        (State.UNCONFIRMED, KEY.Key_Delete, ResolvePending),
        (State.UNCONFIRMED, KEY.Key_Y, ResolvePending),
    ],
)
def test_keys_answer_the_current_reply(qtbot, window, engine, shown, people, state, key, command) -> None:
    pending = people.pending(state)
    shown(pending)
    press(qtbot, window, key)
    expected = {
        (EditPending, KEY.Key_F2): EditPending(pending.draft_id),
        (ResolvePending, KEY.Key_Delete): ResolvePending(pending.draft_id, cancel=True),
        (ResolvePending, KEY.Key_Y): ResolvePending(pending.draft_id, arrived=True),
    }
    assert engine.command_handler.of(command) == [expected[command, key]]


def test_keys_that_a_state_does_not_offer_do_nothing(qtbot, window, engine, shown, people) -> None:
    shown(people.pending(State.SENDING))
    for key in (KEY.Key_F2, KEY.Key_Delete, KEY.Key_Y, KEY.Key_G):
        press(qtbot, window, key)
    press(qtbot, window, KEY.Key_Return, CONTROL)
    assert engine.command_handler.of(ResolvePending) + engine.command_handler.of(EditPending) == []


def test_sending_an_unconfirmed_reply_again_asks_once_more(qtbot, window, engine, shown, people) -> None:
    pending = people.pending(State.UNCONFIRMED)
    shown(pending)
    press(qtbot, window, KEY.Key_Return, CONTROL)
    assert "Jennifer may get it twice" in window.question.text
    for key in (KEY.Key_Return, KEY.Key_Space):
        press(qtbot, window, key)
    assert engine.command_handler.of(ResolvePending) == []
    press(qtbot, window, KEY.Key_Escape)
    assert not window.question.is_open
    assert engine.command_handler.of(ResolvePending) == []
    press(qtbot, window, KEY.Key_Return, CONTROL)
    for key in (KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Space):
        press(qtbot, window, key)
    assert engine.command_handler.of(ResolvePending) == [ResolvePending(pending.draft_id, send=True)]


def test_what_changed_meanwhile_is_told_before_anything_is_sent(
    qtbot, window, engine, shown, people, jennifer, monkeypatch
) -> None:
    pending = people.pending(State.HELD, codes=(WarningCode.TEAMMATE_ANSWERED,))
    engine.queries.threads["c-1"] = jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None)
    shown(pending)
    forecast = compute_forecast(jennifer().situations["wa"], Reply(pending.text), people.now)
    new = (ForecastWarning(WarningCode.WINDOW_CLOSED, frozenset({"m-7"})),)
    answers = [NeedsConsent(forecast, new), Done()]
    monkeypatch.setattr(engine.command_handler, "_answer", lambda command: answers.pop(0))
    press(qtbot, window, KEY.Key_Return, CONTROL)
    assert window.question.text.startswith("Won't arrive on WhatsApp")
    window.question.confirm()
    first, second = engine.command_handler.of(ResolvePending)
    assert first.acknowledged == {(WarningCode.TEAMMATE_ANSWERED, "")}
    assert second.acknowledged == {(WarningCode.TEAMMATE_ANSWERED, ""), (WarningCode.WINDOW_CLOSED, "m-7")}


def test_what_changed_is_told_too_when_the_account_of_the_route_has_just_gone(
    qtbot, window, engine, shown, people, jennifer, monkeypatch
) -> None:
    pending = people.pending(State.HELD, route=telegram_route().route)
    shown(pending)
    forecast = compute_forecast(jennifer().situations["wa"], Reply(pending.text), people.now)
    answer = NeedsConsent(forecast, (ForecastWarning(WarningCode.WINDOW_CLOSED),))
    monkeypatch.setattr(engine.command_handler, "_answer", lambda command: answer)
    press(qtbot, window, KEY.Key_Return, CONTROL)
    assert not window.question.is_open
    assert window.toast.text == texts.FORECAST_CHANGED()


def test_the_question_goes_when_the_reply_is_found_or_somebody_else_is_shown(
    qtbot, window, engine, shown, people
) -> None:
    pending = people.pending(State.UNCONFIRMED)
    shown(pending)
    press(qtbot, window, KEY.Key_Return, CONTROL)
    assert window.question.is_open
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=())
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert not window.question.is_open
    shown(pending)
    press(qtbot, window, KEY.Key_Return, CONTROL)
    assert window.question.is_open
    go_to(qtbot, window, "c-2")
    assert not window.question.is_open


def test_taking_back_can_be_undone(qtbot, window, engine, shown, people, now) -> None:
    pending = people.pending(State.HELD)
    shown(pending)
    press(qtbot, window, KEY.Key_Delete)
    assert window.toast.text == "Reply cancelled."
    window.toast.press()
    assert engine.command_handler.of(EditPending) == [EditPending(pending.draft_id)]
    comes_back_as_draft(qtbot, engine, pending, now)
    assert window.composer.text == pending.text


def test_what_was_taken_back_can_be_brought_back_later_and_from_elsewhere(
    qtbot, window, engine, shown, people, now, clock, ticker
) -> None:
    pending = people.pending(State.QUEUED)
    shown(pending)
    press(qtbot, window, KEY.Key_Delete)
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=())
    go_to(qtbot, window, "c-2")
    clock.advance(timedelta(minutes=5))
    ticker.tick()
    assert window.toast.text == ""
    draft = Draft("again", "c1", "wa", pending.text, (), False)
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], drafts=(draft,))
    restore_cancelled = CONTROL | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(window.customer_shown):
        press(qtbot, window, KEY.Key_B, restore_cancelled)
    assert engine.command_handler.of(EditPending) == [EditPending(pending.draft_id)]
    assert (window.customer_id, window.composer.text) == ("c-1", pending.text)
    press(qtbot, window, KEY.Key_B, restore_cancelled)
    assert len(engine.command_handler.of(EditPending)) == 1


def test_taking_back_what_may_have_arrived_says_so(qtbot, window, shown, people) -> None:
    shown(people.pending(State.UNCONFIRMED))
    press(qtbot, window, KEY.Key_Delete)
    assert window.toast.text == "Reply cancelled. It may have arrived anyway."


def test_edit_puts_the_words_back_where_they_belong(qtbot, window, engine, shown, people, now) -> None:
    pending = people.pending(State.REFUSED, conversation_id="web", internal=True)
    shown(pending)
    press(qtbot, window, KEY.Key_F2)
    comes_back_as_draft(qtbot, engine, pending, now)
    composer = window.composer
    assert (composer.conversation_id, composer.internal, composer.text) == ("web", True, pending.text)
    write(qtbot, window, "!")
    assert composer.text == f"{pending.text}!"


def test_a_reply_can_be_edited_sent_held_and_edited_again(qtbot, window, engine, shown, people, now) -> None:
    for _ in range(2):
        pending = people.pending(State.HELD)
        shown(pending)
        press(qtbot, window, KEY.Key_F2)
        draft = Draft(f"new-{pending.draft_id}", "c1", "wa", pending.text, (), False)
        engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], pending_replies=(), drafts=(draft,))
        news(qtbot, engine, threads=frozenset({"c-1"}))
        assert (window.composer.draft_id, window.composer.text) == (draft.draft_id, pending.text)
        engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], drafts=())
        window.composer.sent(draft.draft_id)


def test_words_in_the_composer_are_kept_first_and_a_refusal_can_be_tried_again(
    qtbot, window, engine, shown, people
) -> None:
    pending = people.pending(State.HELD)
    shown(pending)
    write(qtbot, window, "Something else")
    engine.command_handler.refuse = "Another draft is open here."
    window.thread_pane.timeline.go_to_pending(pending.draft_id)
    press(qtbot, window, KEY.Key_F2)
    kinds = [type(c) for c in engine.command_handler.commands]
    assert kinds.index(SaveDraft) < kinds.index(EditPending)
    assert window.toast.text == "Another draft is open here."
    assert window.composer.text == "Something else"
    window.toast.press()
    assert len(engine.command_handler.of(EditPending)) == 2


def test_going_elsewhere_takes_the_words_along(qtbot, window, engine, shown, people, now) -> None:
    telegram = people.conversation(
        "tg", [people.customer_message("tg", timedelta(days=2), "Hi", app_code="octopods-vv1")], tags=("telegram",)
    )
    view = people.view([people.whatsapp(timedelta(hours=26), None), telegram])
    engine.queries.threads["c-1"] = view
    pending = people.pending(State.HELD, codes=(WarningCode.WINDOW_CLOSED,))
    shown(pending)
    press(qtbot, window, KEY.Key_G)
    assert engine.command_handler.of(EditPending) == [EditPending(pending.draft_id)]
    comes_back_as_draft(qtbot, engine, pending, now)
    qtbot.waitUntil(lambda: window.composer.conversation_id == "tg")
    assert window.composer.text == pending.text


def test_the_connection_shows_on_what_waits_and_on_the_button(qtbot, window, engine, shown, people) -> None:
    shown(people.pending(State.QUEUED))
    rows = window.thread_pane.timeline.timeline
    tools = window.composer.findChild(ComposerTools)
    assert (rows.entry(rows.rowCount() - 1).description.headline, tools._send.text()) == ("Waiting to be sent", "Send")
    engine.queries.state = ConnectionView(ConnectionState.OFFLINE, said("Intercom cannot be reached."))
    engine.feed.publish(Changes(connection=True))
    description = rows.entry(rows.rowCount() - 1).description
    assert (description.headline, tools._send.text()) == ("Waiting: you're offline", "Send when online")
    write(qtbot, window, "Hello")
    assert (
        "You're offline. When you're back, we'll check this reply again, then send it or ask you."
        in window.composer._line.text
    )


def test_a_held_reply_tells_its_age_anew_each_minute(window, shown, people, clock, ticker) -> None:
    shown(people.pending(State.HELD, codes=(WarningCode.WINDOW_CLOSED,)))
    rows = window.thread_pane.timeline.timeline
    assert "closed 2 h 2 min ago" in rows.entry(rows.rowCount() - 1).description.why
    clock.advance(timedelta(minutes=3))
    ticker.tick()
    assert "closed 2 h 5 min ago" in rows.entry(rows.rowCount() - 1).description.why


# The banner over all customers.


def undecided_reply(people, state: State, customer_id: str = "c-1", name: str = "Jennifer", **facts) -> WaitingReply:
    return WaitingReply(customer_id, name, people.pending(state, **facts))


def publish_undecided(qtbot, engine: FakeEngine, *replies: WaitingReply) -> None:
    engine.queries.waiting = replies
    news(qtbot, engine, undecided=True)


def test_nothing_undecided_shows_nothing(window) -> None:
    assert window.review_banner.text == ""


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([State.HELD], "1 reply needs your decision."),
        ([State.HELD] * 3, "3 replies need your decision."),
        ([State.REFUSED] * 2, "2 replies weren't sent."),
        ([State.UNCONFIRMED], "We don't know whether 1 reply arrived."),
        ([State.HELD, State.REFUSED], "2 replies need your decision."),
    ],
)
def test_the_banner_counts_by_what_happened(qtbot, window, engine, people, states, said) -> None:
    publish_undecided(qtbot, engine, *(undecided_reply(people, s) for s in states))
    assert window.review_banner.text == said


def test_held_while_offline_is_said_only_where_it_is_known(qtbot, window, engine, people, clock, now) -> None:
    early = undecided_reply(people, State.HELD)
    clock.advance(timedelta(minutes=1))
    engine.queries.state = ConnectionView(ConnectionState.OFFLINE, said("Intercom cannot be reached."))
    engine.feed.publish(Changes(connection=True))
    during = WaitingReply(
        "c-1", "Jennifer", structs.replace(people.pending(State.HELD), queued_at=now + timedelta(minutes=5))
    )
    clock.advance(timedelta(hours=1))
    engine.queries.state = ConnectionView(ConnectionState.ONLINE)
    engine.feed.publish(Changes(connection=True))
    publish_undecided(qtbot, engine, during)
    assert window.review_banner.text == "1 reply you wrote while offline needs your decision."
    publish_undecided(qtbot, engine, early, during)
    assert window.review_banner.text == "2 replies need your decision."


def test_review_steps_through_them_and_leads_the_keyboard_there(qtbot, window, engine, people) -> None:
    first_reply, second_reply = (
        undecided_reply(people, State.HELD),
        undecided_reply(people, State.REFUSED, "c-2", "Tom", conversation_id="web"),
    )
    for reply in (first_reply, second_reply):
        view = engine.queries.threads[reply.customer_id]
        engine.queries.threads[reply.customer_id] = replace(view, pending_replies=(reply.pending,))
    publish_undecided(qtbot, engine, first_reply, second_reply)
    visited = []
    for _ in range(3):
        window.review_banner.review()
        qtbot.waitUntil(lambda: window.thread_pane.timeline.hasFocus() and current(window) is not None)
        visited.append((window.customer_id, current(window)))
        window.composer.focus_text()
    first, second = ("c-1", first_reply.pending.draft_id), ("c-2", second_reply.pending.draft_id)
    assert visited == [first, second, first]
    assert window.review_banner.text.endswith("Reply 1 of 2")


def current(window: MainWindow) -> str | None:
    index = window.thread_pane.timeline.currentIndex()
    pending = window.thread_pane.timeline.timeline.entry(index.row()).pending if index.isValid() else None
    return pending.draft_id if pending is not None else None


def test_later_hides_it_until_another_one_waits(qtbot, window, engine, people) -> None:
    first = undecided_reply(people, State.HELD)
    publish_undecided(qtbot, engine, first)
    window.review_banner.quiet_button.click()
    assert window.review_banner.text == ""
    publish_undecided(qtbot, engine, first)
    assert window.review_banner.text == ""
    publish_undecided(qtbot, engine, first, undecided_reply(people, State.HELD))
    assert window.review_banner.text == "2 replies need your decision."


def test_the_banner_goes_when_all_is_decided(qtbot, window, engine, people) -> None:
    publish_undecided(qtbot, engine, undecided_reply(people, State.HELD))
    publish_undecided(qtbot, engine)
    assert window.review_banner.text == ""
