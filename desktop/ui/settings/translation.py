"""The settings page on translation: which service, its key, the agent's language, and what is sent where."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.domain.content.translation import TranslationService, best_target
from desktop.engine.accounts.profile_edits import find_workspace
from desktop.engine.accounts.views import AccountsChange, Refusal
from desktop.engine.protocols import Accounts, Run, Submit
from desktop.ports import ProviderErrorKind, WorkspaceConfig
from desktop.ports.translation import Formality, TranslationAccount, TranslationConfig
from desktop.text import catalog
from desktop.text.names import password_store
from desktop.text.reasons.describe import describe
from desktop.text.thread import translation as texts
from desktop.text.thread.languages import language_name
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import press_focused_button, push_button
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.progress_row import ProgressRow
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area
from desktop.ui.widgets.status_line import Status, StatusLine

_KEY_ERRORS = (ProviderErrorKind.SIGNED_OUT, ProviderErrorKind.FORBIDDEN)
_ADDRESS_ERRORS = (ProviderErrorKind.GONE, ProviderErrorKind.BAD_ANSWER, ProviderErrorKind.OFFLINE)


class TranslationPage(Page):
    """Nothing can be changed until `connect_accounts` is called, as in the demo. A stored key isn't shown again."""

    TITLE = texts.TITLE
    ABOUT = texts.ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._accounts: Accounts | None = None
        self._workspace_id = ""
        self._unsubscribe: Callable[[], None] | None = None
        self._progress: ProgressRow | None = None
        self._tested: TranslationAccount | None = None
        self._state = StatusLine(theme)
        self._service = DropDown(theme, texts.SERVICE())
        for service in TranslationService:
            self._service.addItem(service.display_name, service.value)
        self._service.currentIndexChanged.connect(self._on_service_chosen)
        self._service_about = Paragraph(muted=True)
        self._address = LabelledField(theme, texts.ADDRESS(), texts.ADDRESS_HINT())
        self._key = LabelledField(theme, texts.KEY(), secret=True)
        self._key_hint = Paragraph(muted=True)
        for field in (self._address, self._key):
            field.edited.connect(self._on_edited)
            field.entered.connect(self._on_test)
        self._test_button = push_button(texts.TEST(), self._on_test, style="primary")
        self._result_line = StatusLine(theme)
        self._language = DropDown(theme, texts.MY_LANGUAGE())
        self._language.currentIndexChanged.connect(self._update)
        self._formality = DropDown(theme, texts.FORMALITY())
        for formality in Formality:
            self._formality.addItem(texts.FORMALITIES[formality](), formality.value)
        self._where = StatusLine(theme)
        self._save_button = push_button(texts.SAVE(), self._on_save, style="primary")
        self._remove_button = push_button(texts.REMOVE(), self._on_remove)
        self._build()
        self._on_service_chosen()

    def _build(self) -> None:
        content = ScrollContent()
        service, language, formality = (
            _label(text(), field)
            for text, field in (
                (texts.SERVICE, self._service),
                (texts.MY_LANGUAGE, self._language),
                (texts.FORMALITY, self._formality),
            )
        )
        # Widgets of one layout: a label that wraps gets its height in a layout inside another widget too late.
        self._form = (service, self._service, self._service_about, self._key, self._key_hint, self._test_button)
        self._choices = (language, self._language, formality, self._formality, self._where, self._save_button)
        self._body = layouts.column(
            self._state,
            FlowLayout(service, self._service),
            self._service_about,
            self._address,
            self._key,
            self._key_hint,
            layouts.row(self._test_button, "stretch"),
            self._result_line,
            FlowLayout(language, self._language),
            FlowLayout(formality, self._formality),
            self._where,
            layouts.row(self._save_button, "stretch"),
            layouts.row(self._remove_button, "stretch"),
            "stretch",
            parent=content,
            spacing=GAP + 2,
            margins=(0, 0, PAD, 0),
        )
        self.column.addWidget(scroll_area(content), 1)
        self.add_footer()

    def connect_accounts(self, accounts: Accounts, run: Run, workspace_id: str) -> None:
        """Let the agent change the account. run: starts tasks that outlive this window. workspace_id: of the window."""
        self._accounts, self._workspace_id = accounts, workspace_id
        self._progress = ProgressRow(self._theme, run)
        self._progress.changed.connect(self._update)
        self._body.insertWidget(self._body.indexOf(self._result_line), self._progress)
        self._unsubscribe = accounts.subscribe(self._on_accounts_changed)
        self._show_stored()

    def stop(self) -> None:
        """Cancel what is under way."""
        if self._progress is not None:
            self._progress.cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused_button(self, event):
            super().keyPressEvent(event)

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def _stored(self) -> TranslationConfig | None:
        workspace = find_workspace(self._accounts.profile, self._workspace_id) if self._accounts is not None else None
        return workspace.translation if workspace is not None else None

    def _show_stored(self) -> None:
        stored = self._stored
        if stored is not None:
            self._service.setCurrentIndex(self._service.findData(stored.service.value))
            self._address.set_text(stored.address)
            self._formality.setCurrentIndex(self._formality.findData(stored.formality.value))
            self._fill_languages(stored.languages, stored.language)
        self._update()

    def _fill_languages(self, codes: tuple[str, ...], chosen: str) -> None:
        """chosen: the language to choose; else that of the screen."""
        self._language.blockSignals(True)
        self._language.clear()
        for name, code in sorted((language_name(code), code) for code in codes):
            self._language.addItem(name, code)
        wanted = best_target(chosen or catalog.language(), codes)
        self._language.setCurrentIndex(max(self._language.findData(wanted), 0))
        self._language.blockSignals(False)

    def _on_service_chosen(self) -> None:
        is_deepl = self._chosen_service is TranslationService.DEEPL
        self._service_about.setText((texts.DEEPL_ABOUT if is_deepl else texts.LIBRE_ABOUT)())
        self._on_edited()

    def _on_edited(self) -> None:
        self._tested = None
        self.stop()
        self._result_line.clear()
        for field in (self._address, self._key):
            field.show_error("")
        self.show_result("")
        self._update()

    @property
    def _chosen_service(self) -> TranslationService:
        return TranslationService(str(self._service.currentData()))

    @property
    def _is_unchanged(self) -> bool:
        """Whether service, address and key are those that are stored."""
        stored = self._stored
        if stored is None or self._key.value:
            return False
        return stored.service is self._chosen_service and stored.address == self._address.value

    def _update(self) -> None:
        stored, is_running = self._stored, self._progress is not None and self._progress.is_running
        is_deepl = self._chosen_service is TranslationService.DEEPL
        if self._accounts is None:
            self._state.set_status(texts.SAMPLE())
        elif stored is None:
            self._state.set_status(texts.IS_OFF())
        else:
            is_on = texts.IS_ON(service=stored.service.display_name, language=language_name(stored.language))
            self._state.set_status(is_on, Status.SUCCESS)
        for part in self._form:
            part.setVisible(self._accounts is not None)
        self._address.setVisible(self._accounts is not None and not is_deepl)
        self._remove_button.setVisible(stored is not None)
        self._remove_button.setEnabled(not is_running)
        self._service.setEnabled(not is_running)
        for field in (self._address, self._key):
            field.edit.setReadOnly(is_running)
        self._key_hint.setText(self._hint_of_key(stored))
        can_test = bool(self._key.value) or self._is_unchanged or not is_deepl
        self._test_button.setEnabled(not is_running and can_test and (is_deepl or bool(self._address.value)))
        is_known = self._tested is not None or self._is_unchanged
        host = self._tested.host if self._tested is not None else ""
        self._where.set_status(texts.SENT_WHERE(host=host or self._known_host(stored)), Status.INFO)
        for widget in self._choices:
            widget.setVisible(self._accounts is not None and is_known)
        self._formality.setEnabled(is_deepl)
        self._save_button.setText((texts.SAVE if stored is None else texts.SAVE_CHANGES)())
        self._save_button.setEnabled(not is_running and self._language.currentIndex() >= 0)

    def _hint_of_key(self, stored: TranslationConfig | None) -> str:
        accounts = self._accounts
        is_kept = accounts is None or accounts.keeps_secrets
        where = texts.KEY_HINT(store=password_store()) if is_kept else texts.KEY_HINT_MEMORY()
        if stored is not None and stored.has_key and stored.service is self._chosen_service:
            return f"{texts.KEY_STORED()} {where}"
        if self._chosen_service is TranslationService.LIBRETRANSLATE:
            return f"{texts.KEY_OPTIONAL()} {where}"
        return where

    def _known_host(self, stored: TranslationConfig | None) -> str:
        if stored is not None and stored.address:
            return stored.address.partition("://")[2]
        return self._chosen_service.display_name

    # --- what the agent does -----------------------------------------------------------------------------------------

    def _config(self) -> TranslationConfig:
        service, stored = self._chosen_service, self._stored
        is_deepl = service is TranslationService.DEEPL
        keeps_key = self._is_unchanged and stored is not None and stored.has_key
        return TranslationConfig(
            service,
            str(self._language.currentData() or ""),
            tuple(str(self._language.itemData(n)) for n in range(self._language.count())),
            "" if is_deepl else self._address.value,
            Formality(str(self._formality.currentData())),
            has_key=bool(self._key.value) or keeps_key,
        )

    def _on_test(self) -> None:
        if self._accounts is None or self._progress is None or not self._test_button.isEnabled():
            return
        self._on_edited()
        config = self._config()
        work = self._accounts.try_translation(self._workspace_id, config, self._key.secret)
        self._progress.start(work, texts.TESTING(service=config.service.display_name), self._on_tested)

    def _on_tested(self, answer: TranslationAccount | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._show_refusal(answer)
            return
        self._tested = answer
        stored = self._stored
        self._fill_languages(answer.languages, stored.language if stored is not None else "")
        service = self._chosen_service.display_name
        if answer.used is not None and answer.limit is not None:
            text = texts.WORKS_WITH_USE(service=service, used=answer.used, limit=answer.limit)
        else:
            text = texts.WORKS(service=service)
        self._result_line.set_status(text, Status.SUCCESS, speak=True)
        self._update()
        self._language.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_refusal(self, refusal: Refusal) -> None:
        text = describe(refusal.reason)
        if refusal.field == "secret" or refusal.kind in _KEY_ERRORS:
            self._key.show_error(text)
        elif not self._address.isHidden() and (refusal.field == "address" or refusal.kind in _ADDRESS_ERRORS):
            self._address.show_error(text)
        else:
            self._result_line.show_error(text)
        self._update()

    def _on_save(self) -> None:
        if self._accounts is None or self._progress is None:
            return
        work = self._accounts.save_translation(self._workspace_id, self._config(), self._key.secret)
        self._progress.start(work, texts.SAVING(), self._on_saved)

    def _on_saved(self, answer: WorkspaceConfig | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._result_line.show_error(describe(answer.reason))
            return
        # From here on it is in the keyring alone.
        self._key.set_text("")
        self._tested = None
        self._result_line.clear()
        self.show_result(texts.SAVED())
        self._show_stored()

    def _on_remove(self) -> None:
        if self._accounts is None or self._progress is None:
            return
        work = self._accounts.remove_translation(self._workspace_id)
        self._progress.start(work, texts.REMOVING(), self._on_removed)

    def _on_removed(self, answer: WorkspaceConfig | Refusal) -> None:
        is_refused = isinstance(answer, Refusal)
        self._on_edited()
        self.show_result(describe(answer.reason) if isinstance(answer, Refusal) else texts.REMOVED())
        if not is_refused:
            self._address.set_text("")
        self._update()

    def _on_accounts_changed(self, change: AccountsChange) -> None:
        if isValid(self):
            if change.translation:
                self._update()
        elif self._unsubscribe is not None:
            # The accounts outlive the window.
            self._unsubscribe()


def _label(text: str, buddy: QWidget) -> Label:
    label = Label(text)
    label.setBuddy(buddy)
    return label
