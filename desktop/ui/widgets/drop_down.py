"""A combo box in the look of the theme."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme


class DropDown(QComboBox):
    """Draws its own arrow: under a style sheet Qt draws a distorted one in a separate frame."""

    def __init__(
        self, theme: Theme, accessible_name: str, parent: QWidget | None = None, *, min_chars: int = 0
    ) -> None:
        """min_chars: so wide at first, whatever its items; 0: as wide as its widest item.

        Where `minimumContentsLength` is set, it elides its text.
        """
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(accessible_name)
        if sys.platform == "linux":
            # There Qt names it by its value.
            self.setAccessibleDescription(accessible_name)
        self._leave_room()
        if min_chars:
            self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.setMinimumContentsLength(min_chars)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._leave_room()

    def _leave_room(self) -> None:
        """For the arrow, which grows with the text."""
        sheet = f"QComboBox::drop-down {{ border: none; width: {max(self._arrow_side() + GAP, 20)}px; }}"
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)

    def _arrow_side(self) -> int:
        return round(self.fontMetrics().height() * 0.7)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        if self.minimumContentsLength():
            text = self.currentText()
            option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, field.width())
            self.setToolTip(text if option.currentText != text else "")
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        side = self._arrow_side()
        box = QRect(self.width() - side - GAP, (self.height() - side) // 2, side, side)
        pixmap = icons.pixmap("fa6s.chevron-down", self._theme.color("muted"), side, self.devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(self.layoutDirection(), self.rect(), box), pixmap)
