"""Rows and columns of widgets in one call, what puts panes side by side, and the base of those."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QSplitter, QVBoxLayout, QWidget

from desktop.ui.look.theme import GAP

L = TypeVar("L", bound=QBoxLayout)
_LOW_LINES = 28
"""Of text, at most, in the height of a window where the messages need what others leave them."""
Item = QWidget | QLayout | Literal["stretch"]
Margins = int | tuple[int, int, int, int]
"""In pixels: all four the same, or before, above, after and below the items. Before is right in a layout from right to
left.
"""


def column(*items: Item, parent: QWidget | None = None, spacing: int = GAP, margins: Margins = 0) -> QVBoxLayout:
    """Return the items one below the other; `parent` gets the layout as its own."""
    made = _MirroredColumn if _has_sides(margins) else QVBoxLayout
    return _filled(made(parent) if parent is not None else made(), items, spacing, margins)


def row(*items: Item, parent: QWidget | None = None, spacing: int = GAP, margins: Margins = 0) -> QHBoxLayout:
    """Return the items side by side; `parent` gets the layout as its own."""
    made = _MirroredRow if _has_sides(margins) else QHBoxLayout
    return _filled(made(parent) if parent is not None else made(), items, spacing, margins)


def _has_sides(margins: Margins) -> bool:
    return isinstance(margins, tuple) and margins[0] != margins[2]


if TYPE_CHECKING:
    _Box = QBoxLayout
else:
    _Box = object


class _Mirrored(_Box):
    """Qt mirrors what is in a layout, but not its margins."""

    _is_mirrored = False

    def setGeometry(self, rect: QRect) -> None:
        parent = self.parentWidget()
        if parent is not None and parent.isRightToLeft() != self._is_mirrored:
            self._is_mirrored = parent.isRightToLeft()
            margins = self.contentsMargins()
            self.setContentsMargins(margins.right(), margins.top(), margins.left(), margins.bottom())
        super().setGeometry(rect)


class _MirroredRow(_Mirrored, QHBoxLayout):
    pass


class _MirroredColumn(_Mirrored, QVBoxLayout):
    pass


class Splitter(QSplitter):
    """Puts panes side by side.

    From right to left, Qt places them one pixel too far to the right: the first one is cut off there, and an empty line
    is left after the last one. With all the contents a pixel farther to the right, it begins at the other end.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._place_contents()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_contents()

    def _place_contents(self) -> None:
        by = int(self.isRightToLeft())
        self.setContentsMargins(by, 0, -by, 0)


def _filled(layout: L, items: tuple[Item, ...], spacing: int, margins: Margins) -> L:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*(margins if isinstance(margins, tuple) else (margins,) * 4))
    add_items(layout, *items)
    return layout


def add_items(layout: QBoxLayout, *items: Item) -> None:
    for item in items:
        if isinstance(item, QWidget):
            layout.addWidget(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addStretch(1)


def is_low_window(widget: QWidget) -> bool:
    """Whether the window has room for so few lines of text that what is beside the messages should take one each."""
    return widget.window().height() < _LOW_LINES * widget.fontMetrics().lineSpacing()


def widgets_in(layout: QLayout) -> list[QWidget]:
    """The widgets that the layout itself holds, in its order.

    Not by its `itemAt`: Python keeps the item, also when Qt has deleted it with its widget, and takes whatever Qt makes
    in its place in memory for the item; the program then ends with a fault, or calls methods that aren't there.
    """
    parent = layout.parentWidget()
    children = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly) if parent else []
    places = {index: child for child in children if (index := layout.indexOf(child)) >= 0}
    return [places[index] for index in sorted(places)]


def clear(layout: QLayout) -> None:
    """Remove and delete the layout's widgets."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


class Pane(QWidget):
    """A part of the main window that passes the focus on to one widget in it, its focus proxy.

    Qt's own focus proxy is not used: Tab would go straight to that, past everything that comes before it in the pane.
    """

    _proxy: QWidget | None = None

    def setFocusProxy(self, widget: QWidget | None) -> None:
        self._proxy = widget

    def focusProxy(self) -> QWidget | None:
        return self._proxy

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        if self._proxy is not None:
            self._proxy.setFocus(reason)
        else:
            super().setFocus(reason)

    def hasFocus(self) -> bool:
        return super().hasFocus() or (self._proxy is not None and self._proxy.hasFocus())
