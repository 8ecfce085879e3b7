"""Schedules the draft or gives a scheduled reply another time, and shows the list of scheduled replies."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.forecast import Reply, RouteSituation, find_route_situation
from desktop.domain.model.outgoing import Schedule, State
from desktop.domain.model.warning import Acknowledgement, acknowledge
from desktop.engine.commands import (
    Answer,
    Failed,
    NeedsConsent,
    Reschedule,
    ResolvePending,
    SendDirect,
    SendReply,
)
from desktop.engine.protocols import Engine
from desktop.engine.views import PendingReply, ThreadView, WaitingReply
from desktop.text.reasons.describe import describe
from desktop.text.screens import inbox as texts
from desktop.text.thread import scheduling
from desktop.ui.composer.alternatives import route_of
from desktop.ui.composer.composer import Composer
from desktop.ui.inbox.scheduling.choices import morning, schedule_choices
from desktop.ui.look.text_direction import open_menu
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.pending_reply import OutgoingText, join_warnings
from desktop.ui.widgets.confirm_sheet import ConfirmSheet
from desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from desktop.ui.inbox.scheduling.list_sheet import ScheduledRepliesSheet
    from desktop.ui.inbox.scheduling.time_picker import TimePicker


class ScheduleActions(QObject):
    """What an agent does with the times of replies, from the composer, the thread, and the list.

    Signals:
        edit_requested: a reply that was just scheduled shall be a draft again. args: customer id, PendingReply.
        show_requested: a scheduled reply shall be shown in its thread. arg: WaitingReply.
    """

    edit_requested = Signal(str, object)
    show_requested = Signal(object)

    def __init__(
        self,
        engine: Engine,
        composer: Composer,
        question: ConfirmSheet,
        toast: Toast,
        theme: Theme,
        ticker: Ticker,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._engine, self._composer, self._question, self._toast = engine, composer, question, toast
        self._theme, self._ticker, self._window = theme, ticker, window
        self._submit = engine.command_handler.submit
        self._view: ThreadView | None = None
        self.menu: QMenu | None = None
        composer.later_requested.connect(self.open_for_draft)

    @cached_property
    def picker(self) -> TimePicker:
        """The date and time to send on."""
        from desktop.ui.inbox.scheduling.time_picker import TimePicker

        return TimePicker(self._theme, self._ticker, scheduling.SEND_AT(), scheduling.SCHEDULE(), self._window)

    @cached_property
    def sheet(self) -> ScheduledRepliesSheet:
        """The list of scheduled replies."""
        from desktop.ui.inbox.scheduling.list_sheet import ScheduledRepliesSheet

        sheet = ScheduledRepliesSheet(self._theme, self._ticker, self._window)
        sheet.show_requested.connect(self._on_show)
        sheet.time_requested.connect(self._on_time)
        sheet.send_requested.connect(self._on_send)
        sheet.cancel_requested.connect(self._on_cancel)
        return sheet

    def show(self, view: ThreadView | None) -> None:
        """Set the thread on the screen."""
        self._view = view

    # --- the draft ---------------------------------------------------------------------------------------------------

    def open_for_draft(self) -> None:
        """Open the menu of times above Send."""
        composer = self._composer
        if composer.has_content:
            situation = None if composer.internal else composer.situation
            self._open_above(composer.later_corner(), situation, self._schedule_draft)

    def open_for_template(self, on_chosen: Callable[[Schedule], object], corner: QPoint) -> None:
        """Open the menu of times above a button with this upper corner. A template needs no open window, and opens the
        conversation itself: it waits for no message.
        """
        self._open_above(corner, None, on_chosen)

    def _open_above(
        self, corner: QPoint, situation: RouteSituation | None, on_chosen: Callable[[Schedule], object]
    ) -> None:
        picker = self.picker.sizeHint()
        menu = self._fill_menu(situation, on_chosen, _start_of(corner, picker.width(), self._window))
        size = menu.sizeHint()
        is_mirrored = menu.layoutDirection() is Qt.LayoutDirection.RightToLeft
        menu.popup(corner - QPoint(0 if is_mirrored else size.width(), size.height()))

    def _schedule_draft(self, schedule: Schedule) -> None:
        self._composer.send(schedule=schedule)

    def on_scheduled(self, command: SendReply | SendDirect, customer_name: str) -> None:
        """Say that a reply is scheduled; Undo makes it a draft again, or cancels a template, which never was one."""
        if command.schedule is None:
            return
        internal = isinstance(command, SendReply) and command.internal
        now = self._ticker.now()
        pending = PendingReply(
            command.draft_id,
            command.conversation_id,
            command.text,
            tuple(f.name for f in command.files),
            internal,
            now,
            State.SCHEDULED,
            route=route_of(command),
            schedule=command.schedule,
        )
        undo: Callable[[], None] = partial(self.edit_requested.emit, command.customer_id, pending)
        if isinstance(command, SendDirect) and command.template is not None:
            cancel = ResolvePending(command.draft_id, cancel=True)
            undo = partial(self._submit, cancel, partial(self._on_template_cancelled, pending))
        self._toast.show_message(scheduling.was_scheduled(command.schedule, customer_name, now), texts.UNDO(), undo)

    # --- a scheduled reply -------------------------------------------------------------------------------------------

    def choose_time(self, pending: PendingReply, shown: OutgoingText) -> None:
        """Open the menu of times for a reply of the thread. shown: what the agent saw, which they accept."""
        chosen = partial(self._reschedule, pending, shown.accepts)
        at = QCursor.pos()
        open_menu(self._fill_menu(None if pending.internal else self._situation(pending), chosen, at), at)

    def on_cancelled(self, pending: PendingReply) -> None:
        """Say that a scheduled reply was cancelled; Undo schedules it again."""
        if pending.schedule is not None:
            undo = partial(self._reschedule, pending, frozenset(), pending.schedule, scheduling.RESTORED())
            self._toast.show_message(scheduling.CANCELLED(), texts.UNDO(), undo)

    def _on_template_cancelled(self, pending: PendingReply, answer: Answer) -> None:
        if isinstance(answer, Failed):
            self._say(describe(answer.reason))
        else:
            self.on_cancelled(pending)

    def _situation(self, pending: PendingReply) -> RouteSituation | None:
        """Where a reply goes; None if its customer is not on the screen."""
        view = self._view
        if view is None:
            return None
        conversation = view.situations.get(pending.conversation_id)
        return find_route_situation(view.thread, conversation, view.direct_routes, pending.route)

    def _reschedule(self, pending: PendingReply, accepts: Acknowledgement, schedule: Schedule, done: str = "") -> None:
        command = Reschedule(pending.draft_id, schedule, accepts)
        self._submit(command, partial(self._on_rescheduled, pending, command, done))

    def _on_rescheduled(self, pending: PendingReply, command: Reschedule, done: str, answer: Answer) -> None:
        view, now, schedule = self._view, self._ticker.now(), command.schedule
        if isinstance(answer, Failed):
            self._say(describe(answer.reason))
        elif isinstance(answer, NeedsConsent):
            situation = self._situation(pending)
            if view is None or situation is None:
                self._go_to(pending)
                return
            reply = Reply(pending.text, internal=pending.internal, template=pending.template)
            codes = [w.code for w in answer.warned]
            found = scheduling.scheduled_warning_texts(
                codes, answer.forecast, situation, view.name, now, reply, schedule
            )
            title, why = join_warnings(found) if found else (texts.SITUATION_CHANGED(), "")
            accepts = command.acknowledged | acknowledge(answer.warned)
            again = partial(self._reschedule, pending, accepts, schedule, done)
            if "sheet" in self.__dict__:
                self.sheet.dismiss()
            self._question.ask(title, why, scheduling.SCHEDULE_ANYWAY(), again)
        else:
            name = view.name if view is not None and self._situation(pending) is not None else ""
            self._say(done or scheduling.was_scheduled(schedule, name, now))

    def _go_to(self, pending: PendingReply) -> None:
        """Show a reply of the list in its thread, where it can be said what speaks against its new time."""
        listed = self.sheet.replies if "sheet" in self.__dict__ else ()
        reply = next((r for r in listed if r.pending.draft_id == pending.draft_id), None)
        if reply is not None:
            self._on_show(reply)
        self._toast.show_message(scheduling.DECIDE_HERE() if reply is not None else texts.FORECAST_CHANGED())

    def _say(self, sentence: str, undo: Callable[[], None] | None = None) -> None:
        """Below the thread, or in the list if that covers it."""
        if "sheet" in self.__dict__ and self.sheet.is_open:
            self.sheet.show_done(sentence, undo)
        elif undo is None:
            self._toast.show_message(sentence)
        else:
            self._toast.show_message(sentence, texts.UNDO(), undo)

    # --- the list ----------------------------------------------------------------------------------------------------

    def open_list(self) -> None:
        """Show all scheduled replies."""
        load = self._engine.queries.scheduled_replies()
        self._engine.tasks.start(load, "read scheduled replies", self._show_list)

    def _show_list(self, replies: tuple[WaitingReply, ...]) -> None:
        self.sheet.show_replies(replies)
        if not self.sheet.is_open:
            self.sheet.show_popup()

    def update_list(self) -> None:
        """Read an open list again: it may have changed."""
        if "sheet" in self.__dict__ and self.sheet.is_open:
            load = self._engine.queries.scheduled_replies()
            self._engine.tasks.start(load, "read scheduled replies", self.sheet.show_replies)

    def _on_show(self, reply: WaitingReply) -> None:
        self.sheet.dismiss()
        self.show_requested.emit(reply)

    def _on_time(self, reply: WaitingReply, at: QPoint) -> None:
        pending = reply.pending
        chosen = partial(self._reschedule, pending, frozenset())
        open_menu(self._fill_menu(None if pending.internal else self._situation(pending), chosen, at), at)

    def _on_send(self, reply: WaitingReply) -> None:
        self._submit(ResolvePending(reply.pending.draft_id, send=True), partial(self._on_sent, reply))

    def _on_sent(self, reply: WaitingReply, answer: Answer) -> None:
        if isinstance(answer, NeedsConsent):
            # What speaks against it is told beside its thread.
            self._on_show(reply)
            self._toast.show_message(texts.FORECAST_CHANGED())
        elif isinstance(answer, Failed):
            self._say(describe(answer.reason))

    def _on_cancel(self, reply: WaitingReply) -> None:
        self._submit(ResolvePending(reply.pending.draft_id, cancel=True), partial(self._on_list_cancelled, reply))

    def _on_list_cancelled(self, reply: WaitingReply, answer: Answer) -> None:
        pending = reply.pending
        if isinstance(answer, Failed):
            self._say(describe(answer.reason))
        elif pending.schedule is not None:
            undo = partial(self._reschedule, pending, frozenset(), pending.schedule, scheduling.RESTORED())
            self._say(scheduling.CANCELLED(), undo)

    # --- the menu ----------------------------------------------------------------------------------------------------

    def _fill_menu(
        self, situation: RouteSituation | None, on_chosen: Callable[[Schedule], object], at: QPoint
    ) -> QMenu:
        """at: where the date and time are asked for."""
        menu = self.menu = QMenu(scheduling.SEND_LATER(), self._window)
        menu.setAccessibleName(scheduling.SEND_LATER())
        menu.aboutToHide.connect(menu.deleteLater)
        now = self._ticker.now()
        choices = schedule_choices(situation, now)
        for choice in choices:
            # Doubled, since a single ampersand marks a mnemonic.
            action = menu.addAction(choice.label.replace("&", "&&"))
            action.triggered.connect(partial(_call, on_chosen, choice.schedule))
        menu.addSeparator()
        menu.addAction(scheduling.DATE_AND_TIME(), partial(self._pick_time, on_chosen, at))
        return menu

    def _pick_time(self, on_chosen: Callable[[Schedule], object], at: QPoint) -> None:
        start = morning(self._ticker.now().astimezone(), 1)
        height = self.picker.sizeHint().height()
        self.picker.open_at(at - QPoint(0, height), start, lambda chosen: on_chosen(Schedule(chosen)))


def _start_of(corner: QPoint, width_px: int, window: QWidget) -> QPoint:
    """Where something so wide begins that ends at an outer corner of the window, as lines of text begin."""
    is_mirrored = window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    return corner + QPoint(width_px if is_mirrored else -width_px, 0)


def _call(on_chosen: Callable[[Schedule], object], schedule: Schedule, _checked: bool = False) -> None:
    on_chosen(schedule)
