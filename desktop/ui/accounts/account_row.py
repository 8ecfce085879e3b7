"""A row that shows a connected account, its state, and a button that removes it after a confirmation in place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import strip_isolates
from desktop.text.screens.channel_accounts import rows as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import CHANNEL_STYLES, GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.status_line import Status, StatusLine


class AccountRow(QFrame):
    """While it asks, the focus is on the button that keeps the account.

    Signals:
        remove_requested: the agent has confirmed.
    """

    remove_requested = Signal()

    def __init__(self, theme: Theme, name: str, channel: ChannelKind, details: str = "", question: str = "") -> None:
        """question: asked before removing; "" for an account that cannot be removed."""
        super().__init__()
        self._theme, self._channel, self._name, self._details = theme, channel, name, details
        self.setObjectName("account")
        self._icon = Label()
        self.state = StatusLine(theme, self)
        lines = (Paragraph(name), Paragraph(details, muted=True)) if details else (Paragraph(name),)
        self._head = layouts.row()
        self._head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(layouts.column(*lines, spacing=2), 1)
        margins = (PAD, GAP, PAD, GAP)
        column = layouts.column(self._head, self.state, parent=self, spacing=GAP // 2, margins=margins)
        if question:
            remove_name = strip_isolates(texts.REMOVE_NAME(name=name))
            self._remove_button = self.add_button(texts.REMOVE_MENU(), self._on_remove, remove_name)
            self._question = self._build_question(question)
            column.addWidget(self._question)
            self._question.hide()
        self.show_state("")
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_state(self, state: str, kind: Status = Status.INFO) -> None:
        self.state.set_status(state, kind)
        self.setAccessibleName(strip_isolates("\n".join(filter(None, (self._name, self._details, state)))))

    def add_button(self, text: str, on_click: Callable[[], object], accessible_name: str) -> QPushButton:
        """Add a button beside the name. accessible_name: has to make sense without the row."""
        button = push_button(text, on_click, style="quiet", accessible_name=accessible_name)
        self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def _build_question(self, question: str) -> QWidget:
        widget, text = QWidget(), Paragraph(question)
        keep_name = strip_isolates(texts.CANCEL_REMOVING(name=self._name))
        self._keep_button = push_button(texts.CANCEL(), self._on_keep, accessible_name=keep_name)
        confirm_name = strip_isolates(texts.CONFIRM_REMOVING(name=self._name))
        confirm_button = push_button(texts.REMOVE(), self._on_confirm, accessible_name=confirm_name)
        layouts.column(text, layouts.row("stretch", self._keep_button, confirm_button), parent=widget)
        return widget

    def _on_remove(self) -> None:
        self._remove_button.hide()
        self._question.show()
        self._keep_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_keep(self) -> None:
        self._question.hide()
        self._remove_button.show()
        self._remove_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_confirm(self) -> None:
        self._question.setEnabled(False)
        self.remove_requested.emit()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#account {{ background: {colors.panel}; border: 1px solid {colors.border}; border-radius: 8px; }}"
        )
        side = round(self.fontMetrics().height() * 1.2)
        color = self._theme.channel_color(self._channel)
        icon = CHANNEL_STYLES[self._channel].icon
        self._icon.setPixmap(icons.pixmap(icon, color, side, self.devicePixelRatioF()))
