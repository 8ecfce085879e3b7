"""Composer: where the agent writes, with the forecast above the text; one draft for each conversation and kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Acknowledgement, Verdict
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ConnectionView, Draft, ThreadView
from desktop.ports import Macro, OutgoingFile
from desktop.ui.composer.drafts import DraftBook, Writing
from desktop.ui.composer.editor import has_files
from desktop.ui.composer.forecast_line import ForecastLine
from desktop.ui.composer.macro_menu import MacroSeeker
from desktop.ui.composer.reply_box import ComposerBox
from desktop.ui.composer.reply_context import contact_of, reply_of, route_now, routes_of, situation_of, why_not_yet
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.connection_line import OFFLINE_STATES
from desktop.ui.wording import words
from desktop.ui.wording.alternatives import can_ask_for_whatsapp, whatsapp_question


class Composer(QWidget):
    """Signals:
    draft_changed: something must be kept. arg: SaveDraft. At most once a second while typing, and at once when the
        conversation, the kind or the window goes away.
    send_requested: the agent pressed Send. arg: SendReply, or SendDirect on a way past Intercom. Until `sent` or
        `refused` is called the text is locked, so that what is answered is what was sent.
    writing_began: there are words in the composer now, typed or restored. arg: the conversation they are for.
    go_to: answer where the customer is. arg: conversation id.
    ask_wanted: ask the customer to write on WhatsApp.

    is_end_visible: asks whether the end of the thread is visible in the active window, with nothing over it.
    """

    draft_changed = Signal(object)
    send_requested = Signal(object)
    writing_began = Signal(str)
    go_to = Signal(str)
    ask_wanted = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._book = DraftBook()
        self._view: ThreadView | None = None
        self._writing: Writing | None = None
        self._me_id = ""
        self._seen_upto: int | None = None
        self.is_end_visible: Callable[[], bool] = lambda: False
        self._offline = False
        self._waiting: SendReply | SendDirect | None = None
        self._build()
        self._connect()
        self._tools.set_internal(False)
        self._tools.set_has_macros(False)
        self.show_conversation(None, None, "")

    # What is shown.

    def show_conversation(self, view: ThreadView | None, conversation_id: str | None, me_id: str) -> None:
        """Write in this conversation from now on; None: nothing to write in. Called anew for every newer view: what
        is typed stays."""
        if not self._is_same(view, conversation_id):
            self.flush()
        if view is None or self._view is None or view.customer_id != self._view.customer_id:
            self._book.go_through_intercom()
            self._seen_upto = None
        self._view, self._me_id = view, me_id
        internal = self.internal
        if view is None or conversation_id is None or conversation_id not in view.situations:
            self._writing = None
            self._line.show_nothing()
            self.setEnabled(False)
            self._put("", ())
            self._box.refused.show_of(None)
        else:
            self._open(self._book.open(view, conversation_id, internal=internal))
            self._follow_route()
        self._look()
        self._show_routes()

    def see_end(self) -> None:
        """The end of the thread that is shown is visible, in the active window: a draft that is touched from now on
        was written with all of it seen."""
        if self._view is not None:
            self._seen_upto = self._view.newest_arrival

    def set_internal(self, internal: bool) -> None:
        """Write a note for the team instead of a reply, or the other way round; each keeps its own draft."""
        self._tools.set_internal(internal)
        if self._writing is not None and self._view is not None and self._writing.internal != internal:
            self.flush()
            self._open(self._book.open(self._view, self._writing.conversation_id, internal=internal))
        self._show_routes()

    def choose_route(self, route: Route | None) -> None:
        """Send what is being written that way; the words stay. None: through Intercom. For this one draft only."""
        writing, view = self._writing, self._view
        if writing is None or view is None or writing.internal or self._is_waiting:
            return
        self._box.complain("")
        writing.route = route
        self._follow_route()
        self._show_routes()
        self._judge()

    def open_routes(self) -> bool:
        """Let the agent choose with the keyboard; False where there is nothing to choose."""
        if self._tools.routes.isHidden() or not self._tools.routes.isEnabled():
            return False
        self._tools.routes.open_menu()
        return True

    def set_macros(self, macros: tuple[Macro, ...]) -> None:
        self._macros.set_macros(macros)
        self._tools.set_has_macros(bool(macros))

    def set_enter_sends(self, enter_sends: bool) -> None:
        """Enter sends and Shift+Enter begins a line, or the other way round; Ctrl+Enter always sends."""
        self._edit.enter_sends = enter_sends
        self._tools.set_enter_sends(enter_sends)

    def set_connection(self, connection: ConnectionView) -> None:
        offline = connection.state in OFFLINE_STATES
        if offline != self._offline:
            self._offline = offline
            self._tools.set_offline(offline)
            self._judge()

    @property
    def internal(self) -> bool:
        return self._tools.internal

    @property
    def conversation_id(self) -> str | None:
        return self._writing.conversation_id if self._writing is not None else None

    @property
    def draft_id(self) -> str | None:
        return self._writing.draft_id if self._writing is not None else None

    @property
    def route(self) -> Route | None:
        """The way past Intercom that is chosen; None through it."""
        return self._writing.route if self._writing is not None else None

    @property
    def text(self) -> str:
        return self._edit.toPlainText()

    @property
    def forecast(self) -> Forecast | None:
        return self._line.forecast

    @property
    def complaint(self) -> str:
        """The sentence shown about what did not work; "" when all is well."""
        return self._box.complaint

    def focus_text(self) -> None:
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def quote(self, text: str) -> None:
        """Put `text` as a quotation before what is written."""
        self._edit.put_quotation(text)
        self.focus_text()

    def add(self, text: str) -> bool:
        """Put `text` below what is written, as if it was typed: undo takes it out again. False, and nothing is
        changed, where it stands there already or nothing can be written."""
        if self._writing is None or self._is_waiting or text in self.text:
            return False
        self._edit.put_below(text)
        return True

    def undo(self) -> None:
        """Take the last change of the text back."""
        self._edit.undo()

    def take(self, source: QMimeData, *, only_ask: bool = False) -> bool:
        """As if it was dropped on the text: whether it is a file or a picture, and there is a draft to go with."""
        can = self._writing is not None and not self._is_waiting and has_files(source)
        if can and not only_ask:
            self._edit.insertFromMimeData(source)
            self.focus_text()
        return can

    def take_along(self, conversation_id: str) -> None:
        """Move the words to another conversation of the customer's, where nothing is being written yet."""
        if self._view is None or self._writing is None or conversation_id not in self._view.situations:
            return
        here = self._writing
        there = self._book.open(self._view, conversation_id, internal=here.internal)
        if here.is_empty or not there.is_empty:
            return
        forget = self._book.move(here, there)
        if forget is not None:
            self.draft_changed.emit(forget)
        self.flush()
        self._open(here)
        self._show_routes()

    # Sending.

    def reply(self) -> Reply:
        """What is about to be sent, for a forecast."""
        if self._writing is None or self._view is None:
            return Reply()
        return reply_of(self._view, self._writing, self._me_id, offline=self._offline)

    def send(self, acknowledged: Acknowledgement = frozenset()) -> None:
        """Ask for this very text to be sent; does nothing while an earlier press has no answer."""
        writing = self._writing
        if writing is None or writing.is_empty or self._waiting is not None:
            return
        judged = self._judge()
        if why := why_not_yet(writing, judged):
            self.refused(why)
            self._edit.select_blank()
            return
        self._waiting = writing.sending(acknowledged)
        self._lock()
        self.send_requested.emit(self._waiting)

    def sent(self, draft_id: str) -> None:
        """The engine has it: that draft is emptied, wherever the agent is writing by now."""
        self._answered(draft_id)
        if self._book.sent(draft_id) is self._writing and self._writing is not None:
            self._put("", ())
            self._show_routes()
            self._judge()

    def refused(self, sentence: str, draft_id: str | None = None) -> None:
        """Nothing was sent; the draft stays as it is. sentence: why, "" to say nothing."""
        self._answered(draft_id)
        self._box.complain(sentence)

    def replace_reply(self, conversation_id: str, before: str, after: str) -> bool:
        """`after` in the place of the reply that says just `before`, wherever the agent is writing by now. False, and
        nothing is changed, where none does."""
        writing = self._book.reply_of(conversation_id, before)
        if writing is None:
            return False
        forget = self._book.edit(writing, after, ())
        writing.touch(self._seen_upto)
        if forget is not None:
            self.draft_changed.emit(forget)
        self.flush()
        if writing is self._writing:
            self._open(writing)
        return True

    def is_changed(self, draft: Draft) -> bool:
        """Whether its words were changed here since they were kept."""
        return self._book.is_changed(draft)

    def flush(self) -> None:
        """Hand out every draft that is not kept yet."""
        for command in self._book.unsaved():
            self.draft_changed.emit(command)

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    # Inside.

    def _look(self) -> None:
        if self.is_end_visible():
            self.see_end()

    def _is_same(self, view: ThreadView | None, conversation_id: str | None) -> bool:
        return (
            view is not None
            and self._view is not None
            and view.customer_id == self._view.customer_id
            and conversation_id == self.conversation_id
        )

    def _open(self, writing: Writing) -> None:
        self.setEnabled(True)
        newly = writing is not self._writing
        self._writing = writing
        self._box.refused.show_of((writing.conversation_id, writing.internal))
        self._macros.contact = contact_of(self._view, writing.conversation_id) if self._view is not None else None
        if (self._edit.toPlainText(), self._files.files) != (writing.text, writing.files):
            self._put(writing.text, writing.files)
        self._lock()
        self._judge()
        if newly:
            self._box.complain("")
            if not writing.is_empty:
                self.writing_began.emit(writing.conversation_id)

    def _put(self, text: str, files: tuple[OutgoingFile, ...]) -> None:
        self._edit.blockSignals(True)
        self._edit.setPlainText(text)
        self._edit.moveCursor(self._edit.textCursor().MoveOperation.End)
        self._edit.blockSignals(False)
        self._files.set_files(files)
        self._macros.close()
        self._update_send()

    def _answered(self, draft_id: str | None) -> None:
        if self._waiting is not None and draft_id in (None, self._waiting.draft_id):
            self._waiting = None
        self._lock()

    @property
    def _is_waiting(self) -> bool:
        """What is shown was sent, and has no answer yet."""
        return self._waiting is not None and self._waiting.draft_id == self.draft_id

    def _lock(self) -> None:
        waits = self._is_waiting
        self._tools.routes.setEnabled(not waits)
        self._edit.setReadOnly(waits)
        self._files.setEnabled(not waits)
        self._update_send()

    def _update_send(self) -> None:
        judged = self._line.forecast
        blocked = judged is not None and judged.verdict is Verdict.BLOCKED
        empty = self._writing is None or self._writing.is_empty
        self._tools.set_can_send(not empty and not blocked and self._waiting is None)

    def _judge(self) -> Forecast | None:
        writing, view = self._writing, self._view
        situation = situation_of(view, writing) if view is not None and writing is not None else None
        if writing is None or view is None or situation is None:
            self._box.counter.clear_away()
            return None
        judged = self._line.judge(situation, view.name, self.reply())
        asks = writing.route is None and not writing.internal
        asks = asks and can_ask_for_whatsapp(view, writing.conversation_id, judged)
        self._line.offer_ask(asks and whatsapp_question(view, writing.conversation_id) not in writing.text)
        self._update_send()
        if any(r.channel is ChannelKind.SMS for r in judged.reaches):
            self._box.counter.count(writing.text, by_bridge=writing.route is None)
        else:
            self._box.counter.clear_away()
        return judged

    def _follow_route(self) -> None:
        """What is known of the way may be new; where its account is gone, only Intercom is left."""
        writing, view = self._writing, self._view
        if writing is None or view is None or writing.route is None:
            return
        before, writing.route = writing.route, route_now(view, writing)
        if writing.route is None:
            channel = words.channel(before.channel)
            self._box.complain(f"That {channel} account is not connected any more: this goes through Intercom now.")
        if writing.route != before:
            self._judge()

    def _show_routes(self) -> None:
        direct_routes = (
            routes_of(self._view, self._writing) if self._view is not None and self._writing is not None else ()
        )
        self._tools.show_routes(direct_routes, self.route)
        self._apply_theme()

    def _on_edited(self) -> None:
        if self._writing is None:
            return
        was_empty = self._writing.is_empty
        forget = self._book.edit(self._writing, self._edit.toPlainText(), self._files.files)
        self._look()
        self._writing.touch(self._seen_upto)
        if forget is not None:
            self.draft_changed.emit(forget)
        self._box.complain("")
        self._judge()
        if was_empty and not self._writing.is_empty:
            self.writing_began.emit(self._writing.conversation_id)

    def _on_ticked(self, _now: datetime) -> None:
        self.flush()
        self._update_send()

    def _on_send_pressed(self) -> None:
        # Before the button is disabled: a sheet that asks back gives the keyboard to what had it.
        self.focus_text()
        self.send()

    def _on_attach(self) -> None:
        dialog = QFileDialog(self, "Attach files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._files.add_paths)
        self.focus_text()
        dialog.open()

    def _on_kind(self, internal: bool) -> None:
        self.set_internal(internal)
        self.focus_text()

    def _on_macro_pressed(self) -> None:
        self._macros.begin()
        self.focus_text()

    def _on_route_chosen(self, route: Route | None) -> None:
        self.choose_route(route)
        self.focus_text()

    def _build(self) -> None:
        self._line = ForecastLine(self._theme, self._ticker, self)
        self._box = ComposerBox(self._theme, self)
        self._edit, self._files, self._tools = self._box.edit, self._box.files, self._box.tools
        self._macros = MacroSeeker(self._theme, self._edit, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, GAP, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self._line)
        column.addWidget(self._box)
        # A click beside the text is meant for the text; so is one on a tool, which takes no focus by the mouse.
        self.setFocusProxy(self._edit)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _connect(self) -> None:
        self._edit.textChanged.connect(self._on_edited)
        self._edit.send_pressed.connect(self._on_send_pressed)
        self._edit.files_given.connect(self._files.add_paths)
        self._edit.image_given.connect(self._files.add_image)
        self._files.changed.connect(self._on_edited)
        self._line.go_there.connect(self.go_to)
        self._line.ask_pressed.connect(self.ask_wanted)
        self._tools.kind_chosen.connect(self._on_kind)
        self._tools.route_chosen.connect(self._on_route_chosen)
        self._tools.attach_pressed.connect(self._on_attach)
        self._tools.macro_pressed.connect(self._on_macro_pressed)
        self._tools.send_pressed.connect(self._on_send_pressed)
        self._ticker.ticked.connect(self._on_ticked)
        self._theme.changed.connect(self._apply_theme)

    def _apply_theme(self) -> None:
        name = self._view.name if self._view is not None else ""
        self._box.apply_theme(name, note=self.internal, route=self.route)
