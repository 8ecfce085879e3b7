"""The editor of a template: its preview above the fields that fill it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.text.screens import templates as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.templates.form.fields import FieldList, SlotField
from desktop.ui.templates.form.filling import Filling
from desktop.ui.templates.preview.preview import Preview
from desktop.ui.widgets.labels import Label

_MIN_PREVIEW_SHARE = 0.42
"""Share of the height for the preview if preview and fields need more than there is."""


class TemplateEditor(QWidget):
    """Divides its height so that both can be seen while typing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._preview_frame = QFrame(self)
        self._preview_frame.setObjectName("ground")
        self._icon = Label(parent=self._preview_frame)
        self._caption = Label(texts.PREVIEW(), self._preview_frame)
        self._caption.setObjectName("muted")
        self.preview, self.fields = Preview(theme), FieldList(theme)
        self._preview_area, self._fields_area = _scroll(self.preview, self._preview_frame), _scroll(self.fields, self)
        for watched in (self.preview, self.fields):
            watched.installEventFilter(self)
        self.preview.blank_pressed.connect(self._on_blank_pressed)
        self.fields.changed.connect(self._on_changed)
        self.fields.reached.connect(self._on_reached)
        self._filling: Filling | None = None
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_filling(self, filling: Filling | None, text: str) -> None:
        is_other = filling is not self._filling
        self._filling = filling
        self.fields.show_filling(filling, text)
        self._on_changed()
        if is_other:
            self._preview_area.verticalScrollBar().setValue(0)
            self._fields_area.verticalScrollBar().setValue(0)
        self._layout_areas()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout_areas()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._layout_areas()
        return False

    def _layout_areas(self) -> None:
        """Give the fields the height they need and the preview the rest, but no less than its share."""
        width, height = self.width(), self.height()
        head = max(self._caption.sizeHint().height(), self._icon.sizeHint().height()) + GAP
        bar = self._fields_area.verticalScrollBar().sizeHint().width()
        preview_height = self.preview.sizeHint().height() + head + 2
        fields = self.fields.heightForWidth(width - bar) + 2
        top = min(preview_height, max(round(height * _MIN_PREVIEW_SHARE), height - GAP - fields))
        self._preview_frame.setGeometry(0, 0, width, top)
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        icon = self._icon.sizeHint().width()
        caption = min(self._caption.sizeHint().width(), width - 2 * PAD - icon - GAP)
        x = width - PAD - icon if is_mirrored else PAD
        self._icon.setGeometry(x, GAP, icon, head - GAP)
        self._caption.setGeometry(x - GAP - caption if is_mirrored else x + icon + GAP, GAP, caption, head - GAP)
        self._preview_area.setGeometry(1, head, width - 2, max(0, top - head - 1))
        self._fields_area.setGeometry(0, top + GAP, width, max(0, height - top - GAP))

    def _on_changed(self) -> None:
        self.preview.show_filled(self._filling.filled if self._filling is not None else None)

    def _on_blank_pressed(self, key: str) -> None:
        self.fields.focus_field(key)

    def _on_reached(self, field: SlotField) -> None:
        self._fields_area.ensureWidgetVisible(field, 0, GAP)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self._preview_frame.setStyleSheet(
            f"QFrame#ground {{ background: {colors.window}; border: 1px solid {colors.border}; border-radius: 8px; }}"
        )
        size = round(self.fontMetrics().height() * 1.05)
        self._icon.setPixmap(icons.channel_pixmap(ChannelKind.WHATSAPP, self._theme, size, self.devicePixelRatioF()))
        self._layout_areas()


def _scroll(inside: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
    return area
