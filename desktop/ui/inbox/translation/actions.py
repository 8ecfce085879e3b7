"""What the agent does about other languages in the thread: translate one message, or those of a customer in view."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.domain.model.facts import MessageKey
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.accounts.views import TranslationView
from desktop.engine.commands import ShowTranslation, TranslateCustomer
from desktop.engine.protocols import Engine
from desktop.engine.views import ThreadView
from desktop.ports.translation import TranslationReason
from desktop.text.reasons.describe import describe
from desktop.text.thread import translation as texts
from desktop.ui.composer.composer import Composer
from desktop.ui.inbox.translation.draft_translation import DraftTranslation
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.entries import TimelineEntry
from desktop.ui.thread.layout.translation import TOGGLE
from desktop.ui.thread.pane import ThreadPane
from desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    # Imported for whom it is first shown.
    from desktop.ui.inbox.translation.bar import TranslationBar

_MOST_AT_ONCE = 20
_SAME_LANGUAGE = str(TranslationReason.SAME_LANGUAGE)


class TranslationActions(QObject):
    """Nothing is translated without a press, except for a customer whom the agent has turned it on for."""

    def __init__(
        self,
        engine: Engine,
        theme: Theme,
        ticker: Ticker,
        thread_pane: ThreadPane,
        composer: Composer,
        toast: Toast,
        add_banner: Callable[[QWidget], object],
        window: QWidget,
    ) -> None:
        """add_banner: gives a banner its place above the thread."""
        super().__init__(window)
        self._engine, self._theme, self._add_banner = engine, theme, add_banner
        self._timeline, self._composer, self._toast = thread_pane.timeline, composer, toast
        self._view: ThreadView | None = None
        self._bar: TranslationBar | None = None
        self._running: asyncio.Future[object] | None = None
        self._wanted: Sequence[MessageKey] = ()
        self._number = 0
        self._error = NO_REASON
        # Of this customer: those that were asked for. What came to nothing is not asked for again by itself.
        self._asked: set[MessageKey] = set()
        submit = engine.command_handler.submit
        self.drafts = DraftTranslation(engine.translation, engine.tasks, submit, theme, composer)
        self._timeline.translation_requested.connect(self._on_requested)
        self.drafts.opened_or_closed.connect(self._update_bar)
        ticker.ticked.connect(self._on_ticked)

    @property
    def _account(self) -> TranslationView | None:
        return self._engine.translation.view

    def prepare(self) -> None:
        """Tell the thread into which language its messages can be translated. Call it before a view is shown."""
        account = self._account
        self._timeline.timeline.reads = account.language if account is not None else ""

    def show(self, view: ThreadView | None) -> None:
        """view: the one on the screen."""
        if view is None or self._view is None or view.customer_id != self._view.customer_id:
            self._stop()
            self._asked.clear()
            self._error = NO_REASON
        self._view = view
        self.drafts.show(self._account, view)
        self._translate_visible()
        self._update_bar()

    # --- commands ----------------------------------------------------------------------------------------------------

    def why_not(self, name: str) -> str:
        """Say why one of these commands can't be run now; "" where it can."""
        if self._account is None:
            return describe(make_reason(TranslationReason.NOT_SET_UP))
        if name == "translate_draft" and self._composer.internal:
            return texts.NOTES_STAY()
        return ""

    def translate_current(self) -> None:
        """Translate the current message, or show or hide its translation."""
        if not self._timeline.translate():
            self._toast.show_message(texts.CHOOSE_MESSAGE_FIRST())

    def switch_customer(self) -> None:
        """Translate this customer's messages as they come into view, or no more."""
        if self._view is not None:
            self._switch(not self._view.language.translates)

    def translate_draft(self) -> None:
        self.drafts.start()

    # --- private -----------------------------------------------------------------------------------------------------

    def _on_requested(self, entry: TimelineEntry, action: str) -> None:
        message = entry.message
        if message is None:
            return
        if action == TOGGLE and message.translation is not None:
            shown = ShowTranslation(message.key, not message.translation.is_shown)
            self._engine.command_handler.submit(shown)
            return
        self._toast.show_message(texts.TRANSLATING())
        work = self._engine.translation.translate_messages([message.key], again=message.translation is not None)
        self._engine.tasks.start(work, "translate a message", self._on_translated)

    def _on_translated(self, reason: Reason) -> None:
        toast = self._toast
        if reason:
            toast.show_message(describe(reason))
        elif toast.text == texts.TRANSLATING():
            toast.hide()

    def _on_ticked(self, _now: datetime) -> None:
        # Rows that were scrolled into view.
        self._translate_visible()

    def _translate_visible(self) -> None:
        """Translate what is in view of a customer for whom that is turned on, one part at a time."""
        view = self._view
        if view is None or not view.language.translates or self._account is None or self._running or self._error:
            return
        timeline = self._timeline
        shown = timeline.shown_foreign_messages(view.language.code)
        keys = [key for key in shown if key not in self._asked][:_MOST_AT_ONCE]
        if not keys:
            return
        self._asked.update(keys)
        self._number += 1
        self._wanted = keys
        work = self._engine.translation.translate_messages(keys)
        done = partial(self._on_part_done, self._number)
        self._running = self._engine.tasks.start(work, "translate what is in view", done)
        self._update_bar()

    def _on_part_done(self, number: int, reason: Reason) -> None:
        if number != self._number:
            return
        self._number += 1
        self._running, self._wanted = None, ()
        self._error = reason if reason.code != _SAME_LANGUAGE else NO_REASON
        self._update_bar()

    def _stop(self) -> None:
        if self._running is not None:
            self._number += 1
            self._running.cancel()
            self._running, self._wanted = None, ()

    def _on_cancelled(self) -> None:
        """What was under way stays untranslated, and so does what comes into view later."""
        self._stop()
        self._switch(False)

    def _switch(self, is_on: bool) -> None:
        if self._view is None:
            return
        self._error = NO_REASON
        self._asked.clear()
        if not is_on:
            self._stop()
        self._engine.command_handler.submit(TranslateCustomer(self._view.customer_id, is_on))
        if not is_on:
            self._toast.show_message(texts.TRANSLATION_STOPPED())

    def _update_bar(self) -> None:
        account, view = self._account, self._view
        if self._bar is None:
            if account is None or view is None or not (view.language.code or view.language.translates):
                return
            from desktop.ui.inbox.translation.bar import TranslationBar

            bar = self._bar = TranslationBar(self._theme)
            bar.switched.connect(self._switch)
            bar.cancelled.connect(self._on_cancelled)
            bar.draft_requested.connect(self.drafts.start)
            self._add_banner(bar)
        is_writing = self.drafts.is_open
        self._bar.show_customer(account, view, len(self._wanted), describe(self._error), is_writing=is_writing)
