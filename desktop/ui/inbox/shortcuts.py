"""Shortcuts: every key of the main window in one table, the object that listens for them, and the sheet that lists
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Shortcut:
    """keys: as Qt names them, most usual first. command: what `Shortcuts.pressed` tells. glyph: for the palette."""

    command: str
    keys: tuple[str, ...]
    words: str
    icon: str

    @property
    def is_letter(self) -> bool:
        """A single letter: works only on a list that the agent has put the keyboard on."""
        return len(self.keys[0]) == 1


SHORTCUTS = (
    Shortcut("palette", ("Ctrl+K",), "Go to anything, do anything", "fa6s.magnifying-glass"),
    Shortcut("search", ("Ctrl+F",), "Search customers", "fa6s.magnifying-glass"),
    Shortcut("next_pane", ("F6",), "Next pane", "fa6s.right-left"),
    Shortcut("reply", ("R",), "Write a reply", "fa6s.reply"),
    Shortcut("note", ("N", "Ctrl+Shift+N"), "Write a note", "fa6s.note-sticky"),
    Shortcut("route", ("Ctrl+Shift+R",), "Send through Intercom or past it", "fa6s.route"),
    Shortcut("template", ("T",), "Send a template", "fa6s.file-lines"),
    Shortcut("ask_whatsapp", ("Ctrl+Shift+W",), "Ask to continue on WhatsApp", "fa6b.whatsapp"),
    Shortcut("message_channel", ("Ctrl+Shift+M",), "Change channel of the current message", "fa6s.shuffle"),
    Shortcut("close", ("E",), "Close the conversation", "fa6s.circle-check"),
    Shortcut("snooze", ("S",), "Snooze the conversation", "fa6s.clock"),
    Shortcut("assign", ("A",), "Assign the conversation", "fa6s.user-plus"),
    Shortcut("inbox", ("Ctrl+O",), "Open in Intercom's inbox", "fa6s.arrow-up-right-from-square"),
    Shortcut("hand_over", ("Ctrl+Shift+O",), "Reply in Intercom's inbox", "fa6s.share-from-square"),
    Shortcut("bring_back", ("Ctrl+Shift+B",), "Bring back what you took back last", "fa6s.rotate-left"),
    Shortcut("link", ("Ctrl+Shift+L",), "Same as another customer", "fa6s.link"),
    Shortcut("undo", ("Ctrl+Alt+Z",), "Undo what was just told", "fa6s.rotate-left"),
    Shortcut("forget", ("Ctrl+Shift+Del",), "Forget this customer", "fa6s.user-slash"),
    Shortcut("fold", ("Ctrl+I",), "Show or hide the customer pane", "fa6s.table-columns"),
    Shortcut("octopods", ("Ctrl+Shift+K",), "Choose which channels Octopods carries", "fa6s.circle-question"),
    Shortcut("settings", ("Ctrl+,",), "Settings", "fa6s.gear"),
    Shortcut("shortcuts", ("Ctrl+/",), "Show these shortcuts", "fa6s.keyboard"),
)

# Keys that others listen for; listed so that nobody has to find them.
ALSO = (
    ("Ctrl+Enter", "Send"),
    ("#", "Insert a macro while writing"),
    ("J, K, arrows", "Move in lists"),
    ("F2", "Edit your waiting reply"),
    ("Del", "Take your waiting reply back"),
    ("Esc", "Close a sheet, keep the draft"),
)


class Shortcuts(QObject):
    """Signals:
    pressed: a shortcut was pressed and may act. arg: its command.
    """

    pressed = Signal(str)

    def __init__(self, window: QWidget, lists: Sequence[QWidget]) -> None:
        """lists: where a single letter is a command. Anywhere else it is text, or was meant to be."""
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
            self.pressed.emit(key.property("command"))


_EDGE = 1
"""Width of the line around the sheet, in pixels."""


class ShortcutSheet(Overlay):
    """All keys at a glance."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Shortcuts")
        inside = self._inside = QWidget()
        grid = self._grid = QGridLayout(inside)
        grid.setHorizontalSpacing(3 * GAP)
        grid.setVerticalSpacing(GAP - 2)
        rows = [(" or ".join(s.keys), s.words) for s in SHORTCUTS] + list(ALSO)
        for number, (keys, meaning) in enumerate(rows):
            half = (len(rows) + 1) // 2
            row, column = number % half, 2 * (number // half)
            key = Label(keys)
            key.setObjectName("key")
            grid.addWidget(key, row, column, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Label(meaning), row, column + 1)
            grid.setColumnStretch(column + 1, 1)
        # Large words on a small screen: what does not fit is scrolled to.
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("All shortcuts")
        area.setWidget(inside)
        whole = QVBoxLayout(self._card)
        whole.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        whole.addWidget(area)
        self._follow_theme()

    def tab_order(self) -> list[QWidget]:
        return [self._area]

    def layout_contents(self) -> None:
        size = self._wrap(False)
        if size.width() > self.width():
            self._wrap(True)
            room = self.width() - 2 * _EDGE - self._area.verticalScrollBar().sizeHint().width()
            size = QSize(self.width(), self._grid.heightForWidth(room) + 2 * _EDGE)
        self.center_card(size.width(), size.height())

    def _wrap(self, wraps: bool) -> QSize:
        """Let the words run over several lines, closer to the edge; gives the room that they would like."""
        edge = PAD if wraps else 2 * PAD
        self._grid.setContentsMargins(edge, edge, edge, edge)
        for label in self._card.findChildren(QLabel):
            label.setWordWrap(wraps and label.objectName() != "key")
        self._grid.activate()
        # The frame's own style adds its border once more.
        return self._inside.sizeHint() + QSize(4 * _EDGE, 4 * _EDGE)

    def mousePressEvent(self, event: object) -> None:
        self.dismiss()

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
            f"QLabel#key {{ border: 1px solid {colors.border}; border-radius: 5px; padding: 2px 8px;"
            f" background: {colors.panel}; }}"
        )
