"""The bar above the customer list while several customers are selected: what can be done for all of them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from desktop.text.screens import customers as texts
from desktop.ui.commands.table import BY_NAME, FOR_SEVERAL, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import SingleClickButton, show_name
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Paragraph


class SelectionBar(QFrame):
    """Hidden unless several are selected; its buttons are made when that first happens.

    Signals:
        command_requested: arg: the name of a command.
        cleared: the agent wants to select one again.
    """

    command_requested = Signal(str)
    cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("selection")
        self._buttons: list[QToolButton] = []
        theme.changed.connect(self._apply_theme)
        self.hide()

    def _build(self) -> None:
        self._count = Paragraph()
        self._clear = self._button("fa6s.xmark", texts.SELECT_ONE())
        self._clear.clicked.connect(self.cleared)
        self._buttons = [self._button(BY_NAME[name].icon, texts.FOR_ALL_SELECTED[name](), name) for name in FOR_SEVERAL]
        for button in self._buttons:
            button.clicked.connect(self._on_clicked)
        top = layouts.row(self._count, self._clear)
        top.setStretchFactor(self._count, 1)
        flow = FlowLayout(*self._buttons, spacing=2)
        layouts.column(top, flow, parent=self, spacing=2, margins=(PAD, 2, GAP, 4))
        self._apply_theme()

    def show_count(self, count: int) -> None:
        """count: of the selected customers; fewer than two hide the bar."""
        if count > 1 and not self._buttons:
            self._build()
        self.setVisible(count > 1)
        if self._buttons:
            self._count.setText(texts.SELECTED(count))

    def _button(self, icon: str, does: str, command: str = "") -> QToolButton:
        button = SingleClickButton(self)
        keys = BY_NAME[command].keys if command else ()
        shown = shown_keys(keys[0]) if keys else ""
        show_name(button, does, texts.DOES_AND_KEYS(does=does, keys=shown) if keys else "", shown)
        button.setProperty("command", command)
        button.setProperty("icon_name", icon)
        return button

    def _on_clicked(self) -> None:
        self.command_requested.emit(self.sender().property("command"))

    def _apply_theme(self) -> None:
        if not self._buttons:
            return
        colors = self._theme.colors
        self.setStyleSheet(f"QFrame#selection {{ background: {colors.selected}; }}")
        side = round(self._theme.font().pointSizeF() * 1.3)
        for button in (*self._buttons, self._clear):
            button.setIcon(icons.icon(button.property("icon_name"), self._theme.color("text")))
            button.setIconSize(QSize(side, side))
