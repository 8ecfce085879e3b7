"""The settings page with ready texts that ask customers to continue on WhatsApp."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.domain.model.customer_texts import CustomerTexts
from desktop.engine.commands import MarkTextsSet, SetCustomerTexts
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text import catalog
from desktop.text.formats import day_and_month
from desktop.text.screens import settings as texts
from desktop.text.writing.continue_on import LINK, NAME, READY_TEXTS, asking_text, fill, ready_language, whatsapp_link
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area

_EDIT_LINES = 5


class CustomerTextsPage(Page):
    """What is edited stays until it is saved, also while another language is looked at."""

    TITLE = texts.CUSTOMER_TEXTS
    ABOUT = texts.CUSTOMER_TEXTS_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._stored = CustomerTexts()
        self._edited: dict[str, str] = {}
        self._is_showing = False
        self.languages = DropDown(theme, texts.CUSTOMER_LANGUAGE())
        for code, ready in READY_TEXTS.items():
            self.languages.addItem(ready.language, code)
        shown = ready_language(catalog.language()) or "en"
        self.languages.setCurrentIndex(self.languages.findData(shown))
        self.languages.currentIndexChanged.connect(self._show_language)
        self.number = LabelledField(theme, texts.WHATSAPP_NUMBER(), texts.WHATSAPP_NUMBER_HINT())
        self.number.edited.connect(self._update)
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(texts.ASKING_TEXT())
        self.edit.setTabChangesFocus(True)
        self.edit.textChanged.connect(self._on_edited)
        self.preview, self.welcome, self.notice = (Paragraph(selectable=True) for _ in range(3))
        for text in (self.preview, self.welcome, self.notice):
            text.setObjectName("quoted")
        self._set_on = Paragraph()
        self._save_button = push_button(texts.SAVE(), self._on_save)
        self._restore_button = push_button(texts.RESTORE_DEFAULTS(), self._on_restore)
        self._set_button = push_button(texts.MARK_TEXTS_SET(), partial(self._on_marked, True))
        self._unset_button = push_button(texts.TEXTS_NOT_SET(), partial(self._on_marked, False))
        content = ScrollContent()
        layouts.column(
            self.languages,
            self.number,
            Heading(theme, texts.ASKING_TEXT()),
            Paragraph(texts.ASKING_TEXT_ABOUT(name=NAME, link=LINK), muted=True),
            self.edit,
            Paragraph(texts.PREVIEW_OF_TEXT(), muted=True),
            self.preview,
            FlowLayout(self._save_button, self._restore_button),
            *self._ready_text(texts.WELCOME_TEXT(), texts.WELCOME_TEXT_ABOUT(), self.welcome),
            *self._ready_text(texts.NOTICE_TEXT(), texts.NOTICE_TEXT_ABOUT(), self.notice),
            Paragraph(texts.MARK_TEXTS_SET_ABOUT(), muted=True),
            self._set_on,
            FlowLayout(self._set_button, self._unset_button),
            parent=content,
            margins=(0, 0, PAD, 0),
        )
        self.column.addWidget(scroll_area(content), 1)
        self.add_footer()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self._show_set_at(None)
        self._show_language()

    def _ready_text(self, title: str, about: str, text: Paragraph) -> list[QWidget]:
        copy = push_button(
            texts.COPY(), partial(self._on_copy, title, text), accessible_name=texts.COPY_TEXT(text=title)
        )
        row = QWidget()
        layouts.row(copy, "stretch", parent=row)
        return [Heading(self._theme, title), Paragraph(about, muted=True), text, row]

    @property
    def _language(self) -> str:
        return str(self.languages.currentData())

    def suggest_number(self, number: str) -> None:
        """Fill in a number of the workspace where nobody has entered one; it is stored with the next change."""
        if number and not self._stored.number and not self.number.value:
            self.number.set_text(number)
            self._update()

    def continue_from(self, former: Page) -> None:
        if isinstance(former, CustomerTextsPage):
            self._edited = dict(former._edited)
        super().continue_from(former)
        self._show_language()

    def show_workspace(self, view: WorkspaceView) -> None:
        if view.customer_texts != self._stored:
            if view.customer_texts.number or self.number.value == self._stored.number:
                self.number.set_text(view.customer_texts.number)
            self._stored = view.customer_texts
            self._edited = {c: text for c, text in self._edited.items() if text != asking_text(self._stored, c)}
        self._show_set_at(view.texts_set_at)
        self._show_language()

    def _show_language(self) -> None:
        language = self._language
        self._is_showing = True
        shown = self._edited.get(language, asking_text(self._stored, language))
        if shown != self.edit.toPlainText():
            self.edit.setPlainText(shown)
        self._is_showing = False
        self._update()

    def _on_edited(self) -> None:
        if not self._is_showing:
            self._edited[self._language] = self.edit.toPlainText()
            self._update()

    def _update(self) -> None:
        language, number = self._language, self.number.value
        ready = READY_TEXTS[language]
        is_wrong = bool(number) and not whatsapp_link(number)
        self.number.status.show_error(texts.NOT_A_WHATSAPP_NUMBER() if is_wrong else "")
        self.preview.setText(fill(self.edit.toPlainText(), texts.SAMPLE_NAME(), number))
        self.welcome.setText(fill(ready.welcome, number=number))
        self.notice.setText(fill(ready.notice, number=number))
        self._save_button.setEnabled(not is_wrong and self._wanted() != self._stored)
        self._restore_button.setEnabled(self.edit.toPlainText().strip() != ready.asking)

    def _wanted(self) -> CustomerTexts:
        """As they are to be stored: without those that are our ready ones."""
        asking = {c: text.strip() for c, text in {**self._stored.asking, **self._edited}.items()}
        own = {c: text for c, text in asking.items() if text not in ("", READY_TEXTS[c].asking)}
        return replace(self._stored, number=self.number.value, asking=own)

    def _on_save(self) -> None:
        self.submit(SetCustomerTexts(self._wanted()))

    def _on_restore(self) -> None:
        self.edit.setPlainText(READY_TEXTS[self._language].asking)
        self.submit(SetCustomerTexts(self._wanted()), texts.DEFAULTS_RESTORED())

    def _on_marked(self, is_set: bool) -> None:
        self.submit(MarkTextsSet(is_set))

    def _on_copy(self, title: str, text: Paragraph) -> None:
        QGuiApplication.clipboard().setText(text.text())
        self.show_result(texts.COPIED_TEXT(text=title))

    def _show_set_at(self, at: datetime | None) -> None:
        self._set_on.show_text(texts.TEXTS_SET_ON(day=day_and_month(at.astimezone().date())) if at is not None else "")
        self._set_button.setVisible(at is None)
        self._unset_button.setVisible(at is not None)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * _EDIT_LINES + 2 * GAP)
        for text in (self.preview, self.welcome, self.notice):
            text.setStyleSheet(
                f"QLabel#quoted {{ background: {colors.panel}; border: 1px solid {colors.border};"
                f" border-radius: 6px; padding: 8px 10px; }}"
            )
