"""Preview: the filled template as a bubble on the customer's phone, while it is being filled in."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.domain.content.template import Button, ButtonKind, Filled, HeaderKind, Template, list_slots
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.templates.form import sentences
from desktop.ui.templates.preview.rich_label import RichWords
from desktop.ui.templates.preview.whatsapp_markup import plain_runs, runs
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
_MOST_BUTTONS = 3
"""WhatsApp shows three; of more only the first two, and "See all options" for the rest (Meta, "Message templates")."""
_WIDEST = 400


class Preview(QWidget):
    """Signals:
    blank_pressed: a blank that is still empty was pressed. arg: its slot key.
    """

    blank_pressed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._filled: Filled | None = None
        self._links: list[tuple[int, RichWords]] = []
        self._bubble = QFrame()
        self._bubble.setObjectName("bubble")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PAD, PAD, PAD, PAD)
        self._row.addWidget(self._bubble)
        self._row.addStretch(1)
        self._column = QVBoxLayout(self._bubble)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._inside: QWidget | None = None
        theme.changed.connect(self._rebuild)

    @property
    def words(self) -> list[RichWords]:
        """Every piece of text in it, from top to bottom."""
        return [w for w in self._inside.findChildren(RichWords) if w.isVisibleTo(self)] if self._inside else []

    @property
    def text(self) -> str:
        """What there is to read, from top to bottom."""
        shown = [w for w in self._inside.findChildren(QWidget) if w.isVisibleTo(self)] if self._inside else []
        pieces = (
            (w, w.text if isinstance(w, RichWords) else w.text()) for w in shown if isinstance(w, RichWords | QLabel)
        )
        return "\n".join(words for _, words in pieces if words)

    def show_filled(self, filled: Filled | None) -> None:
        before, self._filled = self._filled, filled
        if before is None or filled is None or before.template != filled.template:
            self._rebuild()
        else:
            self._tell(filled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def minimumSizeHint(self) -> QSize:
        # The bubble follows the width that there is, and never asks for more.
        return QSize(0, super().minimumSizeHint().height())

    # Inside.

    def _settle(self) -> None:
        """Bubbles with buttons are always as wide as they may be."""
        self._bubble.setFixedWidth(min(self.width() - 2 * PAD, round(_WIDEST * min(self._theme.text_scale, 1.8))))

    def _rebuild(self) -> None:
        if self._inside is not None:
            self._inside.hide()
            self._inside.deleteLater()
            self._inside = None
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
        self._settle()
        self._inside = QWidget()
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        words = QVBoxLayout()
        words.setContentsMargins(GAP + 2, GAP, GAP + 2, GAP)
        words.setSpacing(GAP - 2)
        self._media, self._file = _media(template, self._theme)
        words.addWidget(self._media)
        if template.header is None or not template.header.is_media:
            # Never shown here: without a parent it would be a window of its own for a moment.
            self._media.hide()
        self._headline, self._body, self._footer = (self._words() for _ in range(3))
        for piece in (self._headline, self._body, self._footer):
            words.addWidget(piece)
        inside.addLayout(words)
        self._add_buttons(inside, template)
        self._column.addWidget(self._inside)
        # At once, not when the layout gets round to it: who asks what is shown is told the truth.
        self._inside.show()
        self._tell(self._filled)

    def _words(self) -> RichWords:
        made = RichWords(self._theme)
        made.blank_pressed.connect(self.blank_pressed)
        return made

    def _tell(self, filled: Filled) -> None:
        template, theme = filled.template, self._theme
        text, muted = theme.color("text"), theme.color("muted")
        self._headline.setVisible(bool(filled.header))
        self._headline.show_runs(
            plain_runs(filled.header), theme.font(delta=0.5, bold=True), text, partial(_key, template, "header")
        )
        self._body.show_runs(runs(filled.body), theme.font(), text, partial(_key, template, "body"))
        self._footer.setVisible(bool(template.footer))
        self._footer.show_runs(plain_runs(template.footer), theme.font(delta=-1), muted, lambda _name: "")
        self._file.setText(_file_words(filled))
        for index, piece in self._links:
            piece.show_runs(
                plain_runs(_address(filled, index)),
                theme.font(delta=-1.5),
                muted,
                partial(_button_key, template, index),
                align=Qt.AlignmentFlag.AlignHCenter,
            )
        self.setAccessibleName(f"As the customer will see it: {sentences.spoken(filled)}")

    def _add_buttons(self, column: QVBoxLayout, template: Template) -> None:
        buttons = template.buttons
        whole = len(buttons) <= _MOST_BUTTONS
        first = len(buttons) if whole else _MOST_BUTTONS - 1
        for index, button in enumerate(buttons[:first]):
            self._add_row(column, _BUTTON_ICONS[button.kind], sentences.button_words(button.kind, button.text))
            self._add_link(column, index, button)
        if whole:
            return
        self._add_row(column, "fa6s.list", "See all options")
        for index, button in enumerate(buttons[first:], first):
            name = Label(sentences.button_words(button.kind, button.text))
            name.setObjectName("muted")
            name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            name.setFont(self._theme.font(delta=-1))
            name.setContentsMargins(GAP, 0, GAP, 4)
            column.addWidget(name)
            self._add_link(column, index, button)

    def _add_row(self, column: QVBoxLayout, icon: str, said: str) -> None:
        line = QFrame()
        line.setObjectName("line")
        line.setFixedHeight(1)
        column.addWidget(line)
        row = QHBoxLayout()
        row.setContentsMargins(GAP, GAP - 1, GAP, GAP - 1)
        row.setSpacing(GAP - 2)
        row.addStretch(1)
        sign, name = Label(), Label(said)
        size = round(self.fontMetrics().height() * 0.75)
        sign.setPixmap(icons.pixmap(icon, self._theme.color("accent"), size, self.devicePixelRatioF()))
        name.setObjectName("link")
        row.addWidget(sign)
        row.addWidget(name)
        row.addStretch(1)
        column.addLayout(row)

    def _add_link(self, column: QVBoxLayout, index: int, button: Button) -> None:
        """The address or code, where it is filled in here."""
        if "{{" not in button.url and button.kind is not ButtonKind.COPY_CODE:
            return
        piece = self._words()
        box = QHBoxLayout()
        box.setContentsMargins(GAP + 2, 0, GAP + 2, GAP)
        box.addWidget(piece)
        column.addLayout(box)
        self._links.append((index, piece))


def _media(template: Template, theme: Theme) -> tuple[QFrame, QLabel]:
    box = QFrame()
    box.setObjectName("media")
    kind = template.header.kind if template.header is not None else HeaderKind.TEXT
    sign, name = Label(), Label()
    size = round(box.fontMetrics().height() * (1.4 if kind is HeaderKind.DOCUMENT else 2.2))
    sign.setPixmap(icons.pixmap(_MEDIA_ICONS[kind], theme.color("muted"), size, box.devicePixelRatioF()))
    sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
    name.setObjectName("muted")
    name.setWordWrap(True)
    inside: QHBoxLayout | QVBoxLayout
    if kind is HeaderKind.DOCUMENT:
        inside = QHBoxLayout(box)
        inside.addWidget(sign)
        inside.addWidget(name, 1)
    else:
        name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(box)
        inside.addWidget(sign)
        inside.addWidget(name)
    inside.setContentsMargins(PAD, PAD, PAD, PAD)
    return box, name


def _file_words(filled: Filled) -> str:
    header = filled.template.header
    if header is None:
        return ""
    kind = sentences.MEDIA_WORDS[header.kind]
    if not filled.media:
        return f"{kind}: give its link below"
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


def _key(template: Template, place: str, name: str) -> str:
    """The slot of a blank that stands in headline or body; "" for what only looks like one."""
    key = name if template.shared_blanks else f"{place}.{name}"
    return key if any(slot.key == key for slot in list_slots(template)) else ""


def _button_key(template: Template, index: int, name: str) -> str:
    found = (s for s in list_slots(template) if s.button == index or (template.shared_blanks and s.name == name))
    return next((slot.key for slot in found), "")
