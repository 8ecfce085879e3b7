"""Labels that show their text as plain text, whoever wrote it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop.text.catalog import strip_isolates, with_direction
from desktop.ui.look.text_direction import leading_side
from desktop.ui.look.theme import Theme


class Label(QLabel):
    """One line of plain text.

    Qt's default takes a text with tags in it for a page, and reads the pictures it names from any path or share.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spoken = self._plain = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        # Otherwise Qt puts a text on the side of its own language, away from what it belongs to.
        self.setAlignment(leading_side(mirrored=self.isRightToLeft()) | Qt.AlignmentFlag.AlignVCenter)
        self.setText(text)

    def setText(self, text: str, spoken: str = "") -> None:
        """spoken: the same in words for screen readers; "" for the text."""
        is_selectable = bool(self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse)
        # Where it can be selected, Qt takes the direction of the first letter, such as of a name, for the sentence's.
        shown = with_direction(text) if is_selectable else text
        self._plain = text
        if self.accessibleName() != self._spoken:
            # It has a name of its own.
            super().setText(shown)
            return
        # Some readers name marks of direction.
        without = strip_isolates(spoken or text)
        spoken = without if without != shown else ""
        # Qt tells screen readers of a text that has no name beside it: in this order they hear of one change, not two.
        if spoken:
            self._set_spoken(spoken)
        super().setText(shown)
        if not spoken:
            self._set_spoken("")

    def _set_spoken(self, spoken: str) -> None:
        if spoken != self._spoken:
            self._spoken = spoken
            self.setAccessibleName(spoken)

    def text(self) -> str:
        return self._plain

    def show_text(self, text: str) -> None:
        """Set the text, and hide the label if it is empty."""
        self.setText(text)
        self.setVisible(bool(text))

    def set_text_color(self, color: QColor) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, color)
        self.setPalette(palette)


class Paragraph(Label):
    """Plain text that wraps."""

    def __init__(
        self, text: str = "", *, muted: bool = False, selectable: bool = False, can_shrink: bool = False
    ) -> None:
        """can_shrink: the layout may make it narrower than its longest word."""
        super().__init__(text)
        self.setWordWrap(True)
        if can_shrink:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if muted:
            self.setObjectName("muted")
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.setText(text)


class Heading(Paragraph):
    """A bold paragraph, `size_delta_pt` points larger than body text at any text size of the theme."""

    def __init__(self, theme: Theme, text: str = "", size_delta_pt: float = 0.0) -> None:
        super().__init__(text)
        self._theme, self._size_delta_pt = theme, size_delta_pt
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def _apply_theme(self) -> None:
        self.setFont(self._theme.font(delta=self._size_delta_pt, bold=True))


class ElidedLabel(Label):
    """A line of text that shrinks: elided at its end, with the whole text in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.drawFrame(painter)
        box = self.contentsRect()
        elided = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        self.setToolTip(self.text() if elided != self.text() else "")
        painter.drawText(box, self.alignment(), elided)
