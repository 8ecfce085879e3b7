"""Base of the sheets that send a template or another message."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.direct import Route
from desktop.domain.model.channel import ChannelKey
from desktop.engine.views import ConnectionView, TemplatesView
from desktop.text.screens import templates as texts
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.templates.choosing.listing import make_listing
from desktop.ui.templates.choosing.template_list import TemplateList
from desktop.ui.templates.editor import TemplateEditor
from desktop.ui.templates.form.filling import Filling, FillingStore
from desktop.ui.templates.sending.bar import SendBar
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.connection_line import OFFLINE_STATES
from desktop.ui.widgets.overlay import Overlay


class SendSheet(Overlay):
    """Has the list of an account's templates, the editor of the chosen one, and the bar that sends.

    Signals:
        send_requested: arg: the command. Locked until it is answered.
        templates_wanted: load this account's templates, and refresh them unless they are fresh. arg: ChannelKey.
        refresh_requested: refresh this account's templates. arg: ChannelKey.
        accounts_wanted: the agent wants to connect an account; emitted after the sheet has closed.
    """

    send_requested = Signal(object)
    templates_wanted = Signal(object)
    refresh_requested = Signal(object)
    accounts_wanted = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget, *, has_later: bool = False) -> None:
        """has_later: as in `SendBar`."""
        super().__init__(theme, parent)
        self._ticker = ticker
        self._fillings = FillingStore()
        self._lists: dict[ChannelKey, TemplatesView] = {}
        self._filling: Filling | None = None
        self._draft_id = ""
        self._offline = False
        self.template_list, self.editor = TemplateList(theme, ticker), TemplateEditor(theme)
        self.bar = SendBar(theme, has_later=has_later)
        self._connect_account = push_button(texts.CONNECT_ACCOUNT(), self._on_connect_account)
        self.template_list.accepted.connect(self._on_accepted)
        self.template_list.refresh_pressed.connect(self._on_refresh)
        self.editor.fields.changed.connect(self._on_edited)
        self.editor.fields.send_pressed.connect(self._on_send_key)
        self.editor.fields.past_end.connect(self._on_past_end)
        self.bar.pressed.connect(self._on_send)
        self.bar.cancelled.connect(self.dismiss)
        ticker.ticked.connect(self._on_ticked)

    def _template_route(self) -> Route | None:
        """The route whose templates are to be shown; None for none."""
        raise NotImplementedError

    def _update_forecast(self) -> None:
        """Show what would happen on Send now, and whether it can be pressed."""
        raise NotImplementedError

    def _on_send(self) -> None:
        raise NotImplementedError

    @property
    def key(self) -> ChannelKey | None:
        """The account whose templates are shown; None for none, and while closed."""
        route = self._template_route()
        return route.key if self.is_open and route is not None else None

    @property
    def draft_id(self) -> str:
        """Id of the message that would be sent; each has another."""
        return self._draft_id

    def show_templates(self, view: TemplatesView) -> None:
        """Store the templates of an account, and show them if it is the chosen one."""
        self._lists[view.key] = view
        if view.key == self.key:
            self._show_list()

    def set_connection(self, connection: ConnectionView) -> None:
        self._offline = connection.state in OFFLINE_STATES
        self._update_forecast()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and with_control:
            event.accept()
            if not event.isAutoRepeat():
                self._on_send_key()
            return
        super().keyPressEvent(event)

    def _show_list(self) -> None:
        route = self._template_route()
        if route is not None:
            # What is stored is on its way.
            view = self._lists.get(route.key) or TemplatesView(route.key, refreshing=True)
            self.template_list.show_listing(view, make_listing(view, route))

    def _place(self, most_width: int, most_height: int, list_width: int) -> None:
        """Give the card its geometry. In pixels at the text's normal size."""
        scale = min(self._theme.text_scale, 1.6)
        width = min(self.width() - 2 * PAD, round(most_width * scale))
        height = min(self.height() - 2 * PAD, round(most_height * scale))
        self.center_card(width, height)
        # The rest is for the fields and the preview.
        self.bar.setMaximumHeight(round(height * 0.4))
        self.template_list.setFixedWidth(round(min(width * 0.4, list_width * scale)))

    def _on_edited(self) -> None:
        self.bar.show_error("")
        self._update_forecast()

    def _on_accepted(self) -> None:
        if not self.editor.fields.focus_field() and self.bar.send.isEnabled():
            self.bar.send.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_past_end(self) -> None:
        (self.bar.send if self.bar.send.isEnabled() else self.bar.cancel).setFocus(Qt.FocusReason.TabFocusReason)

    def _on_refresh(self) -> None:
        if self.key is not None:
            self.refresh_requested.emit(self.key)

    def _on_connect_account(self) -> None:
        self.hide()
        self.accounts_wanted.emit()

    def _on_ticked(self, _now: datetime) -> None:
        if self.is_open:
            self._update_forecast()

    def _on_send_key(self) -> None:
        # Ctrl+Enter sends, but never accepts a warning: only the button does.
        if self.bar.question:
            self.bar.send.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._on_send()

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.outline}; border-radius: 6px;"
            f" outline: none; }}"
            f"QListWidget:focus {{ border-color: {colors.accent}; }}"
        )
