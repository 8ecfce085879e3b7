"""Building blocks of the details pane: a foldable section, a paragraph, a channel icon and a window's countdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
    QSizePolicy,
    QStyleOptionButton,
    QStyleOptionToolButton,
    QToolButton,
    QWidget,
)

from desktop.domain.model.facts import ChannelKind
from desktop.domain.window.window import Window
from desktop.text.catalog import isolate, strip_isolates
from desktop.text.names import channel_label
from desktop.text.screens import details as texts
from desktop.text.thread.window import accessible_countdown, countdown
from desktop.ui.look import icons
from desktop.ui.look.ring import paint_ring
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_name
from desktop.ui.widgets.labels import ElidedLabel, Paragraph

CHOICE_PADDING = 4

EDITING = "editing"
"""Name of widgets in which something is being edited: the contents of their section are not replaced."""


@dataclass(frozen=True)
class Part:
    """A widget of a section before it is created: the call that creates it. Equal calls create equal widgets."""

    make: Callable[..., QWidget]
    args: tuple[object, ...] = ()
    options: tuple[tuple[str, object], ...] = ()

    def create(self) -> QWidget:
        return self.make(*self.args, **dict(self.options))


def part(make: Callable[..., QWidget], *args: object, **options: object) -> Part:
    """Return the call `make(*args, **options)` for later."""
    return Part(make, args, tuple(options.items()))


def paragraph(text: str, *, muted: bool = False, selectable: bool = False) -> Paragraph:
    """Return a paragraph that may become narrower than its longest word: names and reasons may hold anything."""
    return Paragraph(text, muted=muted, selectable=selectable, can_shrink=True)


def chip(text: str) -> ElidedLabel:
    """Return a short text in a frame of its own."""
    label = ElidedLabel()
    # As wide as its text where there is room.
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setText(text)
    label.setObjectName("chip")
    return label


class ElidedButton(QPushButton):
    """A button that may become narrower than its text; bold while it is checked."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        # Bold by the style sheet, which the button's own font does not know.
        font = QFont(self.font())
        font.setBold(self.isChecked())
        room = self.width() - 2 * CHOICE_PADDING - 2
        option.text = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)


class ChannelIcon(QWidget):
    """A channel's icon, as high as a line of text."""

    def __init__(self, channel: ChannelKind, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._channel, self._theme = channel, theme
        show_name(self, channel_label(channel))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height()
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = self.fontMetrics().height()
        pixmap = icons.channel_pixmap(self._channel, self._theme, side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 0, pixmap)


class WindowRow(QWidget):
    """One window: ring, countdown, and our address and the customer's."""

    def __init__(self, window: Window, theme: Theme, ticker: Ticker) -> None:
        super().__init__()
        self._window, self._ticker = window, ticker
        self._ring = _Ring(window, theme, ticker, self)
        self._countdown = paragraph("")
        ours, theirs = window.key.business_address, window.key.customer_address
        addresses = texts.ADDRESSES(ours=ours, customer=theirs) if ours and theirs else isolate(ours or theirs)
        lines = layouts.column(self._countdown, spacing=2)
        if addresses:
            lines.addWidget(paragraph(addresses, muted=True, selectable=True))
        row = layouts.row(parent=self, spacing=GAP + 2)
        row.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)
        ticker.ticked.connect(self._on_tick)
        self._update(ticker.now())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update(self._ticker.now())

    def _on_tick(self, now: datetime) -> None:
        if self.isVisible():
            self._update(now)

    def _update(self, now: datetime) -> None:
        """Update text and ring; the ring drains so slowly that it moves no pixel before the text changes."""
        text = countdown(self._window, now)
        if text != self._countdown.text():
            self._countdown.setText(text)
            self.setAccessibleName(strip_isolates(accessible_countdown(self._window, now)))
            self._ring.update()


class _Ring(QWidget):
    def __init__(self, window: Window, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(parent)
        self._window, self._theme, self._ticker = window, theme, ticker
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = round(self.fontMetrics().height() * 2.1)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = self.width()
        paint_ring(painter, QRectF(0, 0, side, side), self._window, self._ticker.now(), self._theme)
        icon_size = round(side * 0.46)
        at = (side - icon_size) // 2
        channel = self._window.key.channel
        painter.drawPixmap(at, at, icons.channel_pixmap(channel, self._theme, icon_size, self.devicePixelRatioF()))


class SectionHeading(QToolButton):
    """Ends in three dots where it has no room for its text, which its tooltip has then."""

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        metrics = self.fontMetrics()
        room = self.width() - self.iconSize().width() - metrics.height()
        option.text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        self.setToolTip(self.text() if option.text != self.text() else "")


class Section(QWidget):
    """A heading that shows or hides its contents, and keeps that state when the contents are replaced.

    Contents are created when they are shown first, and again only when they differ.

    Signals:
        toggled: the agent opened or folded it. arg: whether it is open.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, theme: Theme, parent: QWidget | None = None, *, is_open: bool = True) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heading = SectionHeading(self)
        self._heading.setObjectName("section")
        self._heading.setText(title)
        self._heading.setAccessibleName(strip_isolates(texts.ACCESSIBLE_SECTION(title=title)))
        self._heading.setCheckable(True)
        self._heading.setChecked(is_open)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._heading.toggled.connect(self._on_toggled)
        self._parts: tuple[Part, ...] | None = None
        self._body = QWidget(self)
        self._is_filled = True
        self._column = layouts.column(self._heading, self._body, parent=self, spacing=2)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def body(self) -> QWidget:
        return self._body

    def open(self) -> None:
        """Show the contents."""
        self._heading.setChecked(True)

    def fill(self, parts: Sequence[Part]) -> bool:
        """Replace the contents; a section without any is hidden. Returns whether anything has changed."""
        if tuple(parts) == self._parts or self._is_being_edited:
            return False
        self._parts = tuple(parts)
        self.refill()
        self.setVisible(bool(parts))
        return True

    @property
    def _is_being_edited(self) -> bool:
        return self._body.findChild(QWidget, EDITING) is not None

    def refill(self) -> None:
        """Create the contents anew, for another theme too."""
        if self._parts is None or self._is_being_edited:
            return
        self._is_filled = False
        if self._heading.isChecked():
            self._fill()
        else:
            self._replace_body([])

    def _fill(self) -> None:
        self._is_filled = True
        focused = next((_label(widget) for widget in self._stops() if widget.hasFocus()), None)
        self._replace_body([part.create() for part in self._parts or ()])
        self._update_tab_order()
        if focused is not None:
            # Whoever works by keyboard stays where they are, such as at the value that they have just changed.
            same = (widget for widget in self._stops() if _label(widget) == focused)
            next(same, self._heading).setFocus(Qt.FocusReason.OtherFocusReason)

    def _stops(self) -> list[QWidget]:
        """What Tab stops at. The list of a box with choices is a window of its own."""
        inside = self._body.findChildren(QWidget)
        return [w for w in inside if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.window() is self.window()]

    def _replace_body(self, widgets: Sequence[QWidget]) -> None:
        old = self._body
        self._body = QWidget(self)
        layouts.column(*widgets, parent=self._body, margins=(GAP, 0, GAP, GAP))
        self._column.replaceWidget(old, self._body)
        old.hide()
        # Deleted later: the call may come from a click on one of its buttons.
        old.deleteLater()
        self._body.setVisible(self._heading.isChecked())

    def _update_tab_order(self) -> None:
        """Put the contents after the heading; Qt appends new widgets to the end of the tab order."""
        previous: QWidget = self._heading
        for widget in self._stops():
            QWidget.setTabOrder(previous, widget)
            previous = widget

    def _on_toggled(self, opened: bool) -> None:
        if opened and not self._is_filled:
            self._fill()
        self._body.setVisible(opened)
        self._apply_theme()
        self.toggled.emit(opened)

    def _apply_theme(self) -> None:
        arrow = "fa6s.chevron-down" if self._heading.isChecked() else "fa6s.chevron-right"
        self._heading.setIcon(icons.icon(arrow, self._theme.color("muted")))
        side = round(self.fontMetrics().height() * 0.6)
        self._heading.setIconSize(QSize(side, side))


def _label(widget: QWidget) -> str:
    """What a button does, without the value that it is about."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or text).partition(":")[0]
