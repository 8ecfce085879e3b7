"""The preview of the filled template, as the customer's phone will show it."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.domain.content.template import Button, ButtonKind, Filled, HeaderKind, Template, list_slots
from desktop.text.screens import templates as texts
from desktop.ui.composer.writing.rich_label import RichLabel
from desktop.ui.composer.writing.whatsapp_markup import plain_runs, runs
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.templates.form import sentences
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label

_MEDIA_ICONS = {
    HeaderKind.TEXT: "fa6s.heading",
    HeaderKind.IMAGE: "fa6s.image",
    HeaderKind.VIDEO: "fa6s.film",
    HeaderKind.DOCUMENT: "fa6s.file-lines",
}
_BUTTON_ICONS = {
    ButtonKind.QUICK_REPLY: "fa6s.reply",
    ButtonKind.URL: "fa6s.arrow-up-right-from-square",
    ButtonKind.COPY_CODE: "fa6s.copy",
    ButtonKind.PLAIN: "fa6s.hand-pointer",
}
_MAX_BUTTONS = 3
"""WhatsApp shows three; of more only the first two, and "See all options" for the rest (Meta, "Message templates")."""
_MAX_WIDTH = 400


class Preview(QWidget):
    """A bubble that is updated while the template is being filled in.

    Signals:
        blank_pressed: an empty slot was pressed. arg: slot key.
    """

    blank_pressed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._filled: Filled | None = None
        self._links: list[tuple[int, RichLabel]] = []
        self._bubble = QFrame()
        self._bubble.setObjectName("bubble")
        layouts.row(self._bubble, "stretch", parent=self, margins=PAD)
        self._column = layouts.column(parent=self._bubble, spacing=0)
        self._content: QWidget | None = None
        theme.changed.connect(self._rebuild)

    @property
    def labels(self) -> list[RichLabel]:
        """The visible rich texts, from top to bottom."""
        return [w for w in self._content.findChildren(RichLabel) if w.isVisibleTo(self)] if self._content else []

    @property
    def text(self) -> str:
        """The visible text, from top to bottom."""
        visible = [w for w in self._content.findChildren(QWidget) if w.isVisibleTo(self)] if self._content else []
        shown = (w.text if isinstance(w, RichLabel) else w.text() for w in visible if isinstance(w, RichLabel | QLabel))
        return "\n".join(filter(None, shown))

    def show_filled(self, filled: Filled | None) -> None:
        previous, self._filled = self._filled, filled
        if previous is None or filled is None or previous.template != filled.template:
            self._rebuild()
        else:
            self._update_texts(filled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_width()

    def minimumSizeHint(self) -> QSize:
        # The bubble adapts to the available width and never asks for more.
        return QSize(0, super().minimumSizeHint().height())

    def _update_width(self) -> None:
        """Use the maximum width, as bubbles with buttons do."""
        self._bubble.setFixedWidth(min(self.width() - 2 * PAD, round(_MAX_WIDTH * min(self._theme.text_scale, 1.8))))

    def _rebuild(self) -> None:
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
            self._content = None
        self._links = []
        self._bubble.setVisible(self._filled is not None)
        if self._filled is None:
            return
        colors = self._theme.colors
        self._bubble.setStyleSheet(
            f"QFrame#bubble {{ background: {colors.bubble_in}; border: 1px solid {colors.border};"
            f" border-radius: 8px; }}"
            f"QFrame#media {{ background: {colors.hover}; border: none; border-radius: 6px; }}"
            f"QFrame#line {{ background: {colors.border}; border: none; }}"
            f"QLabel#link {{ color: {colors.accent}; }}"
        )
        template = self._filled.template
        self._update_width()
        self._content = QWidget()
        self._media, self._file = _media(template, self._theme)
        if template.header is None or not template.header.is_media:
            # Not left out: without a parent it would open as a window.
            self._media.hide()
        self._headline, self._body, self._footer = (self._rich_label() for _ in range(3))
        parts = (self._media, self._headline, self._body, self._footer)
        margins = (GAP + 2, GAP, GAP + 2, GAP)
        text_column = layouts.column(*parts, spacing=GAP - 2, margins=margins)
        self._add_buttons(layouts.column(text_column, parent=self._content, spacing=0, margins=1), template)
        self._column.addWidget(self._content)
        # At once, not with the next layout pass, so that `text` is right immediately.
        self._content.show()
        self._update_texts(self._filled)

    def _rich_label(self) -> RichLabel:
        label = RichLabel(self._theme)
        label.blank_pressed.connect(self.blank_pressed)
        return label

    def _update_texts(self, filled: Filled) -> None:
        template, theme = filled.template, self._theme
        text, muted = theme.color("text"), theme.color("muted")
        self._headline.setVisible(bool(filled.header))
        self._headline.show_runs(
            plain_runs(filled.header), theme.font(delta=0.5, bold=True), text, partial(_slot_key, template, "header")
        )
        self._body.show_runs(runs(filled.body), theme.font(), text, partial(_slot_key, template, "body"))
        self._footer.setVisible(bool(template.footer))
        self._footer.show_runs(plain_runs(template.footer), theme.font(delta=-1), muted, lambda _name: "")
        self._file.setText(_file_text(filled))
        for index, label in self._links:
            label.show_runs(
                plain_runs(_address(filled, index)),
                theme.font(delta=-1.5),
                muted,
                partial(_button_slot_key, template, index),
                align=Qt.AlignmentFlag.AlignHCenter,
            )
        self.setAccessibleName(sentences.accessible_text(filled))

    def _add_buttons(self, column: QVBoxLayout, template: Template) -> None:
        buttons = template.buttons
        shows_all = len(buttons) <= _MAX_BUTTONS
        first = len(buttons) if shows_all else _MAX_BUTTONS - 1
        for index, button in enumerate(buttons[:first]):
            self._add_row(column, _BUTTON_ICONS[button.kind], sentences.button_label(button.kind, button.text))
            self._add_link(column, index, button)
        if shows_all:
            return
        self._add_row(column, "fa6s.list", texts.SEE_ALL_OPTIONS())
        for index, button in enumerate(buttons[first:], first):
            name = Label(sentences.button_label(button.kind, button.text))
            name.setObjectName("muted")
            name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            name.setFont(self._theme.font(delta=-1))
            name.setContentsMargins(GAP, 0, GAP, 4)
            column.addWidget(name)
            self._add_link(column, index, button)

    def _add_row(self, column: QVBoxLayout, icon: str, text: str) -> None:
        line = QFrame()
        line.setObjectName("line")
        line.setFixedHeight(1)
        column.addWidget(line)
        icon_label, name = Label(), Label(text)
        size = round(self.fontMetrics().height() * 0.75)
        icon_label.setPixmap(icons.pixmap(icon, self._theme.color("accent"), size, self.devicePixelRatioF()))
        name.setObjectName("link")
        margins = (GAP, GAP - 1, GAP, GAP - 1)
        column.addLayout(layouts.row("stretch", icon_label, name, "stretch", spacing=GAP - 2, margins=margins))

    def _add_link(self, column: QVBoxLayout, index: int, button: Button) -> None:
        """Add the address or code of a button if the template has a slot for it."""
        if "{{" not in button.url and button.kind is not ButtonKind.COPY_CODE:
            return
        label = self._rich_label()
        column.addLayout(layouts.row(label, margins=(GAP + 2, 0, GAP + 2, GAP)))
        self._links.append((index, label))


def _media(template: Template, theme: Theme) -> tuple[QFrame, QLabel]:
    box = QFrame()
    box.setObjectName("media")
    kind = template.header.kind if template.header is not None else HeaderKind.TEXT
    icon_label, name = Label(), Label()
    size = round(box.fontMetrics().height() * (1.4 if kind is HeaderKind.DOCUMENT else 2.2))
    icon_label.setPixmap(icons.pixmap(_MEDIA_ICONS[kind], theme.color("muted"), size, box.devicePixelRatioF()))
    icon_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    name.setObjectName("muted")
    name.setWordWrap(True)
    content: QHBoxLayout | QVBoxLayout
    if kind is HeaderKind.DOCUMENT:
        content = QHBoxLayout(box)
        content.addWidget(icon_label)
        content.addWidget(name, 1)
    else:
        name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        content = QVBoxLayout(box)
        content.addWidget(icon_label)
        content.addWidget(name)
    content.setContentsMargins(PAD, PAD, PAD, PAD)
    return box, name


def _file_text(filled: Filled) -> str:
    header = filled.template.header
    if header is None:
        return ""
    kind = texts.MEDIA[header.kind]()
    if not filled.media:
        return texts.LINK_MISSING(kind=kind)
    if not filled.media.startswith("https://"):
        return kind
    try:
        path = urlsplit(filled.media).path
    except ValueError:
        return kind
    return PurePosixPath(unquote(path)).name or kind


def _address(filled: Filled, index: int) -> str:
    button = filled.template.buttons[index]
    if button.kind is ButtonKind.COPY_CODE:
        return filled.values.get(f"button.{index}", "") or "{{code}}"
    return filled.buttons[index].url


def _slot_key(template: Template, place: str, name: str) -> str:
    """Return the slot key of a blank in headline or body; "" for text that only looks like a blank."""
    key = name if template.shared_blanks else f"{place}.{name}"
    return key if any(slot.key == key for slot in list_slots(template)) else ""


def _button_slot_key(template: Template, index: int, name: str) -> str:
    matching = (s for s in list_slots(template) if s.button == index or (template.shared_blanks and s.name == name))
    return next((slot.key for slot in matching), "")
