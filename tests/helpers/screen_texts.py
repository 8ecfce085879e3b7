"""Reads everything that a widget says, and finds what does not come from the catalogue or does not fit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import combinations
from typing import Any

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QTabBar,
    QTextEdit,
    QWidget,
)

from desktop.text.catalog import strip_isolates
from desktop.ui.widgets.layouts import widgets_in

_IN_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_WORD = re.compile(r"[A-Za-z]{3,}")
# Names, keys, addresses, units; what Qt says of the buttons beside tabs.
_SIGNS = re.compile(
    r"\b(Reachline|Intercom|Scroll Left|Scroll Right|Ctrl|Alt|Shift|Up|Down|Return|Enter|Esc|Del|Space)\b"
    r"|\b(F\d+|kB|MB|UTC)\b"
    r"|https?:\S*|\S+@\S+|\b\w+\.\w{2,4}\b"
)
# Their tooltip, or that of the button beside them, has the whole text.
_ELIDING = ("ElidedLabel", "ShrinkableButton", "Countdown", "RouteButton", "KeyHint", "SectionHeading")
_SHARED = ("desktop.ui.widgets", "desktop.ui.look")
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


def room_of(widget: QWidget) -> str:
    """Return the path of the module that a widget, or the nearest around it, is made in."""
    at: QWidget | None = widget
    while at is not None:
        module = type(at).__module__
        if module.startswith("desktop.") and not module.startswith(_SHARED):
            return module.replace(".", "/") + ".py"
        at = at.parentWidget()
    return ""


def texts_of(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Yield what each widget in `root` shows or a screen reader says of it, hidden ones included."""
    for widget in [root, *root.findChildren(QWidget)]:
        said = [widget.windowTitle(), widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, QLabel | QAbstractButton):
            said.append(widget.text())
        elif isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
            said.append(widget.placeholderText())
        elif isinstance(widget, QComboBox):
            said += [widget.itemText(i) for i in range(widget.count())]
        elif isinstance(widget, QTabBar):
            said += [widget.tabText(i) for i in range(widget.count())]
        elif isinstance(widget, QGroupBox | QMenu):
            said.append(widget.title())
        if isinstance(widget, QMenu):
            said += [text for action in widget.actions() for text in (action.text(), action.toolTip())]
        if isinstance(widget, QAbstractItemView):
            said += rows_of(widget)
        yield from ((widget, text) for text in dict.fromkeys(said) if text)


def rows_of(view: QAbstractItemView) -> list[str]:
    model = view.model()
    indexes = [model.index(row, 0) for row in range(model.rowCount())] if model is not None else []
    values = [index.data(role) for index in indexes for role in _ROLES]
    return [value for value in values if isinstance(value, str)]


def data_of(*things: Any) -> set[str]:
    """Return every text in these objects: what people wrote, names, addresses. Values of enums are not data."""
    found: set[str] = set()
    pending = list(things)
    seen: set[int] = set()
    while pending:
        thing = pending.pop()
        if id(thing) in seen or isinstance(thing, Enum):
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            found |= {thing, " ".join(thing.split()), *thing.splitlines()}
        elif isinstance(thing, dict):
            pending += [*thing.keys(), *thing.values()]
        elif isinstance(thing, list | tuple | set | frozenset):
            pending += thing
        elif is_dataclass(thing) and not isinstance(thing, type):
            pending += [getattr(thing, f.name) for f in fields(thing)]
        elif isinstance(thing, msgspec.Struct):
            pending += [getattr(thing, name) for name in thing.__struct_fields__]
    return {text for text in found if len(text) > 2}


def plain_rest(text: str, data: Iterable[str]) -> str:
    """Return what is left of a text in the pseudo-language without translated sentences and data."""
    rest = strip_isolates(text).replace("&&", "&").replace("…", "")
    for known in sorted(data, key=len, reverse=True):
        rest = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", " ", rest) if known in rest else rest
    while _IN_BRACKETS.search(rest):
        rest = _IN_BRACKETS.sub(" ", rest)
    rest = _SIGNS.sub(" ", rest)
    return rest.strip() if _WORD.search(rest) else ""


def untranslated(root: QWidget, data: Iterable[str]) -> list[str]:
    """Return the texts in the pseudo-language that are not all from the catalogue, each with the room it is in."""
    known = set(data)
    found = [(room_of(w), text, plain_rest(text, known)) for w, text in texts_of(root)]
    return [f"{room}: {text!r}" for room, text, rest in found if rest]


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of sentences, without what stands for something inserted."""
    return {word for text in texts for word in re.findall(r"[^\W\d_]{3,}", re.sub(r"\{\w*\}", " ", text).casefold())}


class EnglishFinder:
    """Finds what is left in English on screens in another language; looks at each text once, wherever it stands."""

    def __init__(self, english: Collection[str], data: Iterable[str], ignored: re.Pattern[str]) -> None:
        """english: words that no sentence of the language has. data: what people wrote. ignored: more of that."""
        self._english, self._ignored = frozenset(english), ignored
        self._data = sorted(data, key=len, reverse=True)
        self._seen: set[str] = set()

    def find(self, root: QWidget) -> list[str]:
        """Return the new texts in `root` with such words, each with the room it is in."""
        found = []
        for widget, text in texts_of(root):
            if text in self._seen:
                continue
            self._seen.add(text)
            rest = self._ignored.sub(" ", strip_isolates(text))
            if words_of([rest]).isdisjoint(self._english):
                continue
            for each in self._data:
                rest = rest.replace(each, " ")
            if left := words_of([_SIGNS.sub(" ", rest)]) & self._english:
                found.append(f"{room_of(widget)}: {sorted(left)} in {text!r}")
        return found


def outgrown(screen: QWidget, size: QSize) -> list[str]:
    """Return the screen's window if it needs more than `size`, which it was given, and what is wider than the area in
    which it only scrolls up and down.
    """
    window, found = screen.window(), []
    needed = window.minimumSizeHint().expandedTo(window.minimumSize()).expandedTo(window.size())
    if needed.width() > size.width() or needed.height() > size.height():
        found.append(f"{room_of(window) or type(window).__name__} needs {needed.width()}x{needed.height()}")
    for area in screen.findChildren(QScrollArea):
        is_fixed = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if is_fixed and area.isVisible() and area.widget().width() > area.viewport().width():
            found.append(f"{room_of(area.widget())}: {area.widget().width()} wide in {area.viewport().width()}")
    return found


def overlapping(root: QWidget) -> list[str]:
    """Return the visible widgets that cover each other though one layout holds both."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        layout = widget.layout()
        if layout is None or not widget.isVisible():
            continue
        for one, other in combinations(_laid_out(layout), 2):
            if one.geometry().intersects(other.geometry()):
                names = " and ".join(f"{type(w).__name__} {w.property('text') or ''!r}" for w in (one, other))
                found.append(f"{room_of(widget)}: {names} overlap")
    return found


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for each in [layout, *layout.findChildren(QLayout)]:
        yield from (w for w in widgets_in(each) if w.isVisible() and not w.geometry().isEmpty())


def cut_off(root: QWidget) -> list[str]:
    """Return the visible labels and buttons whose text needs more room than they have, without those that elide."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or type(widget).__name__ in _ELIDING:
            continue
        if isinstance(widget, QLabel) and widget.text() and widget.pixmap().isNull():
            needed = widget.sizeHint()
            if widget.wordWrap():
                needed = QSize(0, widget.heightForWidth(widget.width()))
        elif isinstance(widget, QAbstractButton) and widget.text():
            layout = widget.layout()
            # A layout's labels wrap at any width, and are looked at by themselves.
            needed = widget.sizeHint() if layout is None else QSize(0, layout.heightForWidth(widget.width()))
        elif isinstance(widget, QComboBox) and not (widget.minimumContentsLength() or widget.isEditable()):
            needed = widget.minimumSizeHint()
        else:
            continue
        if needed.width() > widget.width() + 1 or needed.height() > widget.height() + 1:
            sizes = f"{needed.width()}x{needed.height()} in {widget.width()}x{widget.height()}"
            text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
            found.append(f"{room_of(widget)}: {text[:60]!r} needs {sizes}")
    return found
