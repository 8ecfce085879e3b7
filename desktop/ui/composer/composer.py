"""The composer: a text field with the forecast above it and the tools below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from desktop.domain.content.files import size_limit
from desktop.domain.content.snippets import SnippetAction
from desktop.domain.content.translation import OwnText
from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply, RouteSituation
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.formatting import SpanKind, Spans, carry_over
from desktop.domain.model.outgoing import Schedule
from desktop.domain.model.presence import Colleague
from desktop.domain.model.warning import Acknowledgement, Verdict
from desktop.engine.commands import SaveDraft, SendDirect, SendReply
from desktop.engine.views import ConnectionView, Draft, ThreadView, WorkspaceView
from desktop.ports import OutgoingFile, Teammate
from desktop.text.names import channel_label
from desktop.text.screens import composer as texts
from desktop.text.thread.scheduling import headline
from desktop.ui.composer.alternatives import LineAction, better_conversation, find_line_action
from desktop.ui.composer.drafts import ComposerDraft, DraftBook
from desktop.ui.composer.editor import has_files
from desktop.ui.composer.forecast_line import ForecastLine
from desktop.ui.composer.reply_box import ComposerBox
from desktop.ui.composer.reply_context import (
    build_reply,
    current_route,
    find_contact,
    find_draft_situation,
    find_file_route,
    find_text_routes,
    reply_values,
    sending_obstacle,
)
from desktop.ui.composer.typing_signal import TypingSignal
from desktop.ui.composer.writing.mentions import MentionCompleter, mentioned_names
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import upper_corner
from desktop.ui.widgets.connection_line import OFFLINE_STATES
from desktop.ui.widgets.layouts import Pane
from desktop.ui.writing.emoji.completer import EmojiCompleter
from desktop.ui.writing.saved_replies.action_chips import add_actions
from desktop.ui.writing.saved_replies.blanks import BlankStops, select_blank
from desktop.ui.writing.saved_replies.completer import SavedReplyCompleter


class Composer(Pane):
    """Keeps one draft for each conversation and kind (reply or note).

    Signals:
        draft_changed: a draft has to be stored. arg: SaveDraft. At most once a second while typing, and at once when
            the conversation, the kind or the window changes.
        send_requested: the agent pressed Send. arg: SendReply, or SendDirect on a direct route. The text is locked
            until `sent` or `refused` is called, so that the answer is about the text that is shown.
        later_requested: the agent wants to choose when the draft is sent.
        typing_changed: the agent writes a reply, or no more. args: as of `TypingSignal.changed`.
        draft_started: the draft is no longer empty; the text was typed or restored. arg: conversation id.
        draft_shown: another draft is shown, or none.
        go_to: the agent wants to answer in another conversation. arg: conversation id.
        ask_wanted: the agent wants to ask the customer to write on WhatsApp.
        template_wanted: the agent wants to send a template instead.
        test_wanted: the agent wants to test delivery to the conversation's channel. arg: ChannelKind.
        spelling_wanted: the agent wants to see the next misspelt word.
        recording_wanted: the agent wants to record a voice note.
        translate_wanted: the agent wants to write in the customer's language.
        own_text_changed: the shown draft is another, or is no longer, or now, a translation (`own_text`).

    is_end_visible: returns whether the end of the thread is visible in the active window and not covered.
    colleagues_in: returns who else is in a conversation.
    complete_draft: adds what belongs to the draft just before it is sent; returns a sentence that says what has to be
        ended first, "" for nothing.
    """

    draft_changed = Signal(object)
    send_requested = Signal(object)
    later_requested = Signal()
    typing_changed = Signal(str, bool)
    draft_started = Signal(str)
    draft_shown = Signal()
    go_to = Signal(str)
    ask_wanted = Signal()
    template_wanted = Signal()
    test_wanted = Signal(object)
    spelling_wanted = Signal()
    recording_wanted = Signal()
    translate_wanted = Signal()
    own_text_changed = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._drafts = DraftBook()
        self._view: ThreadView | None = None
        self._draft: ComposerDraft | None = None
        self._me_id = self._agent_name = ""
        self._shown_style: tuple[str, bool, Route | None] | None = None
        self._seen_upto: int | None = None
        self.is_end_visible: Callable[[], bool] = lambda: False
        self.colleagues_in: Callable[[str], tuple[Colleague, ...]] = lambda _conversation_id: ()
        self.complete_draft: Callable[[], str] = lambda: ""
        self._offline = False
        self._is_translating = False
        self._waiting: SendReply | SendDirect | None = None
        self._build()
        self._connect()
        self._tools.set_internal(False)
        self.show_conversation(None, None, "")

    def show_conversation(self, view: ThreadView | None, conversation_id: str | None, me_id: str) -> None:
        """Show the draft of a conversation; None disables the composer.

        Call it for every newer view too; the text that is being written stays.
        """
        if not self._is_same(view, conversation_id):
            self.flush()
        if view is None or self._view is None or view.customer_id != self._view.customer_id:
            self._drafts.clear_routes()
            self._seen_upto = None
            # Of one customer a note was meant; what is written to the next one is a reply until the agent says so.
            self._tools.set_internal(False)
        self._view, self._me_id = view, me_id
        internal = self.internal
        if view is None or conversation_id is None or conversation_id not in view.situations:
            is_other, self._draft = self._draft is not None, None
            self._typing.stop()
            self._line.show_nothing()
            self.setEnabled(False)
            self._set_content("", ())
            self._box.refused.show_draft(None)
            self._box.action_chips.show_actions((), str)
            self._box.show_kept_time("")
            if is_other:
                self.draft_shown.emit()
        else:
            self._open(self._drafts.open(view, conversation_id, internal=internal))
            self._follow_route()
        self._update_seen()
        self._show_routes()

    def continue_from(self, former: Composer) -> None:
        """Take over the drafts of another composer, with what is not stored of them, and its customer."""
        self._drafts, self._view, self._seen_upto = former._drafts, former._view, former._seen_upto
        self._tools.set_internal(former.internal)

    def update_colleagues(self) -> None:
        """Others are in the conversation now, or do something else there."""
        self._update_forecast()

    def mark_end_seen(self) -> None:
        """Note that the agent sees the newest message: a draft edited from now on was written knowing it."""
        if self._view is not None:
            self._seen_upto = self._view.newest_arrival

    def set_internal(self, internal: bool) -> None:
        """Switch between a note for the team and a reply; each has its own draft."""
        self._tools.set_internal(internal)
        if self._draft is not None and self._view is not None and self._draft.internal != internal:
            self.flush()
            self._open(self._drafts.open(self._view, self._draft.conversation_id, internal=internal))
        self._show_routes()

    def choose_route(self, route: Route | None) -> None:
        """Choose the route of this draft; None goes through Intercom. The text stays."""
        draft, view = self._draft, self._view
        if draft is None or view is None or draft.internal or self._awaits_answer:
            return
        self._box.show_error("")
        draft.route = route
        self._follow_route()
        self._show_routes()
        self._update_forecast()

    def open_routes(self) -> bool:
        """Open the menu of routes; False if there is nothing to choose."""
        if self._tools.routes.isHidden() or not self._tools.routes.isEnabled():
            return False
        self._tools.routes.open_menu()
        return True

    @property
    def forecast_line(self) -> QWidget:
        """The line that says where the draft would arrive."""
        return self._line

    def show_workspace(self, workspace: WorkspaceView) -> None:
        """Set the saved replies, and the names in them."""
        self._agent_name = workspace.me.name if workspace.me is not None else ""
        teammates, teams = ({one.id: one.name for one in those} for those in (workspace.teammates, workspace.teams))
        self.saved_replies.names = (teammates, teams)
        self.saved_replies.set_replies(workspace.macros, workspace.snippets)
        if self._draft is not None:
            self._show_draft_details(self._draft)

    def set_enter_sends(self, enter_sends: bool) -> None:
        """Let Enter send, and Shift+Enter start a line. Ctrl+Enter always sends."""
        self._edit.enter_sends = enter_sends
        self._tools.set_enter_sends(enter_sends)

    def set_connection(self, connection: ConnectionView) -> None:
        offline = connection.state in OFFLINE_STATES
        if offline != self._offline:
            self._offline = offline
            self._tools.set_offline(offline)
            self._update_forecast()

    @property
    def internal(self) -> bool:
        return self._tools.internal

    @property
    def conversation_id(self) -> str | None:
        return self._draft.conversation_id if self._draft is not None else None

    @property
    def draft_id(self) -> str | None:
        return self._draft.draft_id if self._draft is not None else None

    @property
    def route(self) -> Route | None:
        """The chosen direct route; None for Intercom."""
        return self._draft.route if self._draft is not None else None

    @property
    def text(self) -> str:
        return self._edit.formatter.content()[0]

    @property
    def text_field(self) -> QPlainTextEdit:
        return self._edit

    @property
    def contact(self) -> Contact | None:
        """Whom a reply in the shown conversation goes to; None if unknown."""
        if self._view is None or self._draft is None:
            return None
        return find_contact(self._view, self._draft.conversation_id)

    @property
    def forecast(self) -> Forecast | None:
        return self._line.forecast

    @property
    def error_text(self) -> str:
        """The error that is shown; "" for none."""
        return self._box.error_text

    def focus_text(self) -> None:
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def quote(self, text: str) -> None:
        """Insert `text` as a quotation before the draft's text."""
        self._edit.prepend_quote(text)
        self.focus_text()

    def append_text(self, text: str) -> bool:
        """Append `text` as a paragraph, which undo removes.

        Returns False and changes nothing if the draft contains the text already or cannot be edited.
        """
        if self._draft is None or self._awaits_answer or text in self.text:
            return False
        self._edit.append_paragraph(text)
        return True

    @property
    def own_text(self) -> OwnText | None:
        """What the agent wrote, where the draft is a translation of it."""
        return self._draft.own if self._draft is not None else None

    def set_translation(self, text: str, own: OwnText | None) -> bool:
        """Replace the draft's text, which undo takes back; its formatting stays as far as it can. own: what it is a
        translation of; None for the agent's own words. Returns whether all of the formatting stayed.
        """
        if self._draft is None or self._awaits_answer:
            return True
        before, spans = self._edit.formatter.content()
        carried, is_all = carry_over(before, spans, text)
        self._draft.own, self._draft.is_saved = own, False
        if text != before:
            self._edit.formatter.replace_content(text, carried)
        self.flush()
        self.own_text_changed.emit()
        return is_all

    def keep_own_text(self, own: OwnText) -> None:
        """The agent changed what they wrote, and not the translation of it."""
        if self._draft is not None and self._draft.own is not None:
            self._draft.own, self._draft.is_saved = own, False

    def set_can_translate(self, can: bool) -> None:
        """Offer to translate drafts, or no more."""
        self._tools.set_can_translate(can)

    def set_translating(self, is_translating: bool) -> None:
        """Lock the text while it is being translated."""
        self._is_translating = is_translating
        self._update_lock()

    def undo(self) -> None:
        """Undo the last change of the text."""
        self._edit.undo()

    def accept_drop(self, source: QMimeData, *, only_ask: bool = False) -> bool:
        """Attach dropped files or a picture, as if dropped on the text; False if there are none or no draft.

        only_ask: attach nothing.
        """
        accepts = self._draft is not None and not self._awaits_answer and has_files(source)
        if accepts and not only_ask:
            self._edit.insertFromMimeData(source)
            self.focus_text()
        return accepts

    def show_above_text(self, widget: QWidget) -> None:
        """Give a widget its place between the files and the text."""
        self._box.insert_above_text(widget)

    def largest_file(self, content_type: str) -> int:
        """How large one more file of a type may be, in bytes; 0 where it can't be sent on the chosen route."""
        draft, view = self._draft, self._view
        if draft is None or view is None or self._awaits_answer:
            return 0
        limit = size_limit(find_file_route(view, draft), content_type)
        return max(self._files.room if limit is None else min(self._files.room, limit), 0)

    def attach(self, file: OutgoingFile, conversation_id: str, *, internal: bool) -> bool:
        """Attach a file to a draft of this session, also if another one is shown by now; False if it is locked or
        there is no such draft.
        """
        draft = self._draft
        if draft is not None and (draft.conversation_id, draft.internal) == (conversation_id, internal):
            return not self._awaits_answer and self._files.add_file(file)
        other = self._drafts.find(conversation_id, internal=internal)
        if other is None:
            return False
        self._emit_if_any(self._drafts.edit(other, other.text, (*other.files, file), other.spans))
        self.flush()
        return True

    def move_draft(self, conversation_id: str) -> None:
        """Move the draft to another conversation of the customer, unless that one has a draft of its own."""
        if self._view is None or self._draft is None or conversation_id not in self._view.situations:
            return
        source = self._draft
        target = self._drafts.open(self._view, conversation_id, internal=source.internal)
        if source.is_empty or not target.is_empty:
            return
        self._emit_if_any(self._drafts.move(source, target))
        self.flush()
        self._open(source)
        self._show_routes()

    def reply(self) -> Reply:
        """Return the draft as the forecast needs it."""
        if self._draft is None or self._view is None:
            return Reply()
        colleagues = self.colleagues_in(self._draft.conversation_id)
        return build_reply(self._view, self._draft, self._me_id, offline=self._offline, colleagues=colleagues)

    @property
    def has_content(self) -> bool:
        """Whether there is anything to send."""
        return self._draft is not None and not self._draft.is_empty

    @property
    def situation(self) -> RouteSituation | None:
        """Where the draft would go; None without one."""
        return find_draft_situation(self._view, self._draft) if self._view and self._draft else None

    def later_corner(self) -> QPoint:
        """Return the global position of the upper outer corner of the button for *Send later*."""
        return upper_corner(self._tools.later)

    def send(self, acknowledged: Acknowledgement = frozenset(), schedule: Schedule | None = None) -> None:
        """Request sending the draft, or scheduling it; does nothing while an earlier request has no answer.

        schedule: None for what the draft waited for before, if that is still to come, or else at once.
        """
        # Before the button is disabled: a sheet that opens returns the focus to the widget that had it.
        self.focus_text()
        draft = self._draft
        if draft is None or self._waiting is not None or self._is_translating:
            return
        if unfinished := self.complete_draft():
            self.refused(unfinished)
            return
        if draft.is_empty:
            return
        forecast = self._update_forecast()
        if obstacle := sending_obstacle(draft, forecast):
            self.refused(obstacle)
            select_blank(self._edit)
            return
        self._waiting = draft.send_command(acknowledged, schedule or draft.schedule_left(self._ticker.now()))
        self._update_lock()
        self.send_requested.emit(self._waiting)

    def sent(self, draft_id: str) -> None:
        """Clear the draft that was sent, also if another one is shown by now."""
        self._on_answer(draft_id)
        if self._drafts.clear_sent(draft_id) is self._draft and self._draft is not None:
            self._typing.stop()
            self._set_content("", ())
            self._show_draft_details(self._draft)
            self._show_routes()
            self._update_forecast()
            self.own_text_changed.emit()

    def refused(self, sentence: str, draft_id: str | None = None) -> None:
        """Unlock the draft, which was not sent, and show why; "" shows nothing."""
        self._on_answer(draft_id)
        self._box.show_error(sentence)

    def replace_reply(self, conversation_id: str, before: str, after: str) -> bool:
        """Replace the text of a conversation's reply, also if another draft is shown by now.

        Returns False and changes nothing if the reply's text is not `before` or has files.
        """
        draft = self._drafts.find_reply(conversation_id, before)
        if draft is None:
            return False
        deletion = self._drafts.edit(draft, after, ())
        draft.mark_seen(self._seen_upto)
        self._emit_if_any(deletion)
        self.flush()
        if draft is self._draft:
            self._open(draft)
        return True

    def is_changed(self, draft: Draft) -> bool:
        """Whether a stored draft was edited here since it was stored."""
        return self._drafts.is_changed(draft)

    def flush(self) -> None:
        """Emit `draft_changed` for every draft that is not stored yet."""
        for command in self._drafts.take_unsaved():
            self.draft_changed.emit(command)

    def hideEvent(self, event: QHideEvent) -> None:
        self._typing.stop()
        self.flush()
        super().hideEvent(event)

    def _update_seen(self) -> None:
        if self.is_end_visible():
            self.mark_end_seen()

    def _is_same(self, view: ThreadView | None, conversation_id: str | None) -> bool:
        return (
            view is not None
            and self._view is not None
            and view.customer_id == self._view.customer_id
            and conversation_id == self.conversation_id
        )

    def _open(self, draft: ComposerDraft) -> None:
        self.setEnabled(True)
        is_other = draft is not self._draft
        self._draft = draft
        if is_other:
            self._typing.stop()
        self._box.refused.show_draft((draft.conversation_id, draft.internal))
        self._show_draft_details(draft)
        if (*self._edit.formatter.content(), self._files.files) != (draft.text, draft.spans, draft.files):
            self._set_content(draft.text, draft.files, draft.spans)
        self._update_lock()
        self._update_forecast()
        if is_other:
            self.own_text_changed.emit()
            self._box.show_error("")
            self.draft_shown.emit()
            if not draft.is_empty:
                self.draft_started.emit(draft.conversation_id)

    def _show_draft_details(self, draft: ComposerDraft) -> None:
        """What its placeholders stand for, and what is done once it is sent."""
        view, replies = self._view, self.saved_replies
        if view is not None:
            replies.values = reply_values(view, draft.conversation_id, self._agent_name)
        self._box.action_chips.show_actions(draft.actions, lambda action: replies.describe((action,)))
        self._show_kept_time()

    def _show_kept_time(self) -> None:
        """Say when the draft, which was a scheduled reply, is sent again."""
        now = self._ticker.now()
        schedule = self._draft.schedule_left(now) if self._draft is not None else None
        self._box.show_kept_time(headline(schedule, self._view.name, now) if schedule and self._view else "")

    def _on_time_removed(self) -> None:
        if self._draft is not None and not self._awaits_answer:
            self._drafts.set_schedule(self._draft, None)
            self._show_kept_time()
            self.focus_text()

    def _on_reply_inserted(self, actions: tuple[SnippetAction, ...]) -> None:
        if self._draft is not None:
            self._on_actions_changed(add_actions(self._draft.actions, actions))

    def _on_actions_changed(self, actions: tuple[SnippetAction, ...]) -> None:
        if self._draft is not None:
            self._drafts.set_actions(self._draft, actions)
            self._show_draft_details(self._draft)

    def _set_content(self, text: str, files: tuple[OutgoingFile, ...], spans: Spans = ()) -> None:
        self._edit.blockSignals(True)
        self._edit.formatter.set_content(text, spans)
        self._edit.blockSignals(False)
        self._files.set_files(files)
        self.saved_replies.close()
        self.emoji.close()
        self._mentions.close()
        self._show_mentioned()
        self._update_send()

    def _on_answer(self, draft_id: str | None) -> None:
        if self._waiting is not None and draft_id in (None, self._waiting.draft_id):
            self._waiting = None
        self._update_lock()

    @property
    def _awaits_answer(self) -> bool:
        """Whether the shown draft is being sent and has no answer yet."""
        return self._waiting is not None and self._waiting.draft_id == self.draft_id

    def _update_lock(self) -> None:
        is_locked = self._awaits_answer or self._is_translating
        self._tools.routes.setEnabled(not is_locked)
        self._edit.setReadOnly(is_locked)
        self._files.setEnabled(not is_locked)
        self._box.action_chips.setEnabled(not is_locked)
        self._update_send()

    def _update_send(self) -> None:
        forecast = self._line.forecast
        blocked = forecast is not None and forecast.verdict is Verdict.BLOCKED
        empty = self._draft is None or self._draft.is_empty
        can_send = not empty and not blocked and self._waiting is None and not self._is_translating
        self._tools.set_can_send(can_send)

    def _update_forecast(self) -> Forecast | None:
        draft, view = self._draft, self._view
        situation = find_draft_situation(view, draft) if view is not None and draft is not None else None
        if draft is None or view is None or situation is None:
            self._box.counter.clear_count()
            self._box.formatting.show_looks(self.reply(), None, None)
            return None
        forecast = self._line.show_forecast(situation, view.name, self.reply())
        self._update_action()
        self._update_send()
        if any(r.channel is ChannelKind.SMS for r in forecast.reaches):
            self._box.counter.count(draft.text, by_bridge=draft.route is None)
        else:
            self._box.counter.clear_count()
        self._box.formatting.show_looks(self.reply(), forecast, None if draft.internal else draft.route)
        return forecast

    def _update_action(self) -> None:
        """Offer on the forecast line what helps against its warnings."""
        draft, view, forecast = self._draft, self._view, self._line.forecast
        if draft is None or view is None or forecast is None:
            return
        now = self._ticker.now()
        self._line.show_action(find_line_action(view, draft.conversation_id, self.reply(), forecast, now, draft.route))

    def _on_action(self, action: LineAction) -> None:
        draft, view, forecast = self._draft, self._view, self._line.forecast
        if draft is None or view is None or forecast is None:
            return
        situation = view.situations[draft.conversation_id]
        if action is LineAction.QUOTE and situation.newest_here is not None:
            self.quote(situation.newest_here.entry.text.strip())
        elif action is LineAction.GO:
            other = better_conversation(view, draft.conversation_id, forecast, self._ticker.now())
            if other is not None:
                self.go_to.emit(other.id)
        elif action is LineAction.TEMPLATE:
            self.template_wanted.emit()
        elif action is LineAction.TEST and situation.mapping is not None:
            self.test_wanted.emit(situation.mapping.channel)
        elif action is LineAction.ASK:
            self.ask_wanted.emit()

    def _follow_route(self) -> None:
        """Update the chosen route from the view; without its account the draft goes through Intercom."""
        draft, view = self._draft, self._view
        if draft is None or view is None or draft.route is None:
            return
        before, draft.route = draft.route, current_route(view, draft)
        if draft.route is None:
            self._box.show_error(texts.ACCOUNT_GONE(channel=channel_label(before.channel)))
        if draft.route != before:
            self._update_forecast()

    def _show_routes(self) -> None:
        direct_routes = (
            find_text_routes(self._view, self._draft) if self._view is not None and self._draft is not None else ()
        )
        self._tools.show_routes(direct_routes, self.route)
        if self._style_basis != self._shown_style:
            self._apply_theme()

    def _on_edited(self) -> None:
        if self._draft is None:
            return
        was_empty, had_own = self._draft.is_empty, self._draft.own is not None
        text, spans = self._edit.formatter.content()
        deletion = self._drafts.edit(self._draft, text, self._files.files, spans)
        if had_own:
            self._drop_own_text_if_gone(self._draft)
        self._update_seen()
        self._draft.mark_seen(self._seen_upto)
        self._emit_if_any(deletion)
        if self._draft.is_empty:
            # What is done once it is sent, and when that is, went with its text.
            self._show_draft_details(self._draft)
        self._box.show_error("")
        self._show_mentioned()
        self._update_forecast()
        if self._draft.is_empty or self._draft.internal:
            self._typing.stop()
        else:
            self._typing.write(self._draft.conversation_id)
        if was_empty and not self._draft.is_empty:
            self.draft_started.emit(self._draft.conversation_id)

    def _drop_own_text_if_gone(self, draft: ComposerDraft) -> None:
        """Undo may have brought the agent's own words back."""
        if draft.own is not None and draft.text.strip() == draft.own.text.strip():
            draft.own = None
        if draft.own is None:
            self.own_text_changed.emit()

    def _emit_if_any(self, command: SaveDraft | None) -> None:
        if command is not None:
            self.draft_changed.emit(command)

    def _on_ticked(self, _now: datetime) -> None:
        self.flush()
        self._update_send()
        self._show_kept_time()

    def choose_files(self) -> None:
        """Let the agent choose files to attach."""
        dialog = QFileDialog(self, texts.ATTACH_FILES())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._files.add_paths)
        self.focus_text()
        dialog.open()

    def _on_kind_chosen(self, internal: bool) -> None:
        self.set_internal(internal)
        self.focus_text()

    def set_recording_obstacle(self, sentence: str) -> None:
        """Say why no voice note can be recorded here; "" allows it."""
        self._tools.set_recording_obstacle(sentence)

    def format(self, kind: SpanKind) -> None:
        """Turn a style or a list on or off, or ask for the address of a link."""
        if self._draft is not None and not self._awaits_answer:
            self._box.formatting.run(kind)

    def toggle_preview(self) -> None:
        """Show or hide how the text will look on each channel."""
        self._box.formatting.toggle_preview()

    def start_mention(self) -> None:
        """Open the list of teammates, in a note."""
        if not self.internal:
            self.set_internal(True)
        self.focus_text()
        self._mentions.start()

    def set_teammates(self, teammates: tuple[Teammate, ...]) -> None:
        """teammates: whom notes can mention."""
        self._mentions.teammates = teammates

    def _show_mentioned(self) -> None:
        teammates = self._mentions.teammates if self.internal else ()
        self._box.show_mentioned(mentioned_names(self._edit.toPlainText(), teammates))

    def start_saved_reply(self) -> None:
        """Open the list of saved replies."""
        self.focus_text()
        self.saved_replies.start()

    def open_emoji(self) -> None:
        """Open the emoji picker."""
        self.emoji.open_picker(self._tools.emoji)

    def _on_route_chosen(self, route: Route | None) -> None:
        self.choose_route(route)
        self.focus_text()

    def _build(self) -> None:
        self._line = ForecastLine(self._theme, self._ticker, self)
        self._box = ComposerBox(self._theme, self)
        self._edit, self._files, self._tools = self._box.edit, self._box.files, self._box.tools
        self.saved_replies = SavedReplyCompleter(self._theme, self._edit, self)
        self.emoji = EmojiCompleter(self._theme, self._edit, self)
        BlankStops(self._edit, self)
        self._mentions = MentionCompleter(self._theme, self._edit, self, lambda: self.internal)
        self._typing = TypingSignal(self._ticker, self)
        layouts.column(self._line, self._box, parent=self, margins=(PAD, GAP, PAD, PAD))
        # A click beside the text focuses the text; the tools take no focus by mouse either.
        self.setFocusProxy(self._edit)
        self.setAccessibleName(texts.REPLY_FIELD())
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._edit.setFocus(event.reason())

    def _connect(self) -> None:
        self._edit.textChanged.connect(self._on_edited)
        self._typing.changed.connect(self.typing_changed)
        self._edit.send_pressed.connect(self.send)
        self._edit.files_inserted.connect(self._files.add_paths)
        self._edit.image_inserted.connect(self._files.add_image)
        self._files.changed.connect(self._on_edited)
        self._line.action_pressed.connect(self._on_action)
        self._line.forecast_changed.connect(self._update_action)
        self._tools.kind_chosen.connect(self._on_kind_chosen)
        self._tools.route_chosen.connect(self._on_route_chosen)
        self._tools.attach_pressed.connect(self.choose_files)
        self._tools.replies_pressed.connect(self.start_saved_reply)
        self._tools.emoji_pressed.connect(self.open_emoji)
        self.saved_replies.inserted.connect(self._on_reply_inserted)
        self._box.action_chips.changed.connect(self._on_actions_changed)
        self._box.kept_time.clicked.connect(self._on_time_removed)
        self._tools.format_pressed.connect(self._box.formatting.toggle)
        self._tools.mention_pressed.connect(self.start_mention)
        self._box.formatting.folded.connect(lambda is_folded: self._tools.set_formatting_shown(not is_folded))
        self._box.formatting.preview_toggled.connect(self._update_forecast)
        self._box.formatting.used.connect(self.focus_text)
        self._tools.translate_pressed.connect(self.translate_wanted)
        self._tools.send_pressed.connect(self.send)
        self._tools.later_pressed.connect(self.later_requested)
        self._tools.record_pressed.connect(self.recording_wanted)
        self._ticker.ticked.connect(self._on_ticked)
        self._theme.changed.connect(self._apply_theme)

    @property
    def _style_basis(self) -> tuple[str, bool, Route | None]:
        """What colors and placeholder depend on besides the theme."""
        return (self._view.name if self._view is not None else "", self.internal, self.route)

    def _apply_theme(self) -> None:
        self._shown_style = name, internal, route = self._style_basis
        self._box.update_style(name, note=internal, route=route)
