"""Desk: the preview above the fields, sharing one height so that both can be seen while typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.templates.form.fields import Fields, SlotField
from desktop.ui.templates.form.filling import Filling
from desktop.ui.templates.preview.preview import Preview
from desktop.ui.widgets.labels import Label

_LEAST_SHARE = 0.42
"""Of the height, for the preview, when both want more than there is."""


class Desk(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ground = QFrame(self)
        self._ground.setObjectName("ground")
        self._sign = Label(parent=self._ground)
        self._caption = Label("As it will look on their WhatsApp", self._ground)
        self._caption.setObjectName("muted")
        self.preview, self.fields = Preview(theme), Fields(theme)
        self._top, self._below = _scroll(self.preview, self._ground), _scroll(self.fields, self)
        for watched in (self.preview, self.fields):
            watched.installEventFilter(self)
        self.preview.blank_pressed.connect(self._on_blank_pressed)
        self.fields.changed.connect(self._on_changed)
        self.fields.reached.connect(self._on_reached)
        self._filling: Filling | None = None
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_filling(self, filling: Filling | None, text: str) -> None:
        anew = filling is not self._filling
        self._filling = filling
        self.fields.show_filling(filling, text)
        self._on_changed()
        if anew:
            self._top.verticalScrollBar().setValue(0)
            self._below.verticalScrollBar().setValue(0)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._share()
        return False

    def _share(self) -> None:
        """The fields get what they need, the preview the rest, but no less than its share."""
        width, height = self.width(), self.height()
        head = max(self._caption.sizeHint().height(), self._sign.sizeHint().height()) + GAP
        bar = self._below.verticalScrollBar().sizeHint().width()
        wanted = self.preview.sizeHint().height() + head + 2
        fields = self.fields.heightForWidth(width - bar) + 2
        top = min(wanted, max(round(height * _LEAST_SHARE), height - GAP - fields))
        self._ground.setGeometry(0, 0, width, top)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        sign = self._sign.sizeHint().width()
        words = min(self._caption.sizeHint().width(), width - 2 * PAD - sign - GAP)
        x = width - PAD - sign if mirrored else PAD
        self._sign.setGeometry(x, GAP, sign, head - GAP)
        self._caption.setGeometry(x - GAP - words if mirrored else x + sign + GAP, GAP, words, head - GAP)
        self._top.setGeometry(1, head, width - 2, max(0, top - head - 1))
        self._below.setGeometry(0, top + GAP, width, max(0, height - top - GAP))

    def _on_changed(self) -> None:
        self.preview.show_filled(self._filling.filled if self._filling is not None else None)

    def _on_blank_pressed(self, key: str) -> None:
        self.fields.lead_keyboard(key)

    def _on_reached(self, field: SlotField) -> None:
        self._below.ensureWidgetVisible(field, 0, GAP)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self._ground.setStyleSheet(
            f"QFrame#ground {{ background: {colors.window}; border: 1px solid {colors.border}; border-radius: 8px; }}"
        )
        size = round(self.fontMetrics().height() * 1.05)
        self._sign.setPixmap(icons.channel_pixmap(ChannelKind.WHATSAPP, self._theme, size, self.devicePixelRatioF()))
        self._share()


def _scroll(inside: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
    return area
