"""The part of the composer that translates a draft: the agent's own text above what is sent, and the language."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop.domain.content.translation import OwnText, best_target
from desktop.text.names import first_name
from desktop.text.thread import translation as texts
from desktop.text.thread.languages import language_name
from desktop.ui.look.theme import LEAST_TARGET, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button, show_name, small_button
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.screen_reader.announce import announce

_LINES = 2.6
"""Of the agent's own text, before it scrolls."""


class DraftTranslationBox(QFrame):
    """Hidden until it is opened. With a translation, the text field below it holds what is sent.

    Signals:
        translate_requested: translate what the agent wrote. args: the text, "" for that of the field below; the
            language's code.
        own_edited: the agent changed their own text. arg: the text.
        left: the agent wants their own text back, without a translation.
        cancelled: a translation under way is not wanted any more.
        opened_or_closed: it was shown or hidden.
    """

    translate_requested = Signal(str, str)
    own_edited = Signal(str)
    left = Signal()
    cancelled = Signal()
    opened_or_closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._own: OwnText | None = None
        self._is_running = False
        self.setObjectName("draft_translation")
        self.language = DropDown(theme, texts.LANGUAGE(), self, min_chars=14)
        self.language.currentIndexChanged.connect(self._update)
        self._where = Paragraph(muted=True)
        self.own_edit = QPlainTextEdit(self)
        show_name(self.own_edit, texts.YOUR_TEXT())
        # In a small window with large text it scrolls.
        self.own_edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.own_edit.setTabChangesFocus(True)
        self.own_edit.textChanged.connect(self._on_edited)
        self._is_changed = False
        self.translate_button = push_button(texts.TRANSLATE_BUTTON(), self._on_translate, style="primary")
        # As low as the other one: the box takes room from the thread.
        self.translate_button.setStyleSheet(
            f"QPushButton#primary {{ padding: 3px 8px; min-height: {LEAST_TARGET - 8}px; }}"
        )
        self.back_button = small_button(texts.BACK_TO_MINE(), self._on_back)
        self._about = Paragraph()
        tools = FlowLayout(self.language, self.translate_button, self.back_button, spacing=4)
        layouts.column(
            tools,
            self._where,
            self.own_edit,
            self._about,
            parent=self,
            spacing=2,
        )
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def code(self) -> str:
        """Of the chosen language; "" for none."""
        return str(self.language.currentData() or "")

    @property
    def has_own(self) -> bool:
        """Whether a text of the agent's is shown, with its translation below."""
        return self._own is not None

    @property
    def is_running(self) -> bool:
        """Whether a translation is under way."""
        return self._is_running

    def set_account(self, host: str, languages: Sequence[str]) -> None:
        """host: where texts are sent to. languages: codes of those that can be chosen."""
        self._where.setText(texts.DRAFT_IS_SENT_TO(host=host))
        chosen = self.code
        self.language.blockSignals(True)
        self.language.clear()
        self.language.addItem(texts.NO_LANGUAGE(), "")
        for name, code in sorted((language_name(code), code) for code in languages):
            self.language.addItem(name, code)
        self.language.setCurrentIndex(max(self.language.findData(chosen), 0))
        self.language.blockSignals(False)
        self._update()

    def open_for(self, customer_name: str, code: str, own: OwnText | None) -> None:
        """Show the box. code: of the customer's language, "" while unknown. own: of a draft that is translated."""
        offered = tuple(str(self.language.itemData(n)) for n in range(1, self.language.count()))
        wanted = best_target(own.target_language if own is not None else code, offered)
        self.language.setCurrentIndex(max(self.language.findData(wanted), 0))
        self.show_own(own, customer_name)
        self.show()

    def setVisible(self, visible: bool) -> None:
        was_hidden = self.isHidden()
        super().setVisible(visible)
        if was_hidden == visible:
            self.opened_or_closed.emit()

    def set_running(self, is_running: bool) -> None:
        """Show that a translation is under way, or no more."""
        self._is_running = is_running
        if is_running:
            announce(self, texts.TRANSLATING())
        self._update()

    def show_own(self, own: OwnText | None, customer_name: str) -> None:
        """Show what the agent wrote, whose translation is in the field below; None for a text that is not
        translated.
        """
        self._own = own
        if own is not None and self.own_edit.toPlainText() != own.text:
            self.own_edit.blockSignals(True)
            self.own_edit.setPlainText(own.text)
            self.own_edit.blockSignals(False)
        service = own.service.display_name if own is not None else ""
        self._about.setToolTip(texts.WHO_GETS_WHAT(name=first_name(customer_name), service=service))
        self._is_changed = False
        self._update()

    def _update(self) -> None:
        has_own = self._own is not None
        self.own_edit.setVisible(has_own)
        self._about.show_text((texts.CHANGED if self._is_changed else texts.BOTH_TEXTS)() if has_own else "")
        self._about.set_text_color(self._theme.color("soon" if self._is_changed else "muted"))
        self._where.setVisible(not has_own)
        self.language.setEnabled(not self._is_running)
        self.own_edit.setReadOnly(self._is_running)
        if self._is_running:
            label = texts.TRANSLATING()
        else:
            label = (texts.TRANSLATE_AGAIN if has_own else texts.TRANSLATE_BUTTON)()
        self.translate_button.setText(label)
        self.translate_button.setEnabled(bool(self.code) and not self._is_running)
        self.back_button.setText((texts.BACK_TO_MINE if has_own and not self._is_running else texts.CANCEL)())

    def _on_edited(self) -> None:
        if self._own is not None:
            if not self._is_changed:
                self._is_changed = True
                self._update()
            self.own_edited.emit(self.own_edit.toPlainText())

    def _on_translate(self) -> None:
        self.translate_requested.emit(self.own_edit.toPlainText() if self._own is not None else "", self.code)

    def _on_back(self) -> None:
        if self._is_running:
            self.cancelled.emit()
        else:
            self.left.emit()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#draft_translation {{ border: none; border-bottom: 1px solid {colors.border}; }}"
            f"QFrame#draft_translation QPlainTextEdit {{ background: {colors.panel}; color: {colors.text};"
            f" border: 1px solid {colors.outline}; border-radius: 6px; }}"
        )
        line = self.own_edit.fontMetrics().lineSpacing()
        margins = 2 * round(self.own_edit.document().documentMargin()) + 2 * self.own_edit.frameWidth()
        self.own_edit.setMinimumHeight(line + margins)
        self.own_edit.setMaximumHeight(round(line * _LINES) + margins)
        self._update()
