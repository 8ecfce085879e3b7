"""The bar above the thread of a customer who writes in another language: translate their messages, or stop that."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.content.translation import is_same_language
from desktop.engine.accounts.views import TranslationView
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.names import first_name
from desktop.text.thread import translation as texts
from desktop.text.thread.languages import language_name
from desktop.ui.look.theme import Theme
from desktop.ui.thread.banner import Banner


class TranslationBar(Banner):
    """Shown while a service is set up, for whom it can help.

    Signals:
        switched: translate this customer's messages as they come into view, or no more. arg: whether.
        cancelled: what is being translated is not wanted any more.
        draft_requested: the agent wants to write in the customer's language.
    """

    switched = Signal(bool)
    cancelled = Signal()
    draft_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "fa6s.language", "notice", texts.TRANSLATE_THEIRS(), "", parent)
        self._is_on = False
        self._running = 0
        self.button.clicked.connect(self._on_button)
        self.quiet_button.clicked.connect(self.draft_requested)

    def show_customer(
        self, account: TranslationView | None, view: ThreadView | None, running: int, error: str, *, is_writing: bool
    ) -> None:
        """running: how many messages are being translated. error: why the last ones were not; "" for no error.
        is_writing: the composer shows a translation already, and needs the room.
        """
        if account is None or view is None:
            self.show_text("")
            return
        self._is_on, self._running = view.language.translates, running
        code, name = view.language.code, first_name(view.name)
        is_foreign = bool(code) and not is_same_language(code, account.language)
        if not self._is_on and (not is_foreign or is_writing):
            self.show_text("")
            return
        self.quiet_button.setText(texts.TRANSLATE_INTO(language=language_name(code)) if is_foreign else "")
        self.quiet_button.setAccessibleName(strip_isolates(self.quiet_button.text()))
        self.quiet_button.setToolTip(texts.TRANSLATE_DRAFT())
        self.quiet_button.setVisible(is_foreign and not is_writing)
        if running:
            self.button.setText(texts.CANCEL())
            self.show_text(texts.TRANSLATING_SOME(running))
            return
        self.button.setText((texts.STOP_TRANSLATING if self._is_on else texts.TRANSLATE_THEIRS)())
        if self._is_on:
            sent = texts.THEIRS_ARE_SENT(name=name, service=account.service.display_name)
            self.show_text(f"{error} {sent}".strip())
        else:
            self.show_text(texts.WRITES_IN(name=name, language=language_name(code)))

    def _on_button(self) -> None:
        if self._running:
            self.cancelled.emit()
        else:
            self.switched.emit(not self._is_on)
