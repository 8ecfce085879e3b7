"""Handing a reply over to Intercom's inbox: the draft stays until the same words are seen there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import CONTROL, FakeEngine, go_to, news, press, press_send, write
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication

from desktop.engine.commands import SaveDraft
from desktop.engine.views import Draft
from desktop.text.screens import inbox as texts
from desktop.ui.inbox.main_window import MainWindow

pytestmark = pytest.mark.slow


def hand_over(qtbot, window: MainWindow, engine: FakeEngine, now, text: str = "We will call you tomorrow.") -> str:
    go_to(qtbot, window)
    write(qtbot, window, text)
    press_send(qtbot, window)
    inbox = next(b for b in window.warning_sheet.choices if b.text() == "Reply in Intercom")
    qtbot.mouseClick(inbox, Qt.MouseButton.LeftButton)
    draft_id = window.composer.draft_id
    draft = Draft(draft_id, "c1", "wa", text, (), False)
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], drafts=(draft,))
    return draft_id


def somebody_writes(qtbot, engine: FakeEngine, people, text: str, conversation_id: str = "wa", **facts) -> None:
    before = engine.queries.threads["c-1"]
    entry = people.entry(conversation_id, timedelta(0), text, **facts)
    chats = [c.conversation for c in before.thread.chats]
    chats = [replace(c, entries=(*c.entries, entry)) if c.id == conversation_id else c for c in chats]
    engine.queries.threads["c-1"] = replace(people.view(chats), drafts=before.drafts)
    news(qtbot, engine, threads=frozenset({"c-1"}))


def test_it_opens_the_inbox_with_the_text_at_hand_and_keeps_the_draft(qtbot, window, engine, opened, now) -> None:
    hand_over(qtbot, window, engine, now)
    assert opened == ["https://inbox/wa"]
    assert QGuiApplication.clipboard().text() == "We will call you tomorrow."
    assert window.composer.text == "We will call you tomorrow."
    assert window.toast.text == texts.COPIED()


def test_the_draft_goes_when_the_words_are_seen(qtbot, window, engine, people, now) -> None:
    draft_id = hand_over(qtbot, window, engine, now)
    somebody_writes(qtbot, engine, people, "We will  call you\ntomorrow.")
    assert window.composer.text == ""
    assert window.toast.text == texts.SEEN()
    assert engine.command_handler.of(SaveDraft)[-1] == SaveDraft(draft_id, "c-1", "wa", "")


@pytest.mark.parametrize(
    ("text", "conversation_id"), [("We will call you.", "wa"), ("We will call you tomorrow.", "web")]
)
def test_other_words_or_another_conversation_keep_it(qtbot, window, engine, people, now, text, conversation_id) -> None:
    hand_over(qtbot, window, engine, now)
    somebody_writes(qtbot, engine, people, text, conversation_id)
    assert window.composer.text == "We will call you tomorrow."


def test_what_was_written_further_is_kept(qtbot, window, engine, people, now) -> None:
    hand_over(qtbot, window, engine, now)
    write(qtbot, window, " At ten.")
    somebody_writes(qtbot, engine, people, "We will call you tomorrow.")
    assert window.composer.text == "We will call you tomorrow. At ten."


def test_a_draft_that_was_not_handed_over_stays_whatever_others_write(qtbot, window, engine, people, now) -> None:
    draft = Draft("d1", "c1", "wa", "Thanks!", (), False)
    engine.queries.threads["c-1"] = replace(engine.queries.threads["c-1"], drafts=(draft,))
    go_to(qtbot, window)
    somebody_writes(qtbot, engine, people, "Thanks!")
    assert window.composer.text == "Thanks!"


def test_the_key_hands_over_from_anywhere(qtbot, window, engine, opened, now) -> None:
    go_to(qtbot, window)
    press(qtbot, window, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert (opened, window.toast.text) == (["https://inbox/wa"], "")
    write(qtbot, window, "Tomorrow")
    press(qtbot, window, Qt.Key.Key_O, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert len(opened) == 2
    assert QGuiApplication.clipboard().text() == "Tomorrow"


def test_it_is_remembered_over_a_restart(qtbot, engine, people, theme, ticker, now, tmp_path) -> None:
    for restarted in (False, True):
        settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(engine, theme, ticker, settings=settings, open_url=lambda url: None)
        qtbot.addWidget(window)
        window.show()
        if not restarted:
            hand_over(qtbot, window, engine, now)
        else:
            go_to(qtbot, window)
            assert window.composer.text == "We will call you tomorrow."
            somebody_writes(qtbot, engine, people, "We will call you tomorrow.")
            assert window.composer.text == ""
        window.close()
        settings.sync()
        del window, settings
    assert "call you" not in (tmp_path / "window.ini").read_text()
