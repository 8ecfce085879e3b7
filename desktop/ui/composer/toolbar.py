"""The composer's row of tools: reply or note, files, saved replies, emoji, route, Send."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QToolButton, QWidget

from desktop.domain.direct import DirectRoute, Route
from desktop.text.catalog import strip_isolates
from desktop.text.formats import listed
from desktop.text.names import place
from desktop.text.screens import composer as texts
from desktop.text.screens.writing import emoji as emoji_texts
from desktop.text.screens.writing import saved_replies as reply_texts
from desktop.text.thread import scheduling
from desktop.text.thread import translation as translation_texts
from desktop.text.writing import recording as recording_texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.composer.route_menu import RouteButton
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import later_button, show_arrow, show_name
from desktop.ui.widgets.labels import Label


class ComposerTools(QWidget):
    """The buttons below the text.

    Signals:
        kind_chosen: Reply or Note was clicked. arg: True for a note.
        route_chosen: arg: Route, or None for Intercom.
        attach_pressed, record_pressed, replies_pressed, emoji_pressed, format_pressed, mention_pressed,
            translate_pressed, send_pressed, later_pressed: the button was pressed.
    """

    kind_chosen = Signal(bool)
    route_chosen = Signal(object)
    attach_pressed = Signal()
    replies_pressed = Signal()
    emoji_pressed = Signal()
    record_pressed = Signal()
    format_pressed = Signal()
    mention_pressed = Signal()
    translate_pressed = Signal()
    send_pressed = Signal()
    later_pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offline = False
        self._is_scheduled = False
        self._route: Route | None = None
        self._reply = self._kind_button(texts.REPLY(), texts.REPLY_TOOLTIP())
        note_keys = listed(map(shown_keys, BY_NAME["note"].keys))
        self._note = self._kind_button(texts.NOTE(), texts.NOTE_TOOLTIP(keys=note_keys))
        self._reply.setChecked(True)
        self._attach = self._tool_button("", texts.ATTACH_FILES())
        self._replies = self._tool_button("", reply_texts.INSERT())
        self.emoji = self._tool_button("", emoji_texts.INSERT())
        self._record = self._tool_button("", recording_texts.RECORD(keys=_keys_of("record")))
        self._format = self._tool_button("", texts.SHOW_FORMATTING())
        self._format.setCheckable(True)
        self._mention = self._tool_button("", texts.MENTION())
        self._mention.hide()
        self._translate = self._tool_button("", translation_texts.TRANSLATE_DRAFT())
        self._translate.hide()
        hint = self._hint = KeyHint(_keys_of("send"), self)
        self.routes = RouteButton(theme, self)
        self.routes.chosen.connect(self.route_chosen)
        self._send = QPushButton(texts.SEND(), self)
        self._send.setObjectName("primary")
        # A click leaves the focus in the text, like one on the tools.
        self._send.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._foldable = (self._record, self.emoji, self._format)
        key = shown_keys(BY_NAME["send_later"].keys[0])
        self.later = later_button(scheduling.SEND_LATER_TOOLTIP(key=key), self)
        self.later.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.later.setAccessibleDescription(key)
        inserting = (
            self._attach,
            self._record,
            self._replies,
            self.emoji,
            self._format,
            self._mention,
            self._translate,
        )
        tools = (self._reply, self._note, *inserting)
        self._tools = layouts.row(*tools, "stretch", spacing=4)
        self._sending = layouts.row("stretch", self.routes, hint, spacing=4)
        self._sending.addSpacing(GAP)
        self._sending.addLayout(layouts.row(self._send, self.later, spacing=1))
        self._rows = layouts.row(self._tools, self._sending, parent=self, spacing=4)
        self._rows.setStretchFactor(self._tools, 1)
        self._reply.clicked.connect(self._on_kind_clicked)
        self._note.clicked.connect(self._on_kind_clicked)
        self._attach.clicked.connect(self.attach_pressed)
        self._replies.clicked.connect(self.replies_pressed)
        self.emoji.clicked.connect(self.emoji_pressed)
        self._record.clicked.connect(self.record_pressed)
        self._format.clicked.connect(self.format_pressed)
        self._mention.clicked.connect(self.mention_pressed)
        self._translate.clicked.connect(self.translate_pressed)
        self._send.clicked.connect(self.send_pressed)
        self.later.clicked.connect(self.later_pressed)

    def minimumSizeHint(self) -> QSize:
        """Of one row above the other."""
        width = max(self._tools.minimumSize().width(), self._sending.minimumSize().width())
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_stacking()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # Another text or size of text needs another width.
            self._update_stacking()
        return super().event(event)

    def _update_stacking(self) -> None:
        """Put what sends on a line of its own if it does not fit beside the tools, unless one button less is enough.

        The buttons that go first are those that a key stands for as well.
        """
        widths = [button.sizeHint().width() + self._tools.spacing() for button in self._foldable]
        shown = sum(w for w, button in zip(widths, self._foldable, strict=True) if not button.isHidden())
        left = self.width() - (self._tools.minimumSize().width() - shown)
        beside = left - self._sending.minimumSize().width() - self._rows.spacing()
        direction = QBoxLayout.Direction.TopToBottom
        if beside >= sum(widths[1:]):
            direction, left = QBoxLayout.Direction.LeftToRight, beside
        for number, button in enumerate(self._foldable):
            button.setHidden(sum(widths[number:]) > left)
        if direction != self._rows.direction():
            self._rows.setDirection(direction)

    @property
    def internal(self) -> bool:
        return self._note.isChecked()

    def set_internal(self, internal: bool) -> None:
        (self._note if internal else self._reply).setChecked(True)
        self._mention.setVisible(internal)
        self._update_send_button()
        self.apply_theme()

    def show_routes(self, direct_routes: tuple[DirectRoute, ...], route: Route | None) -> None:
        """route: the chosen one; None for Intercom."""
        self.routes.show_routes(direct_routes, route)
        # The route button needs the space; Send's tooltip has the key as well.
        self._hint.setVisible(not direct_routes)
        self._route = route
        self._update_send_button()

    def set_enter_sends(self, enter_sends: bool) -> None:
        self._hint.setText(shown_keys("Enter") if enter_sends else _keys_of("send"))
        self._update_send_button()

    def set_offline(self, offline: bool) -> None:
        """Name the button after queuing instead of sending."""
        self._offline = offline
        self._update_send_button()

    def set_scheduled(self, is_scheduled: bool) -> None:
        """Name the button after scheduling instead of sending."""
        self._is_scheduled = is_scheduled
        self._update_send_button()

    def _update_send_button(self) -> None:
        names = {
            (False, False): (texts.SEND, texts.SEND_REPLY),
            (True, False): (texts.ADD_NOTE, texts.ADD_NOTE),
            (False, True): (texts.QUEUE, texts.QUEUE_REPLY_TOOLTIP),
            (True, True): (texts.QUEUE_NOTE, texts.QUEUE_NOTE_TOOLTIP),
        }
        text, does = names[self.internal, self._offline]
        if self._is_scheduled:
            text = does = scheduling.SCHEDULE
        action = does()
        if self._route is not None and not self._is_scheduled:
            direct = texts.QUEUE_DIRECTLY_TOOLTIP if self._offline else texts.SEND_DIRECTLY_TOOLTIP
            action = direct(place=place(self._route.channel))
        self._send.setText(text())
        self._send.setAccessibleName(strip_isolates(action))
        self._send.setAccessibleDescription(self._hint.text())
        self._send.setToolTip(texts.ACTION_AND_KEY(action=action, key=self._hint.text()))

    def set_can_send(self, can: bool) -> None:
        self._send.setEnabled(can)
        if can is not self.later.isEnabled():
            self.later.setEnabled(can)
            show_arrow(self.later, self._theme)

    def set_recording_obstacle(self, sentence: str) -> None:
        """Say why no voice note can be recorded here; "" allows it."""
        self._record.setEnabled(not sentence)
        name = recording_texts.RECORD(keys=_keys_of("record"))
        show_name(self._record, name, more=sentence, description=sentence)

    def set_formatting_shown(self, shown: bool) -> None:
        self._format.setChecked(shown)
        name = (texts.HIDE_FORMATTING if shown else texts.SHOW_FORMATTING)()
        show_name(self._format, name)

    def set_can_translate(self, can: bool) -> None:
        self._translate.setVisible(can)

    def apply_theme(self) -> None:
        color = self._theme.color("note_text" if self.internal else "muted")
        icon_names = {
            self._attach: "fa6s.paperclip",
            self._record: "fa6s.microphone",
            self._replies: "fa6s.hashtag",
            self.emoji: "fa6.face-smile",
            self._format: "fa6s.font",
            self._mention: "fa6s.at",
            self._translate: "fa6s.language",
        }
        for tool, name in icon_names.items():
            tool.setIcon(icons.icon(name, color))
            side = round(self.fontMetrics().height() * 0.95)
            tool.setIconSize(QSize(side, side))
        show_arrow(self.later, self._theme)
        self.routes.apply_theme()

    def _on_kind_clicked(self) -> None:
        self.kind_chosen.emit(self.internal)

    def _kind_button(self, text: str, about: str) -> QPushButton:
        """A tool button would be a check box for screen readers, also where one of several is checked."""
        kind = QPushButton(text, self)
        kind.setObjectName("quiet")
        kind.setCheckable(True)
        kind.setAutoExclusive(True)
        # A click leaves the focus in the text.
        kind.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        kind.setToolTip(about)
        return kind

    def _tool_button(self, text: str, name: str) -> QToolButton:
        tool = QToolButton(self)
        tool.setText(text)
        show_name(tool, name)
        return tool


class KeyHint(Label):
    """The name of a key, shown where there is room for all of it."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setObjectName("muted")
        # Zero would mean the width of the text.
        self.setMinimumWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() >= self.sizeHint().width():
            super().paintEvent(event)


def _keys_of(command: str) -> str:
    return shown_keys(BY_NAME[command].keys[0])
