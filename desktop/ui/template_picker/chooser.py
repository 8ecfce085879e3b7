"""Chooser: a box to choose one of several from, which shortens what does not fit and looks the same everywhere."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from desktop.ui import icons
from desktop.ui.theme import GAP, Theme


class Chooser(QComboBox):
    """The style sheet of its place takes the drop-down's own frame away (`QComboBox::drop-down`)."""

    def __init__(self, theme: Theme, least_chars: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(least_chars)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, field.width() - 4)
        option.currentText = words
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        side = round(self.fontMetrics().height() * 0.7)
        box = QRect(self.width() - side - GAP, (self.height() - side) // 2, side, side)
        pixmap = icons.pixmap("fa6s.chevron-down", self._theme.colour("muted"), side, self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), box), pixmap)
