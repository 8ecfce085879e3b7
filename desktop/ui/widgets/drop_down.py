"""Drop-down: a box to choose one of several from, which looks the same everywhere."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme


class DropDown(QComboBox):
    """Its arrow is one of our glyphs: under a style sheet Qt draws a crooked one, in a frame of its own."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, least_chars: int = 0) -> None:
        """name: for a screen reader. least_chars: may shrink to so many; 0: as wide as what it holds."""
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self._may_shorten = bool(least_chars)
        self.setStyleSheet("QComboBox::drop-down { border: none; width: 20px; }")
        if least_chars:
            self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.setMinimumContentsLength(least_chars)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        if self._may_shorten:
            room = field.width() - 4
            option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        side = round(self.fontMetrics().height() * 0.7)
        box = QRect(self.width() - side - GAP, (self.height() - side) // 2, side, side)
        pixmap = icons.pixmap("fa6s.chevron-down", self._theme.color("muted"), side, self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), box), pixmap)
