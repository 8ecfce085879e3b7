"""Create plain buttons in one call, and wide ones whose text wraps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, SignalInstance
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)

from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import strip_isolates
from desktop.text.screens import widgets as texts
from desktop.text.thread import scheduling
from desktop.ui.look import icons
from desktop.ui.look.theme import LEAST_TARGET, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Heading, Label, Paragraph

Slot = Callable[[], object] | SignalInstance
_SMALL_PADDING = 6
"""Of a small button, beside its text in pixels."""


def push_button(
    text: str,
    on_click: Slot | None = None,
    *,
    style: str = "",
    accessible_name: str = "",
) -> QPushButton:
    """Return a button that Enter presses only while it has the focus.

    style: an object name of the theme's style sheet (`primary`, `quiet`). accessible_name: defaults to the text.
    """
    button = QPushButton(text)
    button.setAutoDefault(False)
    if style:
        button.setObjectName(style)
    if accessible_name:
        button.setAccessibleName(strip_isolates(accessible_name))
    if on_click is not None:
        button.clicked.connect(on_click)
    return button


def press_focused_button(widget: QWidget, event: QKeyEvent) -> bool:
    """Press the button inside a widget that has the focus, if the key is Enter; False for any other key or focus."""
    focused = widget.focusWidget()
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
        focused.click()
        return True
    return False


def small_button(text: str, on_click: Slot | None = None, *, accessible_name: str = "") -> ShrinkableButton:
    """Return a flat button hardly higher than a line of text, which may become narrower than its text."""
    button = ShrinkableButton(text)
    button.setAutoDefault(False)
    button.setObjectName("quiet")
    if accessible_name:
        button.setAccessibleName(strip_isolates(accessible_name))
    if on_click is not None:
        button.clicked.connect(on_click)
    # No lower than a finger or an unsteady hand can hit (WCAG 2.5.8).
    button.setStyleSheet(f"QPushButton#quiet {{ padding: 3px {_SMALL_PADDING}px; min-height: {LEAST_TARGET - 8}px; }}")
    return button


def later_button(tooltip: str, parent: QWidget | None = None) -> QPushButton:
    """Return the other half of a button that sends: an arrow that opens the menu of times. Its icon is the caller's."""
    button = QPushButton(parent)
    button.setAutoDefault(False)
    button.setObjectName("primary")
    # As high as the button that sends, and no wider than an arrow needs.
    button.setStyleSheet("QPushButton { padding-left: 6px; padding-right: 6px; }")
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    button.setAccessibleName(scheduling.SEND_LATER())
    button.setToolTip(tooltip)
    return button


def show_arrow(button: QPushButton, theme: Theme) -> None:
    """Draw the arrow of a `later_button` in the color for its state."""
    color = theme.color("on_accent" if button.isEnabled() else "muted")
    side = round(button.fontMetrics().height() * 0.6)
    button.setIcon(icons.icon("fa6s.chevron-up", color))
    button.setIconSize(QSize(side, side))


def upper_corner(button: QPushButton) -> QPoint:
    """Return the global position of a button's upper outer corner, beside which a menu opens."""
    is_mirrored = button.layoutDirection() is Qt.LayoutDirection.RightToLeft
    return button.mapToGlobal(QPoint(0 if is_mirrored else button.width(), 0))


def show_name(widget: QWidget, name: str, more: str = "", description: str = "") -> None:
    """Name a widget without a text in its tooltip and for screen readers.

    more: what the tooltip says instead. description: what screen readers say after the name.
    """
    widget.setToolTip(more or name)
    spoken = strip_isolates(name)
    # Where it is empty, Qt takes the tooltip for it, and the name is said twice.
    about = strip_isolates(description) or " "
    # Qt tells a screen reader of a change also where there is none.
    if spoken != widget.accessibleName():
        widget.setAccessibleName(spoken)
    if about != widget.accessibleDescription():
        widget.setAccessibleDescription(about)


def show_hint(field: QLineEdit | QPlainTextEdit, hint: str) -> None:
    """Name a field by what stands in it while it is empty."""
    field.setPlaceholderText(hint)
    field.setAccessibleName(strip_isolates(hint))
    # Qt takes the hint for the description as well, and it is said twice.
    field.setAccessibleDescription(" ")


def add_clear_button(edit: QLineEdit) -> None:
    """Let a field be emptied with a button that screen readers can name; Qt's own has no name."""
    edit.setClearButtonEnabled(True)
    edit.findChildren(QToolButton)[-1].setAccessibleName(texts.CLEAR())


class SingleClickButton(QToolButton):
    """A tool button that takes a double click as one click: the second would undo the first, or after the buttons have
    moved press another one.
    """

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


class ShrinkableButton(QPushButton):
    """A small button that ends in three dots where it has no room for its text, which its tooltip has then."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.toolTip() in ("", self.text()):
            self.setToolTip(self.text() if self.width() < self.sizeHint().width() else "")

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        room = self.width() - 2 * _SMALL_PADDING - 1
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)


class WrappingButton(QPushButton):
    """A button that wraps a text wider than itself."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics, lines = self.fontMetrics(), self._lines()
        width = max(map(metrics.horizontalAdvance, lines)) + 2 * PAD
        return QSize(width, super().sizeHint().height() + (len(lines) - 1) * metrics.lineSpacing())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        option.text = "\n".join(self._lines())

    def _lines(self) -> list[str]:
        metrics, room = self.fontMetrics(), self.width() - 2 * PAD
        first, *words = self.text().split(" ")
        lines = [first]
        for word in words:
            if metrics.horizontalAdvance(f"{lines[-1]} {word}") <= room:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        return lines


class ChoiceButton(QPushButton):
    """A button as wide as its place and as high as its wrapped text needs."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        description: str,
        *,
        channel: ChannelKind | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """icon: a qtawesome name. channel: gives the icon its color; None: the accent color."""
        super().__init__(parent)
        self._theme, self._icon, self._channel = theme, icon, channel
        self.setObjectName("choice")
        self.setAutoDefault(False)
        self.setAccessibleName(strip_isolates(title))
        self.setAccessibleDescription(strip_isolates(description))
        self._icon_label = Label()
        texts = (Heading(theme, title), Paragraph(description, muted=True))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PAD, PAD, PAD, PAD)
        self._row.setSpacing(PAD)
        self._row.addWidget(self._icon_label)
        self._row.addLayout(layouts.column(*texts, spacing=2), 1)
        for label in (self._icon_label, *texts):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def _apply_theme(self) -> None:
        self.setStyleSheet(
            f"QPushButton#choice {{ border-radius: 8px; }}"
            f"QPushButton#choice:focus {{ border: 2px solid {self._theme.colors.accent}; }}"
        )
        side = round(self.fontMetrics().height() * 1.5)
        channel = self._channel
        color = self._theme.color("accent") if channel is None else self._theme.channel_color(channel)
        self._icon_label.setPixmap(icons.pixmap(self._icon, color, side, self.devicePixelRatioF()))
        self._icon_label.setFixedWidth(round(side * 1.3))


if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    _Button = object


class _WrappingText(_Button):
    """For a button with an indicator: shows its text in lines as wide as its place; Qt's own show one line."""

    _METRICS: ClassVar[tuple[QStyle.PixelMetric, QStyle.PixelMetric]]
    """Width of the indicator, and its distance from the text."""

    def _show_wrapped(self, text: str) -> None:
        self.setAccessibleName(strip_isolates(text))
        label = Paragraph(text)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._row = layouts.row(label, parent=self)
        # Narrower than what a label with lines to break asks for, it is higher.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._leave_room()

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange):
            self._leave_room()

    def _leave_room(self) -> None:
        """For the indicator, which grows with the text."""
        room = sum(self.style().pixelMetric(metric, None, self) for metric in self._METRICS)
        is_mirrored = self.isRightToLeft()
        self._row.setContentsMargins(0 if is_mirrored else room, 2, room if is_mirrored else 0, 2)


class WrappingRadioButton(_WrappingText, QRadioButton):
    """A radio button whose text wraps."""

    _METRICS = (QStyle.PixelMetric.PM_ExclusiveIndicatorWidth, QStyle.PixelMetric.PM_RadioButtonLabelSpacing)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show_wrapped(text)


class WrappingCheckBox(_WrappingText, QCheckBox):
    """A check box whose text wraps."""

    _METRICS = (QStyle.PixelMetric.PM_IndicatorWidth, QStyle.PixelMetric.PM_CheckBoxLabelSpacing)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show_wrapped(text)
