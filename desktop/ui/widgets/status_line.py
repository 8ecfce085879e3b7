"""Show an icon and a sentence for a result, a refusal or a hint."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import widgets as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.screen_reader.announce import announce


class Status(Enum):
    """Icon, color role of the icon, and the word that replaces both for a screen reader."""

    SUCCESS = ("fa6s.circle-check", "ok", texts.SUCCESS)
    ERROR = ("fa6s.circle-xmark", "danger", texts.ERROR)
    UNKNOWN = ("fa6s.circle-question", "muted", texts.UNKNOWN)
    INFO = ("fa6s.circle-info", "accent", texts.INFO)
    WARNING = ("fa6s.triangle-exclamation", "soon", texts.WARNING)


StatusRow = tuple[str, Status, str]
"""Text, kind, and details in smaller type ("" for none)."""


class StatusLine(QWidget):
    """Hidden while its text is empty."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._kind = theme, Status.INFO
        self._icon = Label()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text, self._details = Paragraph(selectable=True), Paragraph(muted=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(layouts.column(self._text, self._details, spacing=2), 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        theme.changed.connect(self._apply_theme)
        self.clear()

    @property
    def text(self) -> str:
        return self._text.text()

    def clear(self) -> None:
        self.set_status("")

    def show_error(self, text: str) -> None:
        """Show why something was refused, and let a screen reader speak it."""
        self.set_status(text, Status.ERROR, speak=True)

    def set_status(self, text: str, kind: Status = Status.INFO, details: str = "", *, speak: bool = False) -> None:
        """speak: let a screen reader read the text at once."""
        self._kind = kind
        self._text.setText(text)
        self._details.show_text(details)
        sentence = f"{text} {details}".strip()
        name = texts.STATUS(kind=kind.value[2](), sentence=sentence) if text else ""
        self.setAccessibleName(strip_isolates(name))
        self.setVisible(bool(text))
        self._apply_theme()
        if text and speak:
            announce(self, text)

    def _apply_theme(self) -> None:
        icon, role, _ = self._kind.value
        size = self.fontMetrics().height()
        self._icon.setPixmap(icons.pixmap(icon, self._theme.color(role), size, self.devicePixelRatioF()))


def status_list(theme: Theme, statuses: Iterable[StatusRow]) -> QWidget:
    """Return a widget with a line for each status."""
    widget = QWidget()
    column = layouts.column(parent=widget)
    for text, kind, details in statuses:
        # A line that becomes visible without a parent would open as a window.
        line = StatusLine(theme, widget)
        line.set_status(text, kind, details)
        column.addWidget(line)
    return widget
