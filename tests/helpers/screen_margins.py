"""How near a screen is to what must not happen: texts that are cut off, widgets that meet, colors too pale to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from color_contrast import contrast, luminance
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QSlider,
    QTextEdit,
    QToolButton,
    QWidget,
)
from screen_texts import room_of

from desktop.ui.composer.toolbar import KeyHint
from desktop.ui.look.theme import LEAST_TARGET
from desktop.ui.thread.timeline.view import TimelineView

LEAST_CONTRAST, LEAST_OF_SHAPES = 4.5, 3.0
LONGEST_SHOWN = 60
"""In a row of a list; what is longer ends in three dots."""
_LEAST_SIDE_PX = 8
_EDGE_PX = 12
"""Of a row, in which an edge or a bar shows that it is selected."""
_SHORT = 8
_CLICKED = QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QSlider, QPlainTextEdit, QTextEdit
_PADDING_PX = 4
"""Of a row after its text; Qt forgets it where it breaks lines."""


class Measure(StrEnum):
    """TEXT: how much longer a text could be, in its widget and up to what stands beside it. GAP: between two texts side
    by side. ROOM: how much smaller the window, or an area that scrolls one way only, could be. CONTRAST: of a text to
    what it stands on, as a ratio.
    """

    TEXT = "text"
    GAP = "gap"
    ROOM = "room"
    CONTRAST = "contrast"


@dataclass(frozen=True)
class Margin:
    """value: in pixels of text at 100 %, or the ratio of a contrast."""

    measure: Measure
    value: float
    what: str


def margins(screen: QWidget, window_size: QSize, image: QImage, scale: float) -> Iterator[Margin]:
    """Measure all that is visible in a screen.

    image: the picture of its window. scale: of the text, by which lengths in pixels are divided.
    """
    for margin in (*_text_margins(screen), *_gaps(screen), *_room(screen, window_size)):
        yield Margin(margin.measure, margin.value / scale, margin.what)
    yield from _contrasts(screen, image)


def _texts(screen: QWidget) -> Iterator[tuple[QLabel | QAbstractButton, str]]:
    for widget in screen.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton) and (text := widget.text().strip()):
            yield widget, text


def _text_margins(screen: QWidget) -> Iterator[Margin]:
    for widget, text in _texts(screen):
        is_wrapped = isinstance(widget, QLabel) and widget.wordWrap()
        if is_wrapped or widget.layout() is not None or "\n" in text or _is_hidden_text(widget):
            continue
        needed = _needed(widget, text)
        # One that ends in three dots has its whole text in the tooltip.
        if needed <= widget.width():
            yield Margin(Measure.TEXT, widget.width() - needed + _free_beside(widget, screen), _name(widget, text))


def _is_hidden_text(widget: QWidget) -> bool:
    if isinstance(widget, KeyHint):
        return widget.width() < widget.sizeHint().width()
    return isinstance(widget, QToolButton) and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly


def _free_beside(widget: QWidget, screen: QWidget) -> int:
    """The distance in pixels from a widget's trailing edge to the next widget, or to the edge of what it is in."""
    free, at = 0, widget
    is_mirrored = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    while at is not screen and at.parentWidget() is not None and not at.isWindow():
        parent, box = at.parentWidget(), at.geometry()
        edge = box.left() if is_mirrored else parent.width() - box.right() - 1
        beside = [
            (box.left() - other.geometry().right() if is_mirrored else other.geometry().left() - box.right()) - 1
            for other in parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
            if other is not at and other.isVisible() and _is_beside(box, other.geometry(), is_mirrored=is_mirrored)
        ]
        if beside:
            return free + max(min(beside), 0)
        free += max(edge, 0)
        if isinstance(parent, QAbstractScrollArea) or edge > 0:
            break
        at = parent
    return free


def _is_beside(box: QRect, other: QRect, *, is_mirrored: bool) -> bool:
    overlaps = box.top() <= other.bottom() and other.top() <= box.bottom()
    return overlaps and (other.right() < box.left() if is_mirrored else other.left() > box.right())


def _gaps(screen: QWidget) -> Iterator[Margin]:
    """Between texts that one widget holds side by side."""
    by_parent: dict[int, list[tuple[QLabel | QAbstractButton, str]]] = {}
    for widget, text in _texts(screen):
        if not _is_hidden_text(widget):
            by_parent.setdefault(id(widget.parentWidget()), []).append((widget, text))
    for siblings in by_parent.values():
        for (one, one_text), (other, other_text) in combinations(siblings, 2):
            a, b = _box_of_text(one), _box_of_text(other)
            if a.top() <= b.bottom() and b.top() <= a.bottom():
                gap = max(a.left(), b.left()) - min(a.right(), b.right()) - 1
                yield Margin(Measure.GAP, gap, f"{_name(one, one_text)} and {other_text[:30]!r}")


def _box_of_text(widget: QLabel | QAbstractButton) -> QRect:
    """Without the padding of a button."""
    box = widget.geometry()
    if isinstance(widget, QAbstractButton) and widget.layout() is None:
        padding = max(0, box.width() - _needed(widget, widget.text())) // 2
        box.adjust(padding, 0, -padding, 0)
    return box


def _needed(widget: QLabel | QAbstractButton, text: str) -> int:
    """The width of a text in one line, and of the icon before it."""
    needed = widget.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()
    has_icon = isinstance(widget, QAbstractButton) and not widget.icon().isNull()
    return needed + widget.iconSize().width() if has_icon else needed


def _room(screen: QWidget, size: QSize) -> Iterator[Margin]:
    window = screen.window()
    if not isinstance(screen, QMenu) and window.windowType() is not Qt.WindowType.Popup:
        needed = window.minimumSizeHint().expandedTo(window.minimumSize())
        least = min(size.width() - needed.width(), size.height() - needed.height())
        yield Margin(Measure.ROOM, least, f"{type(window).__name__} needs {needed.width()}x{needed.height()}")
    for area in screen.findChildren(QScrollArea):
        inner = area.widget()
        is_fixed = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if is_fixed and area.isVisible() and inner is not None:
            least = area.viewport().width() - inner.minimumSizeHint().width()
            yield Margin(Measure.ROOM, least, f"{room_of(inner)}: the width of what scrolls")


def _contrasts(screen: QWidget, image: QImage) -> Iterator[Margin]:
    """Of enabled labels and buttons, as they are painted."""
    window, ratio = screen.window(), image.devicePixelRatio()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    for widget, text in _texts(screen):
        seen = widget.visibleRegion().boundingRect()
        # Of a line at the edge of what scrolls there may be no letter.
        least_height = max(_LEAST_SIDE_PX, min(widget.height(), widget.fontMetrics().height()) * 3 // 4)
        is_seen = seen.width() >= _LEAST_SIDE_PX and seen.height() >= least_height
        # The dots of a colon are paler than its color.
        is_sign = not any(map(str.isalnum, text))
        if not widget.isEnabled() or not is_seen or is_sign or _is_hidden_text(widget):
            continue
        at = QRect(widget.mapTo(window, seen.topLeft()) if widget is not window else QPoint(), seen.size())
        top = window.childAt(at.center())
        if top is not None and not (top is widget or widget.isAncestorOf(top) or top.isAncestorOf(widget)):
            # A list has opened over it.
            continue
        box = QRect(at.topLeft() * ratio, at.size() * ratio) & image.rect()
        # Its bytes go with it, so it has a name.
        part = image.copy(box)
        # Rows of four bytes a pixel have no padding; every other pixel shows all colors of a text of some words.
        step = 1 if len(text) < _SHORT else 2
        colors = Counter(memoryview(part.constBits()).cast("I")[::step])
        ground = colors.most_common(1)[0][0]
        darkest, lightest = min(colors, key=luminance), max(colors, key=luminance)
        best = max(contrast(darkest, ground), contrast(lightest, ground))
        yield Margin(Measure.CONTRAST, best, f"{_name(widget, text)} on {QColor.fromRgb(ground).name()}")


def pale_selections(screen: QWidget, image: QImage, surface: str) -> list[str]:
    """Lists whose selected rows look too much like the others: neither their ground nor an edge of it is told from the
    surface (WCAG 1.4.11).
    """
    window, ratio = screen.window(), image.devicePixelRatio()
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    found = []
    for view in screen.findChildren(QAbstractItemView):
        if not view.isVisible() or isinstance(view, TimelineView) or not view.selectionModel():
            continue
        for index in view.selectionModel().selectedIndexes()[:1]:
            box = view.visualRect(index)
            if not view.viewport().rect().contains(box):
                continue
            at = QRect(view.viewport().mapTo(window, box.topLeft()), box.size())
            if window.childAt(at.center()) is not view.viewport():
                continue
            part = image.copy(QRect(at.topLeft() * ratio, at.size() * ratio))
            # One after the other in the middle of the row, from its leading to its trailing end, and back.
            line = [part.pixelColor(x, part.height() // 2).name() for x in range(part.width())]
            ground = Counter(line).most_common(1)[0][0]
            edges = line[:_EDGE_PX], line[-_EDGE_PX:]
            has_edge = any(contrast(color, ground) >= LEAST_OF_SHAPES for edge in edges for color in edge)
            if not has_edge and contrast(ground, surface) < LEAST_OF_SHAPES:
                found.append(f"{room_of(view)} {type(view).__name__}: the selected row on {ground}")
    return found


def small_targets(screen: QWidget) -> list[str]:
    """What can be clicked and is lower or narrower than it should be (WCAG 2.5.8), without links in a text, rows that
    only hold them, and the buttons that Qt puts into fields, whose size is Qt's.
    """
    found = []
    for widget in [screen, *screen.findChildren(QWidget)]:
        if not widget.isVisible() or isinstance(widget.parentWidget(), QLineEdit | QComboBox | QAbstractSpinBox):
            continue
        sizes = [widget.size()] if isinstance(widget, _CLICKED) else []
        if isinstance(widget, QMenu):
            sizes = [widget.actionGeometry(a).size() for a in widget.actions() if a.isVisible() and not a.isSeparator()]
        elif isinstance(widget, QListView) and not isinstance(widget, TimelineView):
            sizes = [widget.visualRect(widget.indexAt(QPoint(4, 4))).size()]
        small = [s for s in sizes if not s.isEmpty() and min(s.width(), s.height()) < LEAST_TARGET]
        found += [
            f"{_name(widget, str(widget.property('text')))}: {s.width()}x{s.height()} to click" for s in small[:1]
        ]
    return found


def cut_off_rows(screen: QWidget) -> list[str]:
    """Rows of lists that can't be scrolled sideways and are wider than the list."""
    lists = [view for view in screen.findChildren(QListWidget) if view.isVisible()]
    return [
        f"{view.item(row).text()!r} is cut off"
        for view in lists
        for row in range(view.count())
        if len(view.item(row).text()) <= LONGEST_SHOWN
        and view.visualItemRect(view.item(row)).width()
        > view.viewport().width() + (_PADDING_PX if view.wordWrap() else 1)
    ]


def _name(widget: QWidget, text: str) -> str:
    return f"{room_of(widget) or type(widget).__name__}: {text[:40]!r}"
