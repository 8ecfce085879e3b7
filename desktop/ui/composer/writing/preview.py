"""How the text will look on each channel where it would arrive."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.domain.content.whatsapp_marks import mark_for_whatsapp
from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model import formatting
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.formatting import LISTS, STYLES, SpanKind, Spans
from desktop.text.catalog import Text
from desktop.text.formats import listed
from desktop.text.names import channel_label
from desktop.text.screens import composer as texts
from desktop.ui.composer.writing import whatsapp_markup
from desktop.ui.composer.writing.rich_label import RichLabel
from desktop.ui.composer.writing.whatsapp_markup import TextRun
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.scroll_area import scroll_area

_OWN_CHANNELS = (ChannelKind.MESSENGER, ChannelKind.EMAIL)
"""Where Intercom itself shows the formatting."""
_MOST_LINES = 9
_WINDOW_SHARE = 6
"""It takes no more than one part of so many of the window's height: the thread is to be read meanwhile."""
_BORDERS = 2
"""In pixels, above and below together."""


class ShownText(msgspec.Struct, frozen=True):
    """A text as it looks in one place. heading: where, and what may become of its formatting."""

    heading: str
    runs: tuple[TextRun, ...]


def shown_texts(reply: Reply, forecast: Forecast, route: Route | None) -> tuple[ShownText, ...]:
    """The text as it looks in each place where it would arrive; a note as teammates see it."""
    text, spans = reply.text.strip("\n"), formatting.clip(reply.text, reply.spans, *_bounds(reply.text))
    if not text.strip():
        return ()
    if reply.internal:
        return (ShownText(texts.LOOK_IN_NOTE(), _formatted(text, spans)),)
    if route is not None:
        return (_sent_directly(route.channel, text, spans),)
    channels: dict[tuple[Text, tuple[TextRun, ...]], list[str]] = {}
    for reach in forecast.reaches:
        look = _through_intercom(reach.channel, text, spans, is_forwarded=forecast.may_be_forwarded)
        channels.setdefault(look, []).append(channel_label(reach.channel))
    return tuple(ShownText(heading(channel=listed(names)), runs) for (heading, runs), names in channels.items())


def _sent_directly(channel: ChannelKind, text: str, spans: Spans) -> ShownText:
    label = channel_label(channel)
    if channel is ChannelKind.WHATSAPP:
        marked = mark_for_whatsapp(text, spans)
        heading = texts.LOOK_ON_PARTLY if marked.left_out else texts.LOOK_ON
        return ShownText(heading(channel=label), whatsapp_markup.runs(marked.text))
    if channel is ChannelKind.TELEGRAM:
        return ShownText(texts.LOOK_ON(channel=label), _styled(text, formatting.styles_without_code(spans)))
    heading = texts.LOOK_ON_WITHOUT if any(s.kind in STYLES for s in spans) else texts.LOOK_ON
    return ShownText(heading(channel=label), _styled(text, ()))


def _through_intercom(
    channel: ChannelKind, text: str, spans: Spans, *, is_forwarded: bool
) -> tuple[Text, tuple[TextRun, ...]]:
    """The heading and the text."""
    if channel in _OWN_CHANNELS:
        # A text that may be forwarded has its lists and links written out everywhere.
        return texts.LOOK_ON, _styled(text, spans) if is_forwarded else _formatted(text, spans)
    heading = texts.LOOK_ON_MAY_DROP if any(s.kind in STYLES for s in spans) else texts.LOOK_ON
    return heading, _styled(text, ())


def _styled(text: str, spans: Spans) -> tuple[TextRun, ...]:
    """The text as it is, with its styles."""
    return tuple(_runs(text, spans, 0, len(text)))


def _runs(text: str, spans: Spans, start: int, end: int, *, link: bool = False) -> list[TextRun]:
    inside = [s for s in spans if s.kind in STYLES and s.start < end and start < s.end]
    cuts = sorted({start, end, *(at for s in inside for at in (s.start, s.end) if start < at < end)})
    found = []
    for begin, upto in pairwise(cuts):
        kinds = {s.kind for s in inside if s.start <= begin and upto <= s.end}
        bold, italic, code = (kind in kinds for kind in STYLES)
        found.append(TextRun(text[begin:upto], bold, italic, mono=code, link=link))
    return found


def _formatted(text: str, spans: Spans) -> tuple[TextRun, ...]:
    """The text with bullets for its lists, and links without their addresses."""
    found: list[TextRun] = []
    for kind, start, end in formatting.blocks(text, spans):
        if start:
            found.append(TextRun("\n"))
        for at, upto in formatting.lines_of(text[start:end]):
            begin, upto = start + at, start + upto
            if at:
                found.append(TextRun("\n"))
            if kind in LISTS and kind is not None:
                marker = formatting.marker_length(text[begin:upto], kind)
                shown = "•" if kind is SpanKind.BULLETS else text[begin : begin + marker].strip()
                found.append(TextRun(f"   {shown}  "))
                begin += marker
            for link in (s for s in spans if s.kind is SpanKind.LINK and begin <= s.start and s.end <= upto):
                found += _runs(text, spans, begin, link.start)
                found += _runs(text, spans, link.start, formatting.label_end(text, link), link=True)
                begin = link.end
            found += _runs(text, spans, begin, upto)
    return tuple(run for run in found if run.text)


def _bounds(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip("\n"))
    return start, max(start, len(text.rstrip("\n")))


class FormatPreview(QFrame):
    """The looks of a text, one below the other; scrolls where they take too much room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[ShownText, ...] | None = None
        self._color_role = "text"
        self.setAccessibleName(texts.LOOKS())
        self.setObjectName("preview")
        self._content = QWidget()
        self._content.installEventFilter(self)
        self._column = layouts.column(parent=self._content, spacing=GAP // 2, margins=(GAP, GAP // 2, GAP, GAP // 2))
        layouts.column(scroll_area(self._content, accepts_focus=True), parent=self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.hide()

    @property
    def headings(self) -> list[str]:
        return [shown.heading for shown in self._shown or ()]

    def show_texts(self, shown: tuple[ShownText, ...]) -> None:
        if shown != self._shown:
            self._shown = shown
            self._fill()
        self.show()
        self._update_height()

    def apply_theme(self, color_role: str) -> None:
        """color_role: of the text."""
        self._color_role = color_role
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#preview {{ border: 1px solid {colors.border}; border-radius: 6px; background: transparent; }}"
            "QFrame#preview QScrollArea, QFrame#preview QScrollArea > QWidget > QWidget { background: transparent; }"
        )
        if self._shown is not None:
            self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The texts know their heights once they have a width.
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._update_height()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        self._column.activate()
        needed = max(self._column.totalHeightForWidth(self._content.width()), self._column.sizeHint().height())
        most = min(_MOST_LINES * self.fontMetrics().lineSpacing(), self.window().height() // _WINDOW_SHARE)
        return QSize(super().sizeHint().width(), min(needed, most) + _BORDERS)

    def minimumSizeHint(self) -> QSize:
        least = 2 * self.fontMetrics().lineSpacing()
        return QSize(super().minimumSizeHint().width(), min(self.sizeHint().height(), least))

    def _update_height(self) -> None:
        height = self.sizeHint().height()
        if height != self.maximumHeight():
            self.setMaximumHeight(height)
            self.updateGeometry()

    def _fill(self) -> None:
        layouts.clear(self._column)
        for each in self._shown or ():
            self._column.addWidget(self._muted(each.heading))
            label = RichLabel(self._theme)
            label.setAccessibleName("".join(run.text for run in each.runs))
            label.show_runs(each.runs, self._theme.font(), self._theme.color(self._color_role), lambda _blank: "")
            self._column.addWidget(label)
        if not self._shown:
            self._column.addWidget(self._muted(texts.NOTHING_TO_LOOK_AT()))
        self._column.addStretch(1)
        self._update_height()

    def _muted(self, text: str) -> Label:
        label = Label(text)
        label.setObjectName("muted")
        label.setWordWrap(True)
        return label
