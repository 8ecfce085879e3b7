"""The keyboard shortcuts of the main window: the table, the listener, and the sheet that lists them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from desktop.text.screens import palette as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.overlay import Overlay


class Shortcut(msgspec.Struct, frozen=True):
    """One command with its keys (portable `QKeySequence` text, the main one first). Its label is in `text`."""

    command: str
    keys: tuple[str, ...]
    icon: str


SHORTCUTS = (
    Shortcut("palette", ("Ctrl+K",), "fa6s.magnifying-glass"),
    Shortcut("search", ("Ctrl+F",), "fa6s.magnifying-glass"),
    Shortcut("next_pane", ("F6",), "fa6s.right-left"),
    Shortcut("reply", ("R",), "fa6s.reply"),
    Shortcut("note", ("N", "Ctrl+Shift+N"), "fa6s.note-sticky"),
    Shortcut("route", ("Ctrl+Shift+R",), "fa6s.route"),
    Shortcut("template", ("T",), "fa6s.file-lines"),
    Shortcut("ask_whatsapp", ("Ctrl+Shift+W",), "fa6b.whatsapp"),
    Shortcut("message_channel", ("Ctrl+Shift+M",), "fa6s.shuffle"),
    Shortcut("close", ("E",), "fa6s.circle-check"),
    Shortcut("snooze", ("S",), "fa6s.clock"),
    Shortcut("assign", ("A",), "fa6s.user-plus"),
    Shortcut("inbox", ("Ctrl+O",), "fa6s.arrow-up-right-from-square"),
    Shortcut("hand_over", ("Ctrl+Shift+O",), "fa6s.share-from-square"),
    Shortcut("restore_cancelled", ("Ctrl+Shift+B",), "fa6s.rotate-left"),
    Shortcut("merge", ("Ctrl+Shift+L",), "fa6s.link"),
    Shortcut("undo", ("Ctrl+Alt+Z",), "fa6s.rotate-left"),
    Shortcut("forget", ("Ctrl+Shift+Del",), "fa6s.user-slash"),
    Shortcut("toggle_list", ("Ctrl+Shift+I",), "fa6s.address-book"),
    Shortcut("toggle_details", ("Ctrl+I",), "fa6s.address-card"),
    Shortcut("octopods", ("Ctrl+Shift+K",), "fa6s.circle-question"),
    Shortcut("notifications", ("Ctrl+Shift+,",), "fa6s.bell"),
    Shortcut("do_not_disturb", ("Ctrl+Shift+D",), "fa6s.bell-slash"),
    Shortcut("settings", ("Ctrl+,",), "fa6s.gear"),
    Shortcut("shortcuts", ("Ctrl+/",), "fa6s.keyboard"),
    Shortcut("quit", ("Ctrl+Q",), "fa6s.power-off"),
)

# Handled by other widgets; listed for the agent.
_OTHER_KEYS = (
    ("Ctrl+Return", texts.SEND),
    ("#", texts.INSERT_MACRO),
    ("", texts.MOVE_IN_LISTS),
    ("F2", texts.EDIT_WAITING),
    ("Del", texts.CANCEL_WAITING),
    ("Esc", texts.CLOSE_SHEET),
)


def shown_keys(keys: str) -> str:
    """Return keys as this system names them. keys: portable `QKeySequence` text."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


class Shortcuts(QObject):
    """Listens for the keys of `SHORTCUTS`.

    Signals:
        activated: a shortcut was pressed. arg: its command.
    """

    activated = Signal(str)

    def __init__(self, window: QWidget, lists: Sequence[QWidget]) -> None:
        """lists: the widgets in which a single letter is a command. Anywhere else it is, or was meant as, text."""
        super().__init__(window)
        self._lists = lists
        for shortcut in SHORTCUTS:
            for keys in shortcut.keys:
                key = QShortcut(QKeySequence(keys), window)
                key.setAutoRepeat(False)
                key.setProperty("command", shortcut.command)
                key.setProperty("letter", len(keys) == 1)
                key.activated.connect(self._on_activated)

    def _on_activated(self) -> None:
        key = self.sender()
        if not key.property("letter") or any(each.hasFocus() for each in self._lists):
            self.activated.emit(key.property("command"))


_BORDER_PX = 1


def _either(keys: Sequence[str]) -> str:
    first, *others = map(shown_keys, keys)
    return texts.EITHER_KEYS(keys=first, other_keys=others[0]) if others else first


class ShortcutSheet(Overlay):
    """The sheet that lists all shortcuts."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(texts.SHORTCUTS())
        inside = self._content = QWidget()
        grid = self._grid = QGridLayout(inside)
        grid.setHorizontalSpacing(3 * GAP)
        grid.setVerticalSpacing(GAP - 2)
        rows = [(_either(s.keys), texts.COMMANDS[s.command]()) for s in SHORTCUTS]
        rows += [(shown_keys(keys) if keys else texts.LIST_KEYS(), label()) for keys, label in _OTHER_KEYS]
        self._rows = [(Label(keys), Label(label)) for keys, label in rows]
        for key, _ in self._rows:
            key.setObjectName("key")
        self._place(2)
        # With large text on a small screen the rows may not fit.
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(texts.ALL_SHORTCUTS())
        area.setWidget(inside)
        layouts.column(area, parent=self._card, margins=_BORDER_PX)
        self._follow_theme()

    def tab_order(self) -> list[QWidget]:
        return [self._area]

    def layout_contents(self) -> None:
        self._place(2)
        size = self._wrap(False)
        if size.width() > self.width():
            self._wrap(True)
            content_width = self.width() - 2 * _BORDER_PX - self._area.verticalScrollBar().sizeHint().width()
            if self._grid.minimumSize().width() > content_width:
                self._place(1)
            size = QSize(self.width(), self._grid.heightForWidth(content_width) + 2 * _BORDER_PX)
        self.center_card(size.width(), size.height())

    def _place(self, halves: int) -> None:
        """Show the rows side by side in two halves, or all one below the other."""
        length = -(-len(self._rows) // halves)
        for number, (key, label) in enumerate(self._rows):
            row, column = number % length, 2 * (number // length)
            self._grid.addWidget(key, row, column, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(label, row, column + 1)
        for half in range(2):
            self._grid.setColumnStretch(2 * half + 1, int(half < halves))

    def _wrap(self, wraps: bool) -> QSize:
        """Set whether labels wrap, with narrower margins then; return the size hint of the card."""
        margin = PAD if wraps else 2 * PAD
        self._grid.setContentsMargins(margin, margin, margin, margin)
        for label in self._card.findChildren(QLabel):
            label.setWordWrap(wraps and label.objectName() != "key")
        self._grid.activate()
        # The border counts twice: in the layout's margins and in the frame's style.
        return self._content.sizeHint() + QSize(4 * _BORDER_PX, 4 * _BORDER_PX)

    def mousePressEvent(self, event: object) -> None:
        self.dismiss()

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
            f"QLabel#key {{ border: 1px solid {colors.border}; border-radius: 5px; padding: 2px 8px;"
            f" background: {colors.panel}; }}"
        )
