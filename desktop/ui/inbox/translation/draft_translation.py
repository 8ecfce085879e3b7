"""Lets the agent write in the customer's language: asks the service, and keeps both texts in the composer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from desktop.domain.content.translation import OwnText, is_same_language
from desktop.engine.accounts.views import Refusal, TranslatedDraft, TranslationView
from desktop.engine.commands import SetCustomerLanguage
from desktop.engine.protocols import Submit, Tasks, Translations
from desktop.engine.views import ThreadView
from desktop.text.reasons.describe import describe
from desktop.text.thread import translation as texts
from desktop.ui.composer.composer import Composer
from desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    # Imported when it is first opened.
    from desktop.ui.inbox.translation.draft_box import DraftTranslationBox


class DraftTranslation(QObject):
    """Sends what the agent wrote to the service when they press Translate, and never otherwise.

    Signals:
        opened_or_closed: `is_open` may have changed.
    """

    opened_or_closed = Signal()

    def __init__(
        self, translation: Translations, tasks: Tasks, submit: Submit, theme: Theme, composer: Composer
    ) -> None:
        super().__init__(composer)
        self._translation, self._tasks, self._submit = translation, tasks, submit
        self._theme, self._composer = theme, composer
        self._view: ThreadView | None = None
        self._account: TranslationView | None = None
        self._box: DraftTranslationBox | None = None
        self._opened_for = ""
        self._running: asyncio.Future[object] | None = None
        self._number = 0
        composer.translate_wanted.connect(self.start)
        composer.own_text_changed.connect(self._follow_draft)

    def show(self, account: TranslationView | None, view: ThreadView | None) -> None:
        """account: None while none is set up. view: of the customer on the screen."""
        is_other = view is None or self._view is None or view.customer_id != self._view.customer_id
        self._view = view
        if account != self._account:
            self._account = account
            self._composer.set_can_translate(account is not None)
            if self._box is not None and account is not None:
                self._box.set_account(account.host, account.languages)
        if is_other:
            self._stop()
        self._follow_draft()

    @property
    def is_open(self) -> bool:
        """Whether the composer shows the box."""
        return self._box is not None and not self._box.isHidden()

    def start(self) -> None:
        """Translate the draft at once where the customer's language is known; else let the agent choose it first."""
        account, view = self._account, self._view
        if account is None or view is None or self._running is not None:
            return
        if self._composer.internal:
            self._composer.refused(texts.NOTES_STAY())
            return
        box = self._opened_box(account)
        if box.isHidden():
            code = view.language.code
            self._opened_for = self._composer.conversation_id or ""
            box.open_for(view.name, "" if is_same_language(code, account.language) else code, self._composer.own_text)
        if box.code and self._composer.own_text is None and self._composer.text.strip():
            self._translate("", box.code)
        elif not box.code:
            box.language.setFocus(Qt.FocusReason.OtherFocusReason)

    def _opened_box(self, account: TranslationView) -> DraftTranslationBox:
        """The box; the first access builds it."""
        if self._box is None:
            from desktop.ui.inbox.translation.draft_box import DraftTranslationBox

            box = self._box = DraftTranslationBox(self._theme)
            self._composer.show_above_text(box)
            box.set_account(account.host, account.languages)
            box.translate_requested.connect(self._translate)
            box.own_edited.connect(self._on_own_edited)
            box.left.connect(self._on_left)
            box.cancelled.connect(self._stop)
            box.opened_or_closed.connect(self.opened_or_closed)
        return self._box

    def _follow_draft(self) -> None:
        """Show the box for a draft that is a translation, or for which the agent opened it."""
        account, view, own = self._account, self._view, self._composer.own_text
        if account is None or view is None:
            if self._box is not None:
                self._box.hide()
            return
        if own is not None:
            box = self._opened_box(account)
            if box.isHidden():
                box.open_for(view.name, own.target_language, own)
            else:
                box.show_own(own, view.name)
        elif self._box is not None:
            if self._box.has_own and not self._composer.has_content:
                # It was sent, or given up.
                self._opened_for = ""
            is_here = self._opened_for == (self._composer.conversation_id or "") and not self._composer.internal
            self._box.show_own(None, view.name)
            self._box.setVisible(is_here and bool(self._opened_for) and not self._box.isHidden())
            if not is_here:
                self._opened_for = ""

    def _translate(self, own: str, code: str) -> None:
        """own: what the agent wrote; "" for the text of the draft."""
        if self._view is None or self._running is not None or not code:
            return
        text = own or self._composer.text
        if self._view.language.code != code:
            self._submit(SetCustomerLanguage(self._view.customer_id, code))
        self._number += 1
        self._composer.refused("")
        self._set_running(True)
        work = self._translation.translate_draft(text, code)
        then = partial(self._on_answer, self._number, self._composer.draft_id)
        self._running = self._tasks.start(work, "translate a draft", then)

    def _on_answer(self, number: int, draft_id: str | None, answer: TranslatedDraft | Refusal) -> None:
        if number != self._number:
            return
        self._number += 1
        self._running = None
        self._set_running(False)
        if draft_id != self._composer.draft_id:
            return
        if isinstance(answer, Refusal):
            self._composer.refused(describe(answer.reason))
        else:
            self._replace_text(answer.text, answer.own)
        self._composer.focus_text()

    def _stop(self) -> None:
        if self._running is not None:
            self._number += 1
            self._running.cancel()
            self._running = None
            self._set_running(False)

    def _set_running(self, is_running: bool) -> None:
        self._composer.set_translating(is_running)
        if self._box is not None:
            self._box.set_running(is_running)

    def _on_own_edited(self, text: str) -> None:
        own = self._composer.own_text
        if own is not None:
            self._composer.keep_own_text(replace(own, text=text))

    def _on_left(self) -> None:
        own = self._composer.own_text
        self._opened_for = ""
        if self._box is not None:
            self._box.hide()
        if own is not None:
            self._replace_text(own.text, None)
        self._composer.focus_text()

    def _replace_text(self, text: str, own: OwnText | None) -> None:
        if not self._composer.set_translation(text, own):
            self._composer.refused(texts.FORMATTING_LOST())
