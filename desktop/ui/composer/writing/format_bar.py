"""The row of formatting tools, and the pop-up for the address of a link."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QToolButton, QWidget

from desktop.domain.model.formatting import SpanKind, link_address
from desktop.text.catalog import Text
from desktop.text.screens import composer as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.screen_reader.roles import Role

_TOOLS: tuple[tuple[SpanKind, Text], ...] = (
    (SpanKind.BOLD, texts.BOLD),
    (SpanKind.ITALIC, texts.ITALIC),
    (SpanKind.CODE, texts.CODE),
    (SpanKind.LINK, texts.LINK),
    (SpanKind.BULLETS, texts.BULLETS),
    (SpanKind.NUMBERS, texts.NUMBERS),
)
_ICON_SHARE = 0.9


class FormatBar(QWidget):
    """Its buttons show what is on at the cursor. They take no focus by mouse, like the other tools.

    Signals:
        pressed: arg: SpanKind.
        preview_pressed: arg: whether the preview is to be shown.
    """

    pressed = Signal(object)
    preview_pressed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(texts.FORMATTING())
        self._tools: dict[SpanKind, QToolButton] = {}
        for kind, name in _TOOLS:
            tool = self._tools[kind] = self._tool_button(name(), BY_NAME[kind].keys[0])
            tool.clicked.connect(partial(self._on_clicked, kind))
        self._preview = self._tool_button(texts.LOOK_TOOLTIP(), BY_NAME["preview"].keys[0])
        self._preview.setText(f" {texts.LOOK()}")
        self._preview.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._preview.clicked.connect(self.preview_pressed)
        layouts.row(*self._tools.values(), "stretch", self._preview, parent=self, spacing=2)

    def anchor(self, kind: SpanKind) -> QWidget:
        """The button of a kind."""
        return self._tools[kind]

    def show_state(self, kinds: frozenset[SpanKind]) -> None:
        for kind, tool in self._tools.items():
            tool.setChecked(kind in kinds)

    def set_preview(self, shown: bool) -> None:
        self._preview.setChecked(shown)

    def apply_theme(self, color_role: str) -> None:
        color, side = self._theme.color(color_role), round(self.fontMetrics().height() * _ICON_SHARE)
        named = [*((BY_NAME[kind].icon, tool) for kind, tool in self._tools.items()), ("fa6s.eye", self._preview)]
        for name, tool in named:
            tool.setIcon(icons.icon(name, color))
            tool.setIconSize(QSize(side, side))

    def _on_clicked(self, kind: SpanKind) -> None:
        self.pressed.emit(kind)

    def _tool_button(self, name: str, keys: str) -> QToolButton:
        tool = QToolButton(self)
        tool.setCheckable(True)
        tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tool.setToolTip(texts.ACTION_AND_KEY(action=name, key=shown_keys(keys)))
        tool.setAccessibleName(name)
        tool.setAccessibleDescription(shown_keys(keys))
        return tool


class LinkPopup(QFrame):
    """Asks for the address of a link. Escape or a click elsewhere closes it without a change.

    Signals:
        chosen: arg: the address; "" to remove the link.
    """

    accessible_role = Role.DIALOG

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self.setObjectName("popup")
        self.setAccessibleName(texts.LINK_ADDRESS())
        self.field = QLineEdit()
        self.field.setAccessibleName(texts.LINK_ADDRESS())
        # No example says what the agent's own address is; this is how one begins.
        self.field.setPlaceholderText("https://")
        self.field.textChanged.connect(self._update)
        self._error = Label(texts.NO_ADDRESS())
        self._error.setWordWrap(True)
        self._add = push_button(texts.ADD_LINK(), self._accept, style="primary")
        self._remove = push_button(texts.REMOVE_LINK(), self._on_removed)
        layouts.column(
            Label(texts.LINK_ADDRESS()),
            self.field,
            self._error,
            layouts.row("stretch", self._remove, self._add),
            parent=self,
            margins=PAD,
        )
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def open_above(self, anchor: QWidget, address: str) -> None:
        """address: the present one; "" for a new link."""
        self._remove.setVisible(bool(address))
        self.field.setText(address)
        self.field.selectAll()
        self._error.hide()
        self._update()
        self.setMinimumWidth(28 * self.fontMetrics().averageCharWidth() + 2 * PAD)
        self.adjustSize()
        corner, screen = anchor.mapToGlobal(QPoint(0, 0)), self.screen().availableGeometry()
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = corner.x() + anchor.width() - self.width() if is_mirrored else corner.x()
        left = min(max(left, screen.left()), screen.right() - self.width())
        self.move(left, max(screen.top(), corner.y() - self.height() - GAP))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)

    def _update(self) -> None:
        self._add.setEnabled(bool(self.field.text().strip()))
        if link_address(self.field.text()):
            self._error.hide()

    def _accept(self) -> None:
        address = link_address(self.field.text())
        if not address:
            self._error.show()
            self.adjustSize()
            return
        self.close()
        self.chosen.emit(address)

    def _on_removed(self) -> None:
        self.close()
        self.chosen.emit("")

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(f"QFrame#popup {{ background: {colors.surface}; border: 1px solid {colors.outline}; }}")
        self._error.set_text_color(self._theme.color("danger"))
