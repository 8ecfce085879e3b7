"""Every action that the screen's description promises has a control, a key, and a line in palette and shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_engine import FakeEngine, go_to, news
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from voice_notes import TestSignal

from desktop.domain.model.outgoing import Schedule, State
from desktop.engine.views import WaitingReply
from desktop.ports import Macro, Team, WorkspaceTag
from desktop.ui.commands.sheet import listed_keys
from desktop.ui.commands.shortcuts import is_letter
from desktop.ui.commands.table import BY_NAME, COMMANDS, FOR_SEVERAL, OTHER_KEYS
from desktop.ui.composer.writing.format_bar import FormatBar
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.inbox.recording.microphone import MicrophoneProblem


def bar(name: str) -> Callable[[MainWindow], QWidget]:
    """A button of the thread's header."""
    return lambda window: getattr(window.thread_pane.header.action_bar, name)


def footer(name: str) -> Callable[[MainWindow], QWidget]:
    return lambda window: getattr(window._footer, name)


def more(window: MainWindow) -> QMenu:
    """The menu "…"."""
    window.thread_pane.header.action_bar.more_menu.aboutToShow.emit()
    return window.thread_pane.header.action_bar.more_menu


def all_commands(window: MainWindow) -> QMenu:
    window._footer.menu.aboutToShow.emit()
    return window._footer.menu


def help_menu(window: MainWindow) -> QMenu:
    return window._footer.help_menu


def tool(text: str) -> Callable[[MainWindow], QWidget]:
    """A button of the composer."""

    def find(window: MainWindow) -> QWidget:
        buttons = window.composer.findChildren(QAbstractButton)
        return next(b for b in buttons if text in (b.text(), b.accessibleName()))

    return find


def tool_of_notes(text: str) -> Callable[[MainWindow], QWidget]:
    """A button of the composer that is there while a note is written."""

    def find(window: MainWindow) -> QWidget:
        window.composer.set_internal(True)
        return tool(text)(window)

    return find


def formatting(text: str) -> Callable[[MainWindow], QWidget]:
    """A button of the composer's formatting tools, which unfold."""

    def find(window: MainWindow) -> QWidget:
        tools = tool("Hide formatting tools")
        if window.composer.findChild(FormatBar) is None:
            tool("Show formatting tools")(window).click()
        assert tools(window).isVisible()
        return tool(text)(window)

    return find


# What the page says, in its order, with the command and the control that stands for it.
PROMISED = (
    ("search field (Ctrl+F)", "search", lambda window: window.list.search.bar.field),
    ("beside the search: new conversation", "new_conversation", lambda window: window.list.new_button),
    ("assignee chip", "assign", bar("assign")),
    ("tags", "tag", bar("tags")),
    ("priority star", "priority", bar("priority")),
    ("snooze", "snooze", bar("snooze")),
    ("close", "close", bar("close_button")),
    ("close and next", "close_next", bar("close_next")),
    ("reopen", "reopen", all_commands),
    ("template", "template", bar("template")),
    ("… mark unread", "mark_unread", more),
    ("… mark read", "mark_read", more),
    ("… open in Intercom", "inbox", more),
    ("… reply in Intercom", "hand_over", more),
    ("… ask on WhatsApp", "ask_whatsapp", more),
    ("… change channel of the conversation", "conversation_channel", more),
    ("… change channel of a message", "message_channel", more),
    ("… react to a message", "react", more),
    ("… translate a message", "translate_message", more),
    ("… translate a customer's messages", "translate_customer", more),
    ("… find in the conversation", "find_in_thread", more),
    ("… merge", "merge", more),
    ("… edit the customer", "edit_customer", more),
    ("… note about the customer", "customer_note", more),
    ("… merge in Intercom", "merge_intercom", more),
    ("… export", "export", more),
    ("… print", "print", more),
    ("… forget", "forget", more),
    ("composer: reply", "reply", tool("Reply")),
    ("composer: note mode", "note", tool("Note")),
    ("composer: attachments", "attach", tool("Attach files")),
    ("composer: saved replies", "saved_reply", tool("Insert a saved reply (# or /)")),
    ("composer: save the text", "save_reply", all_commands),
    ("composer: emoji", "emoji", tool("Insert an emoji (:)")),
    ("saved replies", "saved_replies", all_commands),
    ("composer: voice recording", "record", tool("Record a voice note (Ctrl+Shift+Space)")),
    ("composer: spell check", "spelling", all_commands),
    *(
        (f"composer: {kind}", kind, formatting(name))
        for kind, name in (
            ("bold", "Bold"),
            ("italic", "Italic"),
            ("code", "Code"),
            ("link", "Link"),
            ("bullets", "Bulleted list"),
            ("numbers", "Numbered list"),
            ("preview", "Preview how it will look on each channel"),
        )
    ),
    ("composer: translate", "translate_draft", all_commands),
    ("composer: route", "route", all_commands),
    ("composer: send", "send", tool("Send")),
    ("composer: mentions in notes", "mention", tool_of_notes("Mention a teammate (@)")),
    ("composer: send later", "send_later", tool("Send later")),
    ("undo for everything", "undo", all_commands),
    ("restore a cancelled reply", "restore_cancelled", all_commands),
    ("footer: replies waiting", "waiting_replies", footer("waiting")),
    ("footer: scheduled replies", "scheduled_replies", footer("scheduled")),
    ("footer: gear", "settings", footer("settings")),
    ("footer: help", "shortcuts", footer("help_button")),
    ("footer: help, checklist", "set_up", footer("help_button")),
    ("help: manual", "manual", help_menu),
    ("help: report a problem", "report_problem", help_menu),
    ("help: what is new", "whats_new", help_menu),
    ("help: check for updates", "check_updates", help_menu),
    ("help: about", "about", help_menu),
    ("footer: who am I", "teammate", footer("teammate")),
    ("footer: workspace switch", "workspace", footer("workspace")),
    ("palette (Ctrl+K)", "palette", all_commands),
    ("menu", "menu", footer("menu_button")),
    ("F6 between panes", "next_pane", all_commands),
    ("next customer", "next_customer", all_commands),
    ("previous customer", "previous_customer", all_commands),
    ("fold the customers", "toggle_list", footer("list_button")),
    ("fold the details", "toggle_details", footer("details_button")),
    ("do not disturb", "do_not_disturb", all_commands),
    ("notifications", "notifications", all_commands),
    ("reports", "reports", all_commands),
    ("Octopods", "octopods", all_commands),
    ("quit", "quit", all_commands),
)
# As the page names them.
KEYS = {
    "palette": "Ctrl+K",
    "shortcuts": "Ctrl+/",
    "search": "Ctrl+F",
    "next_pane": "F6",
    "close": "E",
    "snooze": "S",
    "assign": "A",
    "note": "N",
    "reply": "R",
    "template": "T",
    "tag": "L",
}


@pytest.fixture
def shop(qtbot, window: MainWindow, engine: FakeEngine, people) -> MainWindow:
    """With everything that a control needs: macros, tags, teams, waiting and scheduled replies, another workspace."""
    engine.queries.about = replace(
        engine.queries.about,
        macros=(Macro("1", "Greeting", "Hi"),),
        teams=(Team("501", "Deliveries"),),
        tags=(WorkspaceTag("1", "refund"),),
    )
    engine.queries.queued = 1
    scheduled = people.pending(State.SCHEDULED, schedule=Schedule(people.now + timedelta(hours=20)))
    engine.queries.scheduled = (WaitingReply("c-1", "Jennifer Okafor", scheduled),)
    news(qtbot, engine, settings=True, customers=frozenset({"c-1"}))
    go_to(qtbot, window)
    window._footer.show_workspace(engine.queries.about, can_switch=True)
    return window


def test_nothing_is_in_the_table_alone() -> None:
    assert sorted(name for _, name, _ in PROMISED) == sorted(BY_NAME)


def test_every_action_has_a_visible_control(shop: MainWindow) -> None:
    for what, name, find in PROMISED:
        control = find(shop)
        if isinstance(control, QMenu):
            menus = [control, *(a.menu() for a in control.actions() if a.menu() is not None)]
            named = [a.data() for menu in menus for a in menu.actions()] + ["menu"]
            assert name in named, what
        else:
            assert control.isVisible(), what
            assert control.accessibleName() or control.text(), what
            assert min(control.width(), control.height()) >= 24, what


def test_every_action_has_a_key_of_its_own() -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert all(command.keys for command in COMMANDS)
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert {name: BY_NAME[name].keys[0] for name in KEYS} == KEYS


def test_every_action_is_in_the_palette(qtbot, shop: MainWindow) -> None:
    shop._commands.run("palette")
    titles = shop.command_palette.titles
    commands = [command.label for command in COMMANDS if command.name != "palette"]
    assert set(commands) <= set(titles)
    first = titles[: len(commands)]
    assert set(first) == set(commands), "commands come before customers, conversations and settings"
    assert "Privacy" in titles


def test_every_action_is_in_the_sheet_of_shortcuts(qtbot, shop: MainWindow) -> None:
    shop._commands.run("shortcuts")
    sheet = shop.shortcut_sheet
    assert set(sheet.shown_labels) == {label for _, _, label in listed_keys()}
    assert len(list(listed_keys())) == len(COMMANDS) + len(OTHER_KEYS)
    sheet._field.setText("snooze")
    assert sheet.shown_labels == ["Snooze conversation"]
    sheet._field.setText("nothing like this")
    assert sheet.shown_labels == []


def test_every_command_can_be_run(shop: MainWindow) -> None:
    """None is in the table without anything that carries it out."""
    simple = shop._commands._simple_commands().keys()
    shop.recording.open_source = lambda: TestSignal(MicrophoneProblem.NONE_FOUND)
    for command in COMMANDS:
        if command.name not in simple and command.name not in ("quit", "attach"):
            shop._commands.run(command.name)
            popups = shop._commands._actions.popup, shop.composer.emoji.picker, *shop.findChildren(QMenu)
            for popup in popups:
                popup.close()
            shop.saved_replies.sheet.dismiss()
            shop.template_picker.dismiss()
            shop.warning_sheet.dismiss()


def test_letters_are_commands_in_lists_alone(qtbot, shop: MainWindow, engine: FakeEngine) -> None:
    shop.composer.focus_text()
    before = list(engine.command_handler.commands)
    letters = [c.keys[0] for c in COMMANDS if is_letter(c.keys[0]) and c.handles_keys]
    assert len(letters) > 10
    for keys in letters:
        shift = Qt.KeyboardModifier.ShiftModifier if keys.startswith("Shift+") else Qt.KeyboardModifier.NoModifier
        key = getattr(Qt.Key, f"Key_{keys[-1]}")
        text = keys[-1] if keys.startswith("Shift+") else keys[-1].lower()
        assert key.value == ord(text.upper())
        qtbot.keyClick(shop.composer.focusProxy(), text, shift)
    assert len(shop.composer.text) == len(letters)
    assert [c for c in engine.command_handler.commands if c not in before and "Draft" not in type(c).__name__] == []


def test_what_cannot_be_run_says_why(qtbot, window: MainWindow) -> None:
    assert window.customer_id is None
    window._commands.run("close")
    assert window.toast.text == "Choose a customer first."
    window._commands.run("palette")
    rows = window.command_palette._list
    entries = [rows.item(row).data(Qt.ItemDataRole.UserRole) for row in range(rows.count())]
    reasons = {e.key: e.why_not for e in entries if e.kind == "command"}
    assert reasons["close"] == "Choose a customer first."
    assert reasons["settings"] == ""
    with qtbot.assertNotEmitted(window.command_palette.chosen):
        window.command_palette._accept(rows.item([e.key for e in entries].index("close")))
    assert window.command_palette.is_open


def test_several_can_be_changed_by_what_rows_of_the_list_offer() -> None:
    assert {"assign", "close", "snooze", "tag", "mark_read", "mark_unread"} <= set(FOR_SEVERAL)
