"""The template picker: built when first opened, supplied with the accounts' templates, its replies submitted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.channel import ChannelKey
from desktop.engine.changes import Changes
from desktop.engine.commands import Answer, Done, Failed, RefreshTemplates, SendDirect
from desktop.engine.protocols import Engine
from desktop.engine.views import ConnectionView, ThreadView
from desktop.text.names import first_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import inbox as texts
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    # Imported when the picker is first opened.
    from desktop.ui.templates.picker import TemplatePicker


class TemplateActions(QObject):
    """Opens the template picker and sends what the agent fills in.

    Signals:
        accounts_requested: no account has templates, and the agent wants to connect one.
        show_requested: the agent wants to see a template that was not sent. args: customer id, conversation id.
        later_requested: the agent wants to choose when a template is sent. args: what to call with the Schedule, the
            global position for the menu.
        scheduled: a template waits for its time. args: the command, the customer's name.
        sent: the template is on its way and the picker has closed.
        text_used: the composer's text was sent as a value of a template. args: conversation id, the text.
        text_kept: a template was sent, and the composer's text was not. args: conversation id, the text.
    """

    accounts_requested = Signal()
    show_requested = Signal(str, str)
    sent = Signal()
    later_requested = Signal(object, QPoint)
    scheduled = Signal(object, str)
    text_used = Signal(str, str)
    text_kept = Signal(str, str)

    def __init__(self, engine: Engine, theme: Theme, ticker: Ticker, toast: Toast, window: QWidget) -> None:
        super().__init__(window)
        self._engine, self._toast = engine, toast
        self._theme, self._ticker, self._window = theme, ticker, window
        self._picker: TemplatePicker | None = None
        self._connection: ConnectionView | None = None
        self._view: ThreadView | None = None
        self._me_id = self._text = ""

    @property
    def picker(self) -> TemplatePicker:
        """The picker; the first access builds it."""
        if self._picker is None:
            from desktop.ui.templates.picker import TemplatePicker

            picker = self._picker = TemplatePicker(self._theme, self._ticker, self._window)
            picker.send_requested.connect(self._on_send)
            picker.later_requested.connect(partial(self.later_requested.emit, picker.schedule))
            picker.templates_wanted.connect(self._on_templates_wanted)
            picker.refresh_requested.connect(self._on_refresh)
            picker.accounts_wanted.connect(self.accounts_requested)
            if self._connection is not None:
                picker.set_connection(self._connection)
        return self._picker

    def continue_from(self, former: TemplateActions) -> None:
        """Take over what was filled in in another window and not sent."""
        if former._picker is not None:
            self.picker.continue_from(former._picker)

    def show(self, view: ThreadView | None, me_id: str) -> None:
        """Set the thread on the screen. me_id: the teammate who uses the program."""
        self._view, self._me_id = view, me_id
        if view is None:
            self.close()
        elif self._picker is not None:
            self._picker.show_view(view)

    def show_connection(self, connection: ConnectionView) -> None:
        self._connection = connection
        if self._picker is not None:
            self._picker.set_connection(connection)

    def open(self, conversation_id: str, text: str = "", *, is_draft: bool = True) -> None:
        """text: offered as a value of the template. is_draft: it is the composer's."""
        if self._view is not None:
            self._text = text if is_draft else ""
            self.picker.open_for(self._view, conversation_id, text, self._me_id)

    def close(self) -> None:
        """Close the picker; what is filled in is kept for the next time."""
        if self._picker is not None:
            self._picker.dismiss()

    def on_changes(self, changes: Changes) -> None:
        if changes.templates and self._picker is not None and self._picker.key is not None:
            self._load(self._picker.key)

    def _on_templates_wanted(self, key: ChannelKey) -> None:
        """Show the stored templates at once; newer ones come with a change."""
        # The other way round the list would say first that nobody loads it.
        self._engine.command_handler.submit(RefreshTemplates(key))
        self._load(key)

    def _on_refresh(self, key: ChannelKey) -> None:
        self._engine.command_handler.submit(RefreshTemplates(key, again=True))

    def _load(self, key: ChannelKey) -> None:
        self._engine.tasks.start(self._engine.queries.templates(key), "read templates", self.picker.show_templates)

    def _on_send(self, command: SendDirect) -> None:
        self._engine.command_handler.submit(command, partial(self._on_answer, command, self._view, self._text))

    def _on_answer(self, command: SendDirect, view: ThreadView | None, text: str, answer: Answer) -> None:
        from desktop.ui.templates.form.filling import join_lines

        is_shown = self.picker.is_open and self.picker.draft_id == command.draft_id
        # Also after Escape: a template that was sent must not come up filled in again.
        self.picker.show_answer(answer, command.draft_id)
        if isinstance(answer, Done):
            if command.schedule is not None:
                self.scheduled.emit(command, view.name if view is not None else "")
            values = command.template.values.values() if command.template is not None else ()
            if text.strip():
                signal = self.text_used if join_lines(text) in values else self.text_kept
                signal.emit(command.conversation_id, text)
            if is_shown:
                self.sent.emit()
        elif not is_shown:
            name = view.name if view is not None else ""
            why = describe(answer.reason) if isinstance(answer, Failed) else texts.NEEDS_DECISION()
            show = partial(self.show_requested.emit, command.customer_id, command.conversation_id)
            text = texts.TEMPLATE_NOT_SENT(name=first_name(name), reason=why)
            self._toast.show_message(text, texts.SHOW(), show)
