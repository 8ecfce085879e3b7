"""Every command of the main window, once: the palette, the menus, the keys and the sheet of shortcuts read it here."""

from __future__ import annotations

import sys
from enum import Enum, auto

import msgspec
from PySide6.QtGui import QKeySequence

from desktop.text.catalog import Text
from desktop.text.screens import palette as texts


class Group(Enum):
    """Under which heading a command stands."""

    CONVERSATION = auto()
    WRITING = auto()
    MOVING = auto()
    PROGRAM = auto()
    HELP = auto()


class Needs(Enum):
    """What has to be on the screen for a command."""

    NOTHING = auto()
    CUSTOMER = auto()
    CONVERSATION = auto()


class WindowCommand(msgspec.Struct, frozen=True):
    """One command. Its label is in `text.screens.palette`, by its name.

    keys: portable `QKeySequence` text, the main one first. A letter alone, with Shift or not, is a command in lists
        only; anywhere else it is, or was meant as, text.
    handles_keys: False where the widget that has the keyboard handles them.
    """

    name: str
    group: Group
    keys: tuple[str, ...]
    icon: str
    needs: Needs = Needs.NOTHING
    handles_keys: bool = True

    @property
    def label(self) -> str:
        return texts.COMMANDS[self.name]()


def _conversation(name: str, icon: str, *keys: str) -> WindowCommand:
    return WindowCommand(name, Group.CONVERSATION, keys, icon, Needs.CONVERSATION)


def _customer(name: str, icon: str, *keys: str) -> WindowCommand:
    return WindowCommand(name, Group.CONVERSATION, keys, icon, Needs.CUSTOMER)


def _writing(name: str, icon: str, *keys: str, handles_keys: bool = True) -> WindowCommand:
    return WindowCommand(name, Group.WRITING, keys, icon, Needs.CONVERSATION, handles_keys)


def _moving(name: str, icon: str, *keys: str) -> WindowCommand:
    return WindowCommand(name, Group.MOVING, keys, icon)


def _program(name: str, icon: str, *keys: str) -> WindowCommand:
    return WindowCommand(name, Group.PROGRAM, keys, icon)


def _help(name: str, icon: str, *keys: str) -> WindowCommand:
    return WindowCommand(name, Group.HELP, keys, icon)


COMMANDS = (
    _conversation("assign", "fa6s.user-plus", "A"),
    _conversation("tag", "fa6s.tag", "L"),
    _conversation("priority", "fa6s.star", "P"),
    _conversation("snooze", "fa6s.clock", "S"),
    _conversation("close", "fa6s.circle-check", "E"),
    _conversation("close_next", "fa6s.forward-step", "Shift+E"),
    _conversation("reopen", "fa6s.box-open", "O"),
    _customer("mark_unread", "fa6s.envelope", "U"),
    _customer("mark_read", "fa6s.envelope-open", "Shift+U"),
    _conversation("conversation_channel", "fa6s.shuffle", "Ctrl+Shift+J"),
    _customer("message_channel", "fa6s.shuffle", "Ctrl+Shift+M"),
    _customer("react", "fa6.face-smile", "Ctrl+R"),
    _customer("translate_message", "fa6s.language", "Ctrl+Shift+T"),
    _customer("translate_customer", "fa6s.language", "Ctrl+Shift+F"),
    _conversation("inbox", "fa6s.arrow-up-right-from-square", "Ctrl+O"),
    _customer("merge", "fa6s.link", "Ctrl+J"),
    _customer("edit_customer", "fa6s.user-pen", "Ctrl+F2"),
    _customer("customer_note", "fa6s.note-sticky", "Ctrl+Shift+F2"),
    _customer("merge_intercom", "fa6s.code-merge", "Ctrl+M"),
    _customer("export", "fa6s.file-export", "Ctrl+Shift+E"),
    _customer("print", "fa6s.print", "Ctrl+P"),
    _customer("forget", "fa6s.user-slash", "Ctrl+Shift+Del"),
    WindowCommand("undo", Group.CONVERSATION, ("Z", "F8"), "fa6s.rotate-left"),
    WindowCommand("new_conversation", Group.WRITING, ("Ctrl+N",), "fa6s.pen-to-square"),
    _writing("reply", "fa6s.reply", "R"),
    _writing("note", "fa6s.note-sticky", "N", "Ctrl+Shift+N"),
    _writing("send", "fa6s.paper-plane", "Ctrl+Enter", handles_keys=False),
    _writing("send_later", "fa6s.calendar-day", "Ctrl+Shift+S"),
    _writing("template", "fa6s.file-lines", "T"),
    _writing("attach", "fa6s.paperclip", "Ctrl+Shift+U"),
    _writing("saved_reply", "fa6s.hashtag", "#", "/", handles_keys=False),
    _writing("save_reply", "fa6s.bookmark", "Ctrl+Shift+V"),
    _writing("emoji", "fa6.face-smile", ":", handles_keys=False),
    WindowCommand("saved_replies", Group.WRITING, ("Ctrl+Shift+H",), "fa6s.comments"),
    _writing("record", "fa6s.microphone", "Ctrl+Shift+Space"),
    _writing("spelling", "fa6s.spell-check", "F7"),
    _writing("bold", "fa6s.bold", "Ctrl+B"),
    _writing("italic", "fa6s.italic", "Ctrl+I"),
    _writing("code", "fa6s.code", "Ctrl+E"),
    _writing("link", "fa6s.link", "Ctrl+L"),
    _writing("bullets", "fa6s.list-ul", "Ctrl+8"),
    _writing("numbers", "fa6s.list-ol", "Ctrl+7"),
    _writing("preview", "fa6s.eye", "Ctrl+Shift+Q"),
    _writing("mention", "fa6s.at", "@", handles_keys=False),
    _writing("ask_whatsapp", "fa6b.whatsapp", "Ctrl+Shift+W"),
    _writing("translate_draft", "fa6s.language", "Ctrl+T"),
    _writing("route", "fa6s.route", "Ctrl+Shift+R"),
    _writing("hand_over", "fa6s.share-from-square", "Ctrl+Shift+O"),
    WindowCommand("restore_cancelled", Group.WRITING, ("Ctrl+Shift+B",), "fa6s.rotate-left"),
    _moving("palette", "fa6s.magnifying-glass", "Ctrl+K"),
    _moving("search", "fa6s.magnifying-glass", "Ctrl+F"),
    WindowCommand("find_in_thread", Group.MOVING, ("Ctrl+G", "F3"), "fa6s.magnifying-glass", Needs.CUSTOMER),
    _moving("next_customer", "fa6s.arrow-down", "Alt+Down"),
    _moving("previous_customer", "fa6s.arrow-up", "Alt+Up"),
    _moving("next_pane", "fa6s.right-left", "F6"),
    _moving("toggle_list", "fa6s.address-book", "Ctrl+Shift+I"),
    _program("reports", "fa6s.chart-column", "Ctrl+."),
    _moving("toggle_details", "fa6s.address-card", "Ctrl+D"),
    _program("waiting_replies", "fa6s.hourglass-half", "Ctrl+Shift+A"),
    _program("scheduled_replies", "fa6s.calendar-days", "Ctrl+Shift+X"),
    _program("do_not_disturb", "fa6s.bell-slash", "Ctrl+Shift+D"),
    _program("notifications", "fa6s.bell", "F9"),
    _program("octopods", "fa6s.circle-question", "Ctrl+Shift+K"),
    _program("teammate", "fa6s.user", "Ctrl+Shift+Y"),
    _program("workspace", "fa6s.building", "Ctrl+Shift+P"),
    _program("settings", "fa6s.gear", "Ctrl+,"),
    _program("menu", "fa6s.bars", "F10"),
    _program("quit", "fa6s.power-off", "Ctrl+Q"),
    _help("manual", "fa6s.book-open", "F1"),
    _help("shortcuts", "fa6s.keyboard", "Ctrl+/"),
    _help("set_up", "fa6s.list-check", "Ctrl+Shift+G"),
    _help("report_problem", "fa6s.bug", "Ctrl+Shift+F1"),
    _help("whats_new", "fa6s.gift", "Ctrl+Shift+F4"),
    _help("check_updates", "fa6s.circle-up", "Ctrl+Shift+F5"),
    _help("about", "fa6s.circle-info", "Shift+F1"),
)
BY_NAME = {command.name: command for command in COMMANDS}

FOR_SEVERAL = ("assign", "tag", "priority", "snooze", "close", "reopen", "mark_unread", "mark_read")
"""Commands that can be run for several customers at once."""

OTHER_KEYS: tuple[tuple[Group, str | Text, Text], ...] = (
    (Group.CONVERSATION, "F2", texts.EDIT_VALUE),
    (Group.WRITING, "F2", texts.EDIT_WAITING),
    (Group.WRITING, "Del", texts.CANCEL_WAITING),
    (Group.WRITING, "Esc", texts.CLOSE_SHEET),
    (Group.MOVING, texts.LIST_KEYS, texts.MOVE_IN_LISTS),
    (Group.MOVING, texts.MENU_KEY, texts.OPEN_ROW_MENU),
    (Group.MOVING, "Shift+Down", texts.SELECT_SEVERAL),
)
"""Keys that are no commands, since they act on what has the keyboard: group, keys, what they do. Keys that Qt has no
name for are sentences."""


def shown_keys(keys: str) -> str:
    """Return keys as this system and the language name them. keys: portable `QKeySequence` text."""
    # Keyboards and the composer call this key Enter, Qt calls that the one beside the digits; macOS shows a sign.
    shown = keys if sys.platform == "darwin" else keys.replace("Return", "Enter")
    return QKeySequence(shown).toString(QKeySequence.SequenceFormat.NativeText)
