"""Templates: the picker of the main window, fed with the accounts' lists; what it sends goes through the door."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.channel import ChannelKey
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, Done, Failed, RefreshTemplates, SendDirect
from desktop.engine.views import ConnectionView, ThreadView
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.templates.form.filling import on_one_line
from desktop.ui.templates.picker import TemplatePicker
from desktop.ui.widgets.toast import Toast
from desktop.ui.wording import words


class Templates(QObject):
    """Signals:
    accounts_wanted: no account has templates, and the agent wants to connect one.
    show_requested: the agent wants to see a template that was not sent. args: customer id, conversation id.
    sent: the picker has closed, for its template is on its way.
    words_used: words of the composer went out as a value of a template. args: conversation id, the words.
    """

    accounts_wanted = Signal()
    show_requested = Signal(str, str)
    sent = Signal()
    words_used = Signal(str, str)

    def __init__(self, engine: Any, theme: Theme, ticker: Ticker, bar: Toast, window: QWidget) -> None:
        """engine: as of the main window."""
        super().__init__(window)
        self._engine, self._bar = engine, bar
        self._view: ThreadView | None = None
        self._me_id = self._text = ""
        self.picker = TemplatePicker(theme, ticker, window)
        self.picker.send_requested.connect(self._on_send)
        self.picker.templates_wanted.connect(self._on_wanted)
        self.picker.refresh_requested.connect(self._on_refresh)
        self.picker.accounts_wanted.connect(self.accounts_wanted)

    def show(self, view: ThreadView | None, me_id: str) -> None:
        """The thread that is on the screen now, and who sits in front of it."""
        self._view, self._me_id = view, me_id
        if view is not None:
            self.picker.show_view(view)
        else:
            self.close()

    def show_connection(self, connection: ConnectionView) -> None:
        self.picker.set_connection(connection)

    def open(self, conversation_id: str, text: str = "") -> None:
        """text: words that would not have arrived, offered as a value."""
        if self._view is not None:
            self._text = text
            self.picker.open_for(self._view, conversation_id, text, self._me_id)

    def close(self) -> None:
        """What is filled in stays for the next time."""
        if self.picker.is_open:
            self.picker.dismiss()

    def on_changes(self, changes: Changes) -> None:
        if changes.templates and self.picker.key is not None:
            self._read(self.picker.key)

    def _on_wanted(self, key: ChannelKey) -> None:
        """Known ones at once; newer ones come with a change."""
        self._read(key)
        self._engine.command_handler.submit(RefreshTemplates(key))

    def _on_refresh(self, key: ChannelKey) -> None:
        self._engine.command_handler.submit(RefreshTemplates(key, again=True))

    def _read(self, key: ChannelKey) -> None:
        self._engine.tasks.start(self._engine.queries.templates(key), "read templates", self.picker.show_templates)

    def _on_send(self, command: SendDirect) -> None:
        self._engine.command_handler.submit(command, partial(self._on_answer, command, self._view, self._text))

    def _on_answer(self, command: SendDirect, view: ThreadView | None, text: str, answer: Answer) -> None:
        here = self.picker.is_open and self.picker.draft_id == command.draft_id
        # Also after Escape: what was sent must not stand filled in the next time.
        self.picker.answered(answer, command.draft_id)
        if isinstance(answer, Done):
            values = command.template.values.values() if command.template is not None else ()
            if text.strip() and on_one_line(text) in values:
                self.words_used.emit(command.conversation_id, text)
            if here:
                self.sent.emit()
        elif not here:
            name = words.first_name(view.name if view is not None else "")
            why = answer.sentence if isinstance(answer, Failed) else "It needs your decision."
            back = partial(self.show_requested.emit, command.customer_id, command.conversation_id)
            self._bar.tell(f"Your template to {name} was not sent. {why}", "Show", back)
