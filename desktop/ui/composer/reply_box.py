"""Composer's box: files, text, what did not work, SMS count and tools, in the colours of a reply, a note or a way."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.domain.direct import Route
from desktop.ui.composer.attachments import FileRow, RefusedFiles
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.sms_counter import SmsCounter
from desktop.ui.composer.toolbar import ComposerTools
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import words


class ComposerBox(QFrame):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("composer")
        self.files = FileRow(theme, self)
        self.refused = RefusedFiles(theme, self)
        self.files.refused.connect(self.refused.add)
        self.edit = ComposerEdit(self)
        self.counter = SmsCounter(theme, self)
        self.tools = ComposerTools(theme, self)
        self._complaint = Label(parent=self)
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(GAP - 2)
        for widget in (self.files, self.refused, self.edit, self._complaint, self.counter, self.tools):
            column.addWidget(widget)

    @property
    def complaint(self) -> str:
        own = self._complaint.text() if not self._complaint.isHidden() else ""
        return "\n".join(part for part in (self.refused.text, own) if part)

    def complain(self, sentence: str) -> None:
        """sentence: "" takes the last one away."""
        self._complaint.setText(sentence)
        self._complaint.setVisible(bool(sentence))

    def apply_theme(self, customer_name: str, *, note: bool, route: Route | None) -> None:
        """A note is told by colour, by the button and by the words in the field; a way past Intercom by its channel's
        edge and by the words."""
        colors = self._theme.colors
        surface, edge, text = (
            (colors.note, colors.note_edge, colors.note_text) if note else (colors.surface, colors.border, colors.text)
        )
        width = 1
        if route is not None:
            edge, width = self._theme.channel_color(route.channel).name(), 2
        sheet = (
            f"QFrame#composer {{ background: {surface}; border: {width}px solid {edge}; border-radius: 8px; }}"
            f"QFrame#composer QPlainTextEdit {{ background: transparent; border: none; color: {text}; padding: 2px; }}"
        )
        # Asked for with every newer view of a thread, and polishing a text field anew is slow.
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        palette = QPalette(self._complaint.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color("danger"))
        self._complaint.setPalette(palette)
        self.refused.apply_theme()
        self.counter.apply_theme()
        self.tools.apply_theme()
        to_whom = words.first_name(customer_name) if customer_name.strip() else "the customer"
        place = f" {words.place(route.channel)}, past Intercom" if route is not None else ""
        hint = "Note for your team; the customer never sees it" if note else f"Write to {to_whom}{place}…"
        if hint != self.edit.placeholderText():
            self.edit.setPlaceholderText(hint)
            # Qt paints a hint anew only where it comes or goes, not where one takes another's place.
            self.edit.viewport().update()
        self.edit.setAccessibleName("Note for your team" if note else f"Reply to the customer{place}")
