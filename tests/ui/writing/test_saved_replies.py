"""Saved replies while writing: found by letters, filled from this conversation's customer, followed by actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import FakeEngine, go_to, news, press, press_send, write
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPushButton

from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.reason import make_reason
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    AssignConversation,
    CarryOutActions,
    ChangeSeveral,
    DeleteSnippets,
    Done,
    Failed,
    SaveDraft,
    SaveSnippets,
    SendReply,
    TagConversation,
    UntagConversation,
)
from desktop.engine.views import Draft, DueActions
from desktop.ports import Macro, WorkspaceTag
from desktop.text.reasons.describe import describe
from desktop.ui.composer.composer import Composer
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.writing.saved_replies.action_chips import ActionChips
from desktop.ui.writing.saved_replies.sheet import SavedRepliesSheet
from desktop.ui.writing.suggestions import SuggestionList

OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}
ACTIONS = (
    SnippetAction(ActionKind.CLOSE),
    SnippetAction(ActionKind.ASSIGN, "92"),
    SnippetAction(ActionKind.TAG, "refund"),
)
SHIP = Snippet(
    "s1", "Ship", '😀 {{user.first_name|fallback:"there"}}, {{order_id}} by {{x.day}}, {{agent.name}}', "Orders"
)
REFUND = Snippet("s2", "Refund on its way", "Hello {{name}}, your refund is on its way.", "Money", ACTIONS)
HELLO = Macro("1", "Greeting", "Hello {{first_name}}, 😀")


@pytest.fixture
def shop(qtbot, window: MainWindow, engine: FakeEngine, jennifer) -> MainWindow:
    engine.queries.threads["c-1"] = jennifer(**OPEN)
    engine.queries.about = replace(
        engine.queries.about, macros=(HELLO,), snippets=(REFUND, SHIP), tags=(WorkspaceTag("1", "refund"),)
    )
    news(qtbot, engine, settings=True)
    go_to(qtbot, window)
    window.composer.focus_text()
    return window


def suggestions(window: MainWindow) -> SuggestionList:
    return next(s for s in window.findChildren(SuggestionList) if s.accessibleName() == "Saved replies")


def edit_of(window: MainWindow) -> ComposerEdit:
    return window.composer.findChild(ComposerEdit)


def chips(window: MainWindow) -> list[str]:
    return window.composer.findChild(ActionChips).labels


def test_a_reply_is_found_filled_and_completed(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    shop.composer.append_text("😀")
    write(qtbot, shop, " #sh")
    shown = suggestions(shop)
    assert shown.is_open
    assert shown.labels == ["Orders › Ship"]
    assert shown.preview == "😀 Jennifer, ⟦order id⟧ by ⟦x day⟧, Maria Lind"
    press(qtbot, shop, Qt.Key.Key_Tab)
    assert shop.composer.text == "😀 😀 Jennifer, ⟦order id⟧ by ⟦x day⟧, Maria Lind"
    edit = edit_of(shop)
    assert edit.textCursor().selectedText() == "⟦order id⟧"
    # Tab goes on to the next blank, Shift+Tab back; typing replaces it.
    press(qtbot, shop, Qt.Key.Key_Tab)
    assert edit.textCursor().selectedText() == "⟦x day⟧"
    press(qtbot, shop, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert edit.textCursor().selectedText() == "⟦order id⟧"
    write(qtbot, shop, "A-1")
    press_send(qtbot, shop)
    assert engine.command_handler.of(SendReply) == []
    assert shop.composer.error_text == "Fill in “x day” before you send. It's missing from the customer's details."
    assert edit.textCursor().selectedText() == "⟦x day⟧"
    write(qtbot, shop, "Tuesday")
    assert edit.hasFocus()
    press_send(qtbot, shop)
    assert [c.text for c in engine.command_handler.of(SendReply)] == ["😀 😀 Jennifer, A-1 by Tuesday, Maria Lind"]
    # Without a blank, Tab moves the keyboard on.
    write(qtbot, shop, "x")
    press(qtbot, shop, Qt.Key.Key_Tab)
    assert not edit.hasFocus()


def test_what_opens_the_list_and_what_does_not(qtbot, shop: MainWindow) -> None:
    for text in ("#", "/", "#gre", "See #", "/monref", "#Refnud", "\n#ship"):
        edit_of(shop).setPlainText(text)
        edit_of(shop).moveCursor(QTextCursor.MoveOperation.End)
        assert suggestions(shop).is_open, text
    for text in ("a#", "and/or", "#4711", "#ref und", "/etc/hosts", "10:30"):
        edit_of(shop).setPlainText(text)
        edit_of(shop).moveCursor(QTextCursor.MoveOperation.End)
        assert not suggestions(shop).is_open, text
    edit_of(shop).setPlainText("See ")
    edit_of(shop).moveCursor(QTextCursor.MoveOperation.End)
    write(qtbot, shop, "#")
    press(qtbot, shop, Qt.Key.Key_Escape)
    assert shop.composer.text == "See #"
    # It stays closed while this word is being written, and Enter is a new line again.
    write(qtbot, shop, "gre")
    assert not suggestions(shop).is_open
    press(qtbot, shop, Qt.Key.Key_Return)
    assert shop.composer.text == "See #gre\n"
    write(qtbot, shop, "#")
    assert suggestions(shop).is_open
    for _ in range(2):
        press(qtbot, shop, Qt.Key.Key_Down)
    assert suggestions(shop).preview == "Hello Jennifer, 😀\n\nIf this macro has actions, they run only in Intercom."
    press(qtbot, shop, Qt.Key.Key_Up)
    assert suggestions(shop).preview.startswith("😀 Jennifer")


def test_the_list_stays_above_a_text_field_that_moves(qtbot, shop: MainWindow) -> None:
    write(qtbot, shop, "#")
    edit, found = shop.composer.text_field, shop.findChild(SuggestionList)

    def top() -> int:
        return found.parentWidget().mapFromGlobal(edit.mapToGlobal(edit.rect().topLeft())).y()

    before = top()
    assert before >= found.geometry().bottom()
    # What stands below the text grows, and the composer upwards with it.
    shop.composer.refused("A sentence.")
    qtbot.waitUntil(lambda: top() < before)
    assert found.is_open
    assert top() >= found.geometry().bottom()


def test_another_customer_fills_it_with_their_own_values(qtbot, shop: MainWindow, engine: FakeEngine, people) -> None:
    other = replace(people.contact(), id="c-9", name="Tom Baker", attributes={"Order id": "B-7"})
    view = people.view([replace(people.web(), contact_ids=("c-9",))], customer_id="c-2", name="Tom Baker")
    engine.queries.threads["c-2"] = replace(view, thread=replace(view.thread, contacts=(people.contact(), other)))
    write(qtbot, shop, "#ship")
    go_to(qtbot, shop, "c-2")
    assert not suggestions(shop).is_open
    shop.composer.focus_text()
    write(qtbot, shop, "#ship")
    assert suggestions(shop).labels == ["Orders › Ship"]
    assert suggestions(shop).preview == "😀 Tom, B-7 by ⟦x day⟧, Maria Lind"
    press(qtbot, shop, Qt.Key.Key_Return)
    assert "Jennifer" not in shop.composer.text


def test_actions_are_shown_and_run_once_the_reply_is_accepted(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    write(qtbot, shop, "#refund")
    assert suggestions(shop).preview.endswith("After sending: Close conversation, Assign to Tom & Co, Tag “refund”")
    press(qtbot, shop, Qt.Key.Key_Return)
    assert chips(shop) == ["Close conversation", "Assign to Tom & Co", "Tag “refund”"]
    # They go with the text, and stay with their draft.
    go_to(qtbot, shop, "c-2")
    assert chips(shop) == []
    go_to(qtbot, shop, "c-1")
    assert len(chips(shop)) == 3
    close = next(b for b in shop.composer.findChildren(QPushButton) if b.text() == "Close conversation")
    close.click()
    assert chips(shop) == ["Assign to Tom & Co", "Tag “refund”"]
    shop.composer.flush()
    press_send(qtbot, shop)
    [sent] = engine.command_handler.of(SendReply)
    assert sent.actions == ACTIONS[1:]
    assert chips(shop) == []
    saved = [c for c in engine.command_handler.of(SaveDraft) if c.text]
    assert saved[-1].actions == ACTIONS[1:]
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert engine.command_handler.of(ChangeSeveral) == []
    changes = (AssignConversation("wa", "92"), TagConversation("wa", "refund"))
    engine.queries.due = (DueActions(sent.draft_id, changes),)
    waits, undo = Failed(make_reason(CommandReason.ACTIONS_WAIT)), ChangeSeveral((UntagConversation("wa", "refund"),))
    engine.command_handler.carried_out = waits
    news(qtbot, engine, threads=frozenset({"c-1"}))
    assert shop.toast.text == describe(waits.reason)
    # While they wait, that is said once; the answer that follows can be taken back.
    shop.toast.show_message("Something else")
    engine.feed.publish(Changes(connection=True))
    assert shop.toast.text == "Something else"
    engine.command_handler.carried_out = Done(undo=undo)
    engine.feed.publish(Changes(connection=True))
    assert engine.command_handler.of(CarryOutActions) == [CarryOutActions(sent.draft_id)] * 3
    assert shop.toast.text == "2 actions of the saved reply done."
    engine.queries.due = ()
    shop.toast.press()
    assert engine.command_handler.of(ChangeSeveral) == [undo]


def test_a_stored_draft_comes_back_with_its_actions(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    view = engine.queries.threads["c-2"]
    draft = Draft("d9", "c-2", "web", "Half", actions=ACTIONS[:1])
    engine.queries.threads["c-2"] = replace(view, drafts=(draft,))
    go_to(qtbot, shop, "c-2")
    assert chips(shop) == ["Close conversation"]


def test_an_emptied_draft_has_no_actions(qtbot, shop: MainWindow) -> None:
    write(qtbot, shop, "#refund")
    press(qtbot, shop, Qt.Key.Key_Return)
    edit_of(shop).selectAll()
    press(qtbot, shop, Qt.Key.Key_Delete)
    assert chips(shop) == []


# --- the sheet --------------------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(shop: MainWindow, engine: FakeEngine, qtbot) -> SavedRepliesSheet:
    shop._commands.run("saved_replies")
    return shop.saved_replies.sheet


def titles(sheet: SavedRepliesSheet) -> list[str]:
    return [sheet.list.item(row).text().partition("  –")[0] for row in range(sheet.list.count())]


def store(qtbot, engine: FakeEngine) -> None:
    """Answer as the store would after the last command."""
    known = {s.id: s for s in engine.queries.about.snippets}
    command = next(c for c in reversed(engine.command_handler.commands) if isinstance(c, SaveSnippets | DeleteSnippets))
    if isinstance(command, SaveSnippets):
        known |= {s.id: s for s in command.snippets}
    else:
        known = {i: s for i, s in known.items() if i not in command.ids}
    snippets = tuple(sorted(known.values(), key=lambda s: s.place))
    engine.queries.about = replace(engine.queries.about, snippets=snippets)
    news(qtbot, engine, settings=True)


def test_replies_are_written_searched_edited_and_deleted(qtbot, sheet, engine: FakeEngine, shop: MainWindow) -> None:
    assert titles(sheet) == ["Money › Refund on its way", "Orders › Ship"]
    qtbot.keyClicks(sheet.search, "ordsh")
    assert titles(sheet) == ["Orders › Ship"]
    sheet.search.setText("zzz")
    assert titles(sheet) == []
    sheet.search.clear()
    sheet.new_button.click()
    form = sheet.form
    assert form.name.edit.hasFocus()
    assert not form.save_button.isEnabled()
    qtbot.keyClicks(form.name.edit, "Ship")
    form.folder.set_text("Orders")
    form.text.setPlainText("On its way, ")
    form.text.moveCursor(QTextCursor.MoveOperation.End)
    form.placeholder_menu.actions()[0].trigger()
    form.action_button.menu().aboutToShow.emit()
    tags = form.action_button.menu().actions()[0].menu()
    tags.actions()[0].trigger()
    assert form.text.toPlainText() == "On its way, {{first_name}}"
    form.save_button.click()
    assert form.name.status.text == "There's another saved reply with this name in this folder."
    press(qtbot, shop, Qt.Key.Key_Escape)
    assert form.isVisible()
    form.name.set_text("Shipped")
    form.save_button.click()
    [saved] = engine.command_handler.of(SaveSnippets)[-1].snippets
    assert replace(saved, id="") == Snippet(
        "", "Shipped", "On its way, {{first_name}}", "Orders", (SnippetAction(ActionKind.TAG, "refund"),)
    )
    assert sheet.status.text == "“Shipped” saved."
    store(qtbot, engine)
    assert titles(sheet) == ["Money › Refund on its way", "Orders › Ship", "Orders › Shipped"]
    sheet.list.setCurrentRow(2)
    sheet.list.setFocus()
    press(qtbot, shop, Qt.Key.Key_Delete)
    store(qtbot, engine)
    assert titles(sheet) == ["Money › Refund on its way", "Orders › Ship"]
    sheet.undo_button.click()
    store(qtbot, engine)
    assert "Orders › Shipped" in titles(sheet)
    assert sheet.status.text == "Undone."
    sheet.list.setCurrentRow(0)
    sheet.list.setFocus()
    press(qtbot, shop, Qt.Key.Key_Return)
    assert form.isVisible()
    assert form.chips.labels == ["Close conversation", "Assign to Tom & Co", "Tag “refund”"]
    press(qtbot, shop, Qt.Key.Key_Escape)
    assert sheet.list.isVisible()
    press(qtbot, shop, Qt.Key.Key_Escape)
    assert not sheet.is_open


def test_files_come_and_go_whole(qtbot, sheet, engine: FakeEngine, tmp_path) -> None:
    for name in ("replies.json", "replies.csv", "without ending"):
        sheet.export_file(str(tmp_path / name))
        assert sheet.status.text.startswith("Saved as "), name
    before = len(engine.command_handler.commands)
    for name in ("replies.json", "replies.csv", "without ending.json"):
        sheet.import_file(str(tmp_path / name))
        assert sheet.status.text == "0 saved replies imported. 2 were here already."
    broken = tmp_path / "broken.csv"
    broken.write_text("name,text\nHello,Hi\n,no name\n", encoding="utf-8")
    sheet.import_file(str(broken))
    assert sheet.status.text == "Nothing was imported from broken.csv. The saved reply at line 3 has no name."
    sheet.import_file(str(tmp_path / "gone.csv"))
    assert sheet.status.text == "Nothing was imported from gone.csv. No such file or directory"
    sheet.export_file(str(tmp_path / "no folder" / "x.json"))
    assert sheet.status.text.startswith("x.json couldn't be saved: ")
    assert len(engine.command_handler.commands) == before
    broken.write_text("name;folder;text\nShip;Orders;Another\nHello;;Hi\n", encoding="utf-8")
    sheet.import_file(str(broken))
    said = "2 saved replies imported. 1 of them has a new name: there's another saved reply with its name."
    assert sheet.status.text == said
    store(qtbot, engine)
    assert titles(sheet) == ["Hello", "Money › Refund on its way", "Orders › Ship", "Orders › Ship (2)"]
    sheet.undo_button.click()
    store(qtbot, engine)
    assert len(titles(sheet)) == 2


def test_without_replies_the_list_says_where_to_make_one(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    engine.queries.about = replace(engine.queries.about, macros=(), snippets=())
    news(qtbot, engine, settings=True)
    write(qtbot, shop, "#x ")
    assert not shop.composer.saved_replies.is_open
    edit_of(shop).setPlainText("Thanks a lot, ")
    edit_of(shop).moveCursor(QTextCursor.MoveOperation.End)
    shop._commands.run("saved_reply")
    rows = suggestions(shop).labels
    assert rows == ["No saved replies yet", "Save this text as a saved reply…", "Manage saved replies…"]
    press(qtbot, shop, Qt.Key.Key_Return)
    assert shop.composer.text == "Thanks a lot, "
    assert shop.saved_replies.sheet.form.text.toPlainText() == "Thanks a lot, "
    press(qtbot, shop, Qt.Key.Key_Escape)
    shop.saved_replies.sheet.form.cancel_button.click()
    assert shop.saved_replies.sheet.empty.isVisible()


def test_a_read_only_text_opens_nothing(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    engine.command_handler.held = []
    write(qtbot, shop, "On its way #")
    composer: Composer = shop.composer
    press(qtbot, shop, Qt.Key.Key_Escape)
    press_send(qtbot, shop)
    composer.start_saved_reply()
    assert not composer.saved_replies.is_open
