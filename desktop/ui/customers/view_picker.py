"""The buttons above the customer list: one for each view, with its count."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QStyle, QWidget

from desktop.domain.model.list_view import AnyView, ListView
from desktop.text.catalog import strip_isolates
from desktop.text.locale import number
from desktop.text.screens import customers as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts

_ICONS = {
    ListView.CLOSING_SOON: "fa6s.hourglass-half",
    ListView.MINE: "fa6s.user",
    ListView.UNASSIGNED: "fa6s.inbox",
    ListView.ALL: "fa6s.users",
    ListView.MESSENGER_ONLY: "fa6s.eye-slash",
}


class ViewButton(QAbstractButton):
    """A view's icon, name and count. Painted here, because a style sheet cannot align the count on the other side."""

    def __init__(self, view: ListView, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.count = 0
        self._theme = theme
        self.setCheckable(True)
        self.setText(texts.VIEW_NAMES[view]())
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        if count == self.count and self.accessibleName():
            return
        self.count = count
        text = texts.VIEW_AND_COUNT(view=self.text(), count=count)
        self.setAccessibleName(strip_isolates(text))
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + GAP + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(0, 1, 0, -1)
        if self.isChecked() or self.underMouse():
            painter.setBrush(theme.color("selected" if self.isChecked() else "hover"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 6, 6)
        icon_size = round(self.fontMetrics().height() * 0.8)
        color = theme.color("text" if self.isChecked() else "muted")
        is_urgent = self.view is ListView.CLOSING_SOON and self.count > 0
        icon_color = theme.color("soon") if is_urgent else color
        inner = self.rect().adjusted(GAP, 0, -GAP, 0)
        icon = QRect(inner.left(), inner.center().y() - icon_size // 2, icon_size, icon_size)
        pixmap = icons.pixmap(_ICONS[self.view], icon_color, icon_size, self.devicePixelRatioF())
        painter.drawPixmap(self._mirrored(icon), pixmap)
        count = number(self.count)
        count_width = self.fontMetrics().horizontalAdvance(count)
        name = inner.adjusted(icon_size + GAP, 0, -count_width - GAP, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, name.width())
        painter.setPen(theme.color("text"))
        painter.drawText(self._mirrored(name), Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(icon_color)
        count_box = QRect(inner.right() - count_width, inner.top(), count_width + 1, inner.height())
        painter.drawText(self._mirrored(count_box), Qt.AlignmentFlag.AlignCenter, count)

    def _mirrored(self, box: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), box)


class ViewPicker(QWidget):
    """Exclusive view buttons.

    Signals:
        chosen: the agent chose a view. arg: the `ListView`.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(texts.VIEWS())
        self._group = QButtonGroup(self)
        self._buttons = {view: ViewButton(view, theme, self) for view in _ICONS}
        layouts.column(*self._buttons.values(), parent=self, spacing=0, margins=(PAD - 4, 0, PAD - 4, 0))
        for button in self._buttons.values():
            self._group.addButton(button)
        self._group.buttonClicked.connect(self._on_clicked)

    def show_view(self, view: AnyView) -> None:
        """Of a view without a button, none is checked."""
        button = next((b for b in self._buttons.values() if b.view == view), None)
        self._group.setExclusive(button is not None)
        for each in self._buttons.values():
            each.setChecked(each is button)

    def set_counts(self, counts: Mapping[AnyView, int]) -> None:
        for view, button in self._buttons.items():
            button.set_count(counts.get(view, 0))

    def buttons(self) -> list[ViewButton]:
        return list(self._buttons.values())

    def button(self, view: ListView) -> ViewButton:
        return self._buttons[view]

    def _on_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, ViewButton):
            self.chosen.emit(button.view)
