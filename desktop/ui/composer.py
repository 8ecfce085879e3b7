"""Composer: where the agent writes, with the forecast above the text; one draft for each conversation and kind."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QPalette
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QVBoxLayout, QWidget

from desktop.domain.facts import Attachment
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.outgoing import State
from desktop.domain.warning import Verdict, WarningCode
from desktop.engine.commands import SendReply
from desktop.engine.views import ConnectionView, Draft, ThreadView
from desktop.models.ticker import Ticker
from desktop.ports import Macro, OutgoingFile
from desktop.ui import words
from desktop.ui.composer_drafts import DraftBook, Writing
from desktop.ui.composer_edit import ComposerEdit
from desktop.ui.composer_files import FileRow
from desktop.ui.composer_macros import MacroList
from desktop.ui.composer_tools import ComposerTools
from desktop.ui.connection_line import OUT_OF_REACH
from desktop.ui.forecast_line import ForecastLine
from desktop.ui.theme import GAP, PAD, Theme


class Composer(QWidget):
    """Signals:
    draft_changed: something must be kept. arg: SaveDraft. At most once a second while typing, and at once when the
        conversation, the kind or the window goes away.
    send_requested: the agent pressed Send. arg: SendReply. Until `sent` or `refused` is called the text is locked, so
        that what is answered is what was sent.
    writing_began: there are words in the composer now, typed or restored. arg: the conversation they are for.
    go_to: answer where the customer is. arg: conversation id.
    """

    draft_changed = Signal(object)
    send_requested = Signal(object)
    writing_began = Signal(str)
    go_to = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._book = DraftBook()
        self._view: ThreadView | None = None
        self._writing: Writing | None = None
        self._me_id = ""
        self._offline = False
        self._waiting: SendReply | None = None
        self._macros: tuple[Macro, ...] = ()
        self._macro_list: MacroList | None = None
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
        self._view, self._me_id = view, me_id
        internal = self.internal
        if view is None or conversation_id is None or conversation_id not in view.situations:
            self._writing = None
            self._line.show_nothing()
            self.setEnabled(False)
            self._put("", ())
        else:
            self._open(self._book.open(view, conversation_id, internal=internal))
        self._dress()

    def set_internal(self, internal: bool) -> None:
        """Write a note for the team instead of a reply, or the other way round; each keeps its own draft."""
        self._tools.set_internal(internal)
        if self._writing is not None and self._view is not None and self._writing.internal != internal:
            self.flush()
            self._open(self._book.open(self._view, self._writing.conversation_id, internal=internal))
        self._dress()

    def set_macros(self, macros: tuple[Macro, ...]) -> None:
        self._macros = macros
        self._tools.set_has_macros(bool(macros))

    def set_enter_sends(self, enter_sends: bool) -> None:
        """Enter sends and Shift+Enter begins a line, or the other way round; Ctrl+Enter always sends."""
        self._edit.enter_sends = enter_sends
        self._tools.set_enter_sends(enter_sends)

    def set_connection(self, connection: ConnectionView) -> None:
        offline = connection.state in OUT_OF_REACH
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
    def text(self) -> str:
        return self._edit.toPlainText()

    @property
    def forecast(self) -> Forecast | None:
        return self._line.forecast

    @property
    def complaint(self) -> str:
        """The sentence shown about what did not work; "" when all is well."""
        return self._complaint.text() if not self._complaint.isHidden() else ""

    def focus_text(self) -> None:
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def quote(self, text: str) -> None:
        """Put `text` as a quotation before what is written."""
        quoted = "\n".join(f"> {line}" for line in text.splitlines())
        cursor = self._edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.Start)
        cursor.insertText(f"{quoted}\n")
        self.focus_text()

    def take_along(self, conversation_id: str) -> None:
        """Move the words to another conversation of hers, where nothing is being written yet."""
        if self._view is None or self._writing is None or conversation_id not in self._view.situations:
            return
        here, now = self._writing, self._ticker.now()
        there = self._book.open(self._view, conversation_id, internal=here.internal)
        if here.is_empty or not there.is_empty:
            return
        self._book.edit(there, here.text, here.files, now)
        forget = self._book.edit(here, "", (), now)
        if forget is not None:
            self.draft_changed.emit(forget)
        self.flush()
        self._open(here)

    # Sending.

    def reply(self) -> Reply:
        """What is about to be sent, for a forecast."""
        writing = self._writing
        if writing is None:
            return Reply()
        files = tuple(Attachment(f.name, "", f.content_type, len(f.data)) for f in writing.files)
        echoes = self._view.echoes if self._view is not None else ()
        unconfirmed = any(
            e.state is State.UNCONFIRMED and e.conversation_id == writing.conversation_id and not e.internal
            for e in echoes
        )
        return Reply(
            writing.text,
            files,
            writing.internal,
            writing.begun_at,
            self._me_id,
            offline=self._offline,
            earlier_unconfirmed=unconfirmed,
        )

    def send(self, acknowledged: frozenset[WarningCode] = frozenset()) -> None:
        """Ask for this very text to be sent; does nothing while an earlier press has no answer."""
        writing = self._writing
        if writing is None or writing.is_empty or self._waiting is not None:
            return
        judged = self._judge()
        if judged is not None and judged.verdict is Verdict.BLOCKED:
            self.refused("This cannot be sent yet: see the line above.")
            return
        self._waiting = SendReply(
            writing.draft_id,
            writing.customer_id,
            writing.conversation_id,
            writing.text,
            writing.files,
            writing.internal,
            acknowledged,
        )
        self._lock()
        self.send_requested.emit(self._waiting)

    def sent(self, draft_id: str) -> None:
        """The engine has it: that draft is emptied, wherever the agent is writing by now."""
        self._answered(draft_id)
        if self._book.sent(draft_id) is self._writing and self._writing is not None:
            self._put("", ())
            self._judge()

    def refused(self, sentence: str, draft_id: str | None = None) -> None:
        """Nothing was sent; the draft stays as it is. sentence: why, "" to say nothing."""
        self._answered(draft_id)
        self._complain(sentence)

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
        if (self._edit.toPlainText(), self._files.files) != (writing.text, writing.files):
            self._put(writing.text, writing.files)
        self._lock()
        self._judge()
        if newly:
            self._complain("")
            if not writing.is_empty:
                self.writing_began.emit(writing.conversation_id)

    def _put(self, text: str, files: tuple[OutgoingFile, ...]) -> None:
        self._edit.blockSignals(True)
        self._edit.setPlainText(text)
        self._edit.moveCursor(self._edit.textCursor().MoveOperation.End)
        self._edit.blockSignals(False)
        self._files.set_files(files)
        self._close_macros()
        self._update_send()

    def _answered(self, draft_id: str | None) -> None:
        if self._waiting is not None and draft_id in (None, self._waiting.draft_id):
            self._waiting = None
        self._lock()

    def _lock(self) -> None:
        waits = self._waiting is not None and self._waiting.draft_id == self.draft_id
        self._edit.setReadOnly(waits)
        self._files.setEnabled(not waits)
        self._update_send()

    def _update_send(self) -> None:
        judged = self._line.forecast
        blocked = judged is not None and judged.verdict is Verdict.BLOCKED
        empty = self._writing is None or self._writing.is_empty
        self._tools.set_can_send(not empty and not blocked and self._waiting is None)

    def _judge(self) -> Forecast | None:
        if self._writing is None or self._view is None:
            return None
        situation = self._view.situations.get(self._writing.conversation_id)
        judged = None if situation is None else self._line.judge(situation, self._view.name, self.reply())
        self._update_send()
        return judged

    def _complain(self, sentence: str) -> None:
        self._complaint.setText(sentence)
        self._complaint.setVisible(bool(sentence))

    def _on_edited(self) -> None:
        if self._writing is None:
            return
        was_empty = self._writing.is_empty
        forget = self._book.edit(self._writing, self._edit.toPlainText(), self._files.files, self._ticker.now())
        if forget is not None:
            self.draft_changed.emit(forget)
        self._complain("")
        self._judge()
        if was_empty and not self._writing.is_empty:
            self.writing_began.emit(self._writing.conversation_id)

    def _on_ticked(self, _now: datetime) -> None:
        self.flush()
        self._update_send()

    def _on_send_pressed(self) -> None:
        self.send()

    def _on_attach(self) -> None:
        dialog = QFileDialog(self, "Attach files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._files.add_paths)
        dialog.open()

    def _on_kind(self, internal: bool) -> None:
        self.set_internal(internal)
        self.focus_text()

    def _on_macro_pressed(self) -> None:
        cursor = self._edit.textCursor()
        before = self._edit.toPlainText()[: cursor.position()]
        cursor.insertText("#" if not before or before[-1].isspace() else " #")
        self._edit.setTextCursor(cursor)
        self.focus_text()

    def _on_macro_sought(self, query: str | None) -> None:
        if query is None or not self._macros:
            self._close_macros()
            return
        if self._macro_list is None:
            self._macro_list = MacroList(self._theme, self.window())
            self._macro_list.chosen.connect(self._on_macro_chosen)
        self._macro_list.set_macros(self._macros)
        self._macro_list.seek(query, self._edit)
        self._edit.choosing_macro = self._macro_list.is_open

    def _on_macro_key(self, key: int) -> None:
        if self._macro_list is not None:
            self._macro_list.press(key)
            self._edit.choosing_macro = self._macro_list.is_open

    def _on_macro_chosen(self, macro: Macro) -> None:
        self._edit.choosing_macro = False
        self._edit.put_macro(macro.text)
        self._close_macros()

    def _close_macros(self) -> None:
        self._edit.choosing_macro = False
        if self._macro_list is not None:
            self._macro_list.hide()

    def _build(self) -> None:
        self._line = ForecastLine(self._theme, self._ticker, self)
        self._box = QFrame(self)
        self._box.setObjectName("composer")
        self._files = FileRow(self._theme, self._box)
        self._edit = ComposerEdit(self._box)
        self._tools = ComposerTools(self._theme, self._box)
        self._complaint = QLabel(self._box)
        self._complaint.setTextFormat(Qt.TextFormat.PlainText)
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        inner = QVBoxLayout(self._box)
        inner.setContentsMargins(GAP, GAP, GAP, GAP)
        inner.setSpacing(GAP - 2)
        inner.addWidget(self._files)
        inner.addWidget(self._edit)
        inner.addWidget(self._complaint)
        inner.addWidget(self._tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, GAP, PAD, PAD)
        column.setSpacing(GAP)
        column.addWidget(self._line)
        column.addWidget(self._box)

    def _connect(self) -> None:
        self._edit.textChanged.connect(self._on_edited)
        self._edit.send_pressed.connect(self._on_send_pressed)
        self._edit.files_given.connect(self._files.add_paths)
        self._edit.image_given.connect(self._files.add_image)
        self._edit.macro_sought.connect(self._on_macro_sought)
        self._edit.macro_key.connect(self._on_macro_key)
        self._files.changed.connect(self._on_edited)
        self._files.refused.connect(self._complain)
        self._line.go_there.connect(self.go_to)
        self._tools.kind_chosen.connect(self._on_kind)
        self._tools.attach_pressed.connect(self._on_attach)
        self._tools.macro_pressed.connect(self._on_macro_pressed)
        self._tools.send_pressed.connect(self._on_send_pressed)
        self._ticker.ticked.connect(self._on_ticked)
        self._theme.changed.connect(self._dress)

    def _dress(self) -> None:
        """Note mode is told by colour, by the button and by the words in the field."""
        tokens, note = self._theme.tokens, self.internal
        surface, edge, text = (
            (tokens.note, tokens.note_edge, tokens.note_text) if note else (tokens.surface, tokens.border, tokens.text)
        )
        self._box.setStyleSheet(
            f"QFrame#composer {{ background: {surface}; border: 1px solid {edge}; border-radius: 8px; }}"
            f"QFrame#composer QPlainTextEdit {{ background: transparent; border: none; color: {text}; padding: 2px; }}"
        )
        palette = QPalette(self._complaint.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colour("danger"))
        self._complaint.setPalette(palette)
        self._tools.dress()
        name = self._view.name if self._view is not None else ""
        to_whom = words.first_name(name) if name.strip() else "the customer"
        hint = "Note for your team; the customer never sees it" if note else f"Write to {to_whom}…"
        self._edit.setPlaceholderText(hint)
        self._edit.setAccessibleName("Note for your team" if note else "Reply to the customer")
