"""The composer's box around text, files, actions, errors, SMS counter and tools."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from desktop.domain.direct import Route
from desktop.text.catalog import strip_isolates
from desktop.text.formats import listed
from desktop.text.names import first_name, place
from desktop.text.screens import composer as texts
from desktop.text.screens.writing import saved_replies as reply_texts
from desktop.text.thread import scheduling
from desktop.ui.composer.attachments import AttachmentRow, RefusedFilesNotice
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.toolbar import ComposerTools
from desktop.ui.composer.writing.formatting_tools import FormattingTools
from desktop.ui.composer.writing.sms_counter import SmsCounter
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.layouts import is_low_window
from desktop.ui.widgets.scroll_area import ShrinkingArea
from desktop.ui.writing.saved_replies.action_chips import ActionChips

_LEAST_LINES = 4
"""Of what is above the tools, where there is as much."""
_MOST_SHARE = 0.4
"""Of the height of the window, for all above the tools; what is higher scrolls."""


class ComposerBox(QFrame):
    """Its colors tell a reply, a note and a direct route apart."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("composer")
        content = QWidget()
        self._area = ShrinkingArea(content, self)
        self.files = AttachmentRow(theme, content)
        self.refused = RefusedFilesNotice(theme, content)
        self.files.refused.connect(self.refused.add)
        self.edit = ComposerEdit(theme, content)
        self.edit.cursorPositionChanged.connect(self._show_cursor)
        self.action_chips = ActionChips(theme, reply_texts.AFTER_SENDING(), content)
        self.kept_time = QPushButton(content)
        self.kept_time.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.kept_time.hide()
        self.counter = SmsCounter(theme, content)
        self.formatting = FormattingTools(theme, self.edit.formatter, content)
        self.tools = ComposerTools(theme, self)
        self._error, self._mentioned = Label(), Label()
        for line in (self._error, self._mentioned):
            line.setWordWrap(True)
            line.hide()
        items = (
            self.files,
            self.refused,
            self.edit,
            self.action_chips,
            self.kept_time,
            self._mentioned,
            self._error,
            self.counter,
            self.formatting,
        )
        self._column = layouts.column(*items, parent=content, spacing=GAP - 2)
        layouts.column(self._area, self.tools, parent=self, spacing=GAP - 2, margins=GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def error_text(self) -> str:
        own = self._error.text() if not self._error.isHidden() else ""
        return "\n".join(filter(None, (self.refused.text, own)))

    def insert_above_text(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.indexOf(self.edit), widget)

    def _fit(self) -> None:
        """Leave the thread and the tools in a small window their room."""
        is_low = is_low_window(self)
        self.edit.set_low(is_low)
        least = self.edit.least_height()
        if is_low:
            least = max(least, _LEAST_LINES * self.fontMetrics().lineSpacing())
        self._area.set_range(least, round(self.window().height() * _MOST_SHARE))
        # A text field of another height alone would leave it scrolled.
        self._area.updateGeometry()

    def _show_cursor(self) -> None:
        content = self._area.widget()
        if content is not None and self._area.is_scrolled:
            line = self.edit.cursorRect()
            at = self.edit.mapTo(content, line.center())
            self._area.ensureVisible(at.x(), at.y(), 0, line.height())

    def show_error(self, sentence: str) -> None:
        """Show an error below the text; "" removes it."""
        self._error.show_text(sentence)

    def show_kept_time(self, sentence: str) -> None:
        """Say when the draft is sent; "" for as soon as the agent presses Send. A click on it removes the time."""
        if sentence == self.kept_time.text():
            return
        self.kept_time.setText(sentence)
        self.kept_time.setAccessibleName(strip_isolates(scheduling.REMOVE_TIME(headline=sentence)) if sentence else "")
        self.kept_time.setToolTip(scheduling.REMOVE_TIME_TOOLTIP())
        self.kept_time.setVisible(bool(sentence))
        self.tools.set_scheduled(bool(sentence))

    def show_mentioned(self, names: list[str]) -> None:
        """Say below the text whom a note mentions."""
        self._mentioned.show_text(texts.MENTIONED(names=listed(names)) if names else "")

    def update_style(self, customer_name: str, *, note: bool, route: Route | None) -> None:
        """Show by colors, placeholder and accessible name what is written, and on which route."""
        colors = self._theme.colors
        surface, edge, text = (
            (colors.note, colors.note_edge, colors.note_text) if note else (colors.surface, colors.outline, colors.text)
        )
        width = 1
        if route is not None:
            edge, width = self._theme.channel_color(route.channel).name(), 2
        sheet = (
            f"QFrame#composer {{ background: {surface}; border: {width}px solid {edge}; border-radius: 8px; }}"
            f"QFrame#composer QPlainTextEdit {{ background: transparent; border: none; color: {text}; padding: 2px; }}"
        )
        # Called for every newer view of a thread, and polishing a text field again is slow.
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        self._error.set_text_color(self._theme.color("danger"))
        self._mentioned.set_text_color(self._theme.color("note_text"))
        self.kept_time.setIcon(icons.icon("fa6s.xmark", self._theme.color("muted")))
        side = round(self.fontMetrics().height() * 0.8)
        self.kept_time.setIconSize(QSize(side, side))
        self._fit()
        self.formatting.apply_theme(note=note)
        self.refused.apply_theme()
        self.counter.apply_theme()
        self.tools.apply_theme()
        hint, field_name = _describe_field(customer_name, note=note, route=route)
        if hint != self.edit.placeholderText():
            self.edit.setPlaceholderText(hint)
            # Qt repaints for a placeholder that appears or disappears, not for one that changes.
            self.edit.viewport().update()
        self.edit.setAccessibleName(strip_isolates(field_name))


def _describe_field(customer_name: str, *, note: bool, route: Route | None) -> tuple[str, str]:
    """Return placeholder and accessible name of the text field."""
    if note:
        return texts.WRITE_NOTE(), texts.NOTE_FIELD()
    name = first_name(customer_name)
    if route is None:
        return texts.WRITE_TO(name=name), texts.REPLY_FIELD()
    where = place(route.channel)
    return texts.WRITE_DIRECTLY(name=name, place=where), texts.REPLY_FIELD_DIRECT(place=where)
