"""The line in the thread's header that says which colleagues are in the conversation."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from desktop.domain.model.presence import Colleague
from desktop.text.thread.presence import presence_line, presence_lines, presence_names
from desktop.ui.look import icons
from desktop.ui.look.presence import PRESENCE_ICONS
from desktop.ui.look.text_direction import leading_side
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.buttons import show_name
from desktop.ui.widgets.labels import Label


class ColleaguesLine(Label):
    """An icon and a sentence, or names where there is little room; the tooltip has everything.

    It takes the room that is left, and has a place for its icon from the start: nothing moves when somebody comes.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._theme = theme
        self._icon = self._names = ""
        self._has_place = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.updateGeometry)

    def leave_place(self) -> None:
        """Colleagues may come: this desktop is in a team."""
        self._has_place = True
        self.updateGeometry()

    def show_colleagues(self, colleagues: tuple[Colleague, ...]) -> None:
        """colleagues: in the engine's order."""
        self._icon = PRESENCE_ICONS[colleagues[0].state] if colleagues else ""
        self._names = presence_names(colleagues)
        self.setText(presence_line(colleagues))
        lines = presence_lines(colleagues)
        show_name(self, "\n".join(lines))
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._icon_size() if self._has_place else 0, super().minimumSizeHint().height())

    def _icon_size(self) -> int:
        return round(self.fontMetrics().height() * 0.9)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._icon:
            return
        painter, size, box = QPainter(self), self._icon_size(), self.rect()
        direction = self.layoutDirection()
        icon = QRect(box.left(), box.center().y() + 1 - size // 2, size, size)
        pixmap = icons.pixmap(self._icon, self._theme.color("accent"), size, self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(direction, box, icon), pixmap)
        text = QRect(icon.right() + GAP, box.top(), box.right() - icon.right() - GAP, box.height())
        metrics = self.fontMetrics()
        shown = self.text() if metrics.horizontalAdvance(self.text()) <= text.width() else self._names
        elided = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, text.width())
        painter.setPen(self._theme.color("muted"))
        aligned = leading_side(mirrored=self.isRightToLeft()) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QStyle.visualRect(direction, box, text), aligned, elided)
