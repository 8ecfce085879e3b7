"""The formatting tools and the preview below the text: made when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.formatting import SpanKind
from desktop.ui.composer.writing.formatter import Formatter
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts

if TYPE_CHECKING:
    # Imported when one is first opened.
    from desktop.ui.composer.writing.format_bar import FormatBar, LinkPopup
    from desktop.ui.composer.writing.preview import FormatPreview


class FormattingTools(QWidget):
    """Hidden until the agent opens it.

    Signals:
        preview_toggled: the preview is shown, which needs `show_looks`, or hidden.
        used: a tool was used; the text is to have the focus.
        folded: arg: whether the tools are hidden.
    """

    preview_toggled = Signal()
    used = Signal()
    folded = Signal(bool)

    def __init__(self, theme: Theme, formatter: Formatter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._formatter = theme, formatter
        self._bar: FormatBar | None = None
        self._preview: FormatPreview | None = None
        self._link_popup: LinkPopup | None = None
        self._is_note = False
        self._column = layouts.column(parent=self, spacing=2)
        self.hide()

    @property
    def is_preview_open(self) -> bool:
        return not self.isHidden() and self._preview is not None and not self._preview.isHidden()

    def toggle(self) -> None:
        """Show or hide the tools, with the preview."""
        if self.isHidden():
            self._open_bar()
        else:
            self.hide()
        self.folded.emit(self.isHidden())
        self.preview_toggled.emit()

    def run(self, kind: SpanKind) -> None:
        """Turn a style or a list on or off, or ask for the address of a link."""
        if kind is SpanKind.LINK:
            self.edit_link()
        else:
            self._formatter.toggle(kind)
            self.used.emit()

    def edit_link(self) -> None:
        """Ask for the address of the link at the cursor, or of a new one."""
        from desktop.ui.composer.writing.format_bar import LinkPopup

        self._formatter.select_link()
        if self._link_popup is None:
            self._link_popup = LinkPopup(self._theme, self)
            self._link_popup.chosen.connect(self._on_link_chosen)
        anchor = self._bar.anchor(SpanKind.LINK) if self._bar is not None and not self.isHidden() else None
        self._link_popup.open_above(anchor or self._formatter.field, self._formatter.link_at_cursor())

    def toggle_preview(self) -> None:
        """Show or hide how the text will look on each channel."""
        is_wanted = not self.is_preview_open
        if is_wanted:
            self._open_preview()
        elif self._preview is not None:
            self._preview.hide()
        if self._bar is not None:
            self._bar.set_preview(is_wanted)
        self.preview_toggled.emit()

    def show_looks(self, reply: Reply, forecast: Forecast | None, route: Route | None) -> None:
        """Show the text in the preview, if that is open."""
        if not self.is_preview_open or self._preview is None:
            return
        from desktop.ui.composer.writing.preview import shown_texts

        self._preview.show_texts(shown_texts(reply, forecast, route) if forecast is not None else ())

    def apply_theme(self, *, note: bool) -> None:
        self._is_note = note
        if self._bar is not None:
            self._bar.apply_theme("note_text" if note else "muted")
        if self._preview is not None:
            self._preview.apply_theme("note_text" if note else "text")

    def _open_bar(self) -> None:
        from desktop.ui.composer.writing.format_bar import FormatBar

        if self._bar is None:
            self._bar = FormatBar(self._theme, self)
            self._bar.pressed.connect(self.run)
            self._bar.preview_pressed.connect(self.toggle_preview)
            self._formatter.state_changed.connect(self._bar.show_state)
            self._bar.show_state(self._formatter.state)
            self._column.addWidget(self._bar)
        self.show()
        self.apply_theme(note=self._is_note)

    def _open_preview(self) -> None:
        from desktop.ui.composer.writing.preview import FormatPreview

        if self.isHidden():
            self._open_bar()
            self.folded.emit(False)
        if self._preview is None:
            self._preview = FormatPreview(self._theme, self)
            self._column.insertWidget(0, self._preview)
        self._preview.show()
        self.apply_theme(note=self._is_note)

    def _on_link_chosen(self, address: str) -> None:
        self._formatter.set_link(address)
        self.used.emit()
