"""The details pane: who the customer is, their conversations and channels, and the evidence."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from desktop.domain.history.thread import Chat, Thread
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.window.window import WINDOW_LENGTH, WindowState
from desktop.engine.protocols import Engine
from desktop.engine.views import ThreadView, WorkspaceView
from desktop.text.catalog import Text, strip_isolates
from desktop.text.forecast.forwarding import forwarding_evidence, forwarding_state
from desktop.text.formats import listed
from desktop.text.names import channel_label, display_name, place
from desktop.text.screens import details as texts
from desktop.text.thread.arrivals import direct_route
from desktop.text.thread.messages import channel_and_title
from desktop.text.thread.pane import OPEN_IN_INTERCOM, conversation_label, conversation_status
from desktop.ui.details.contact import id_parts, place_parts, tag_parts
from desktop.ui.details.editing.edits import ADD_NOTE_ROW, ContactEditing
from desktop.ui.details.editing.rows import AddRow
from desktop.ui.details.evidence import EvidenceSection
from desktop.ui.details.header import CustomerHeader
from desktop.ui.details.identity import IdentitySection
from desktop.ui.details.sections import (
    CHOICE_PADDING,
    ChannelIcon,
    ElidedButton,
    Part,
    Section,
    WindowRow,
    paragraph,
    part,
)
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, LEAST_TARGET, PAD, SIDE_WIDTH, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingButton

NEWEST_CONVERSATIONS, MORE_CONVERSATIONS = 5, 40
"""Shown at first, and added by each click on the button below them: each takes several widgets."""

_SECTIONS = {
    texts.CONTACT: "contact",
    texts.NOTES: "notes",
    texts.ATTRIBUTES: "attributes",
    texts.TAGS: "tags",
    texts.COMPANIES: "companies",
    texts.CONVERSATIONS: "conversations",
    texts.CHANNELS: "channels",
    texts.POSSIBLE_DUPLICATES: "duplicates",
    texts.HOW_WE_KNOW: "evidence",
}
"""From top to bottom, each with its name in the settings."""

_OPEN, _FOLDED = "open", "folded"

NEWEST_WINDOWS = 8
"""Shown in any case; of older windows only the open ones."""


class DetailsPane(QScrollArea):
    """Shows everything about one customer, in foldable sections.

    Signals:
        conversation_chosen: reply in this conversation. arg: its id.
        all_conversations_requested: more should be listed than the view holds.
        inbox_requested: show this conversation in Intercom's inbox. arg: its id.
        pin_requested, solved_requested: see `EvidenceSection`.
        relay_test_requested: test whether the bridge forwards our replies on a channel. arg: ChannelKind.
        merge_in_intercom_requested: merge a lead of the customer into their user, for ever.
        identity_requested: see `IdentitySection`. new_conversation_requested, merge_requested, forget_requested: see
            `CustomerHeader`.
    """

    conversation_chosen = Signal(str)
    all_conversations_requested = Signal()
    inbox_requested = Signal(str)
    pin_requested = Signal(object)
    solved_requested = Signal(object)
    relay_test_requested = Signal(object)
    identity_requested = Signal(object, object, str)
    new_conversation_requested = Signal(str)
    merge_requested = Signal(str)
    forget_requested = Signal(str)
    merge_in_intercom_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        parent: QWidget | None = None,
        settings: QSettings | None = None,
        engine: Engine | None = None,
    ) -> None:
        """settings: stores which sections are folded; None stores nothing. engine: None where nothing can be
        changed.
        """
        super().__init__(parent)
        self._theme, self._ticker, self._settings = theme, ticker, settings
        self._shown: tuple[ThreadView, str | None, WorkspaceView] | None = None
        self._conversation_count = NEWEST_CONVERSATIONS
        self._first_added: int | None = None
        self._evidence = EvidenceSection(self)
        self._evidence.pin_requested.connect(self.pin_requested)
        self._evidence.solved_requested.connect(self.solved_requested)
        self._identities = IdentitySection(self)
        self._identities.identity_requested.connect(self.identity_requested)
        self.editing = ContactEditing(engine, theme, self)
        self.editing.changed.connect(self._on_edited)
        self.setAccessibleName(texts.ABOUT_CUSTOMER())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.setObjectName("customer")
        self._header = CustomerHeader(theme, ticker, self._page, self.editing.field_row)
        self._header.merge_in_intercom_requested.connect(self.merge_in_intercom_requested)
        self._header.new_conversation_requested.connect(self.new_conversation_requested)
        self._header.merge_requested.connect(self.merge_requested)
        self._header.forget_requested.connect(self.forget_requested)
        self._sections = {title: self._section(title, name) for title, name in _SECTIONS.items()}
        margins = (PAD - 4, PAD, PAD - 4, PAD)
        sections = self._sections.values()
        layouts.column(self._header, *sections, "stretch", parent=self._page, spacing=GAP - 4, margins=margins)
        self.horizontalScrollBar().valueChanged.connect(self._reset_horizontal_scroll)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        # With its style sheet set, since what is in it is styled anew when that changes.
        self.setWidget(self._page)
        self.show_customer(None, None, None)

    def _section(self, title: Text, name: str) -> Section:
        saved = self._settings.value(f"details/{name}") if self._settings is not None else None
        is_open = saved == _OPEN if saved in (_OPEN, _FOLDED) else title is not texts.HOW_WE_KNOW
        section = Section(title(), self._theme, self._page, is_open=is_open)
        section.toggled.connect(partial(self._on_toggled, name))
        return section

    def _on_toggled(self, name: str, is_open: bool) -> None:
        if self._settings is not None:
            self._settings.setValue(f"details/{name}", _OPEN if is_open else _FOLDED)

    def show_customer(
        self, view: ThreadView | None, conversation_id: str | None, workspace: WorkspaceView | None
    ) -> None:
        """Show a customer and the evidence of the conversation `conversation_id`; None hides everything."""
        self.editing.show_customer(view, workspace)
        if view is None or workspace is None:
            self._shown = None
            self._page.hide()
            return
        if self._shown is None or self._shown[0].customer_id != view.customer_id:
            self.verticalScrollBar().setValue(0)
            self._conversation_count = NEWEST_CONVERSATIONS
            self._first_added = None
        self._shown = (view, conversation_id, workspace)
        self._page.show()
        if self._first_added is not None and not view.thread.left_out:
            self._focus_first_added()
        else:
            self._fill(view, conversation_id, workspace)

    def edit_name(self) -> None:
        """Open the field of the customer's name."""
        self._header.edit_name()

    def add_note(self) -> None:
        """Open the field for a new note on the customer."""
        section = self._sections[texts.NOTES]
        section.open()
        row = section.body.findChild(QWidget, ADD_NOTE_ROW)
        if isinstance(row, AddRow):
            self.ensureWidgetVisible(row)
            row.begin()

    def _on_edited(self) -> None:
        if self._shown is not None:
            self._fill(*self._shown)

    def _fill(self, view: ThreadView, conversation_id: str | None, workspace: WorkspaceView) -> None:
        self._header.show_customer(view, self.editing.name_row(view, display_name(view.name)))
        self._header.set_can_merge_in_intercom(self.editing.pair_to_merge is not None)
        contacts = view.thread.contacts
        chats = view.thread.chats
        chosen = next((c for c in chats if c.id == conversation_id), None)
        evidence = self._evidence.parts(view, chosen, self._ticker) if chosen is not None else []
        contents: dict[Text, list[Part]] = {
            texts.CONTACT: [*self.editing.address_parts(), *place_parts(contacts, self.editing.languages)],
            texts.NOTES: self.editing.note_parts(),
            texts.ATTRIBUTES: self.editing.attribute_parts(),
            texts.TAGS: self.editing.tag_parts(tag_parts(_tags(chats))),
            texts.COMPANIES: self.editing.company_parts(),
            texts.CONVERSATIONS: self._conversations(view.thread, chosen, workspace),
            texts.CHANNELS: self._windows(view, workspace),
            texts.POSSIBLE_DUPLICATES: self._identities.duplicates(view),
            texts.HOW_WE_KNOW: [
                *evidence,
                *self._proven_forwarding(view, workspace),
                *self._identities.evidence(view),
                *id_parts(contacts),
            ],
        }
        changed = [title for title, parts in contents.items() if self._sections[title].fill(parts)]
        if changed:
            # Otherwise the contents would be laid out in the height of those before, and painted like that.
            QApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))

    def _reset_horizontal_scroll(self) -> None:
        # Qt scrolls to the focused widget, horizontally too.
        bar = self.horizontalScrollBar()
        bar.setValue(bar.maximum() if self.isRightToLeft() else bar.minimum())

    def _windows(self, view: ThreadView, workspace: WorkspaceView) -> list[Part]:
        now = self._ticker.now()
        # For a number without a conversation, show only windows that its provider lists.
        in_lists = [w for w in view.thread.listed_windows if w.state(now) is not WindowState.UNKNOWN]
        # Where our number isn't known, every conversation has a window of its own.
        newest, older = view.thread.windows[:NEWEST_WINDOWS], view.thread.windows[NEWEST_WINDOWS:]
        windows = [*newest, *(w for w in older if w.state(now).allows_replies), *in_lists]
        lines: list[Part] = [part(WindowRow, w, self._theme, self._ticker) for w in windows]
        for channel in _mirrored(view):
            if channel not in WINDOW_LENGTH:
                lines.append(part(paragraph, texts.NO_TIME_LIMIT(channel=channel_label(channel))))
            if view.workspace.relay_of(channel) is not Relay.PROVEN:
                lines += self._forwarding(channel, view.workspace, workspace)
        is_unknown = any(c.mapping is not None and not c.mapping.is_known for c in view.thread.chats)
        known = lines or [
            part(paragraph, (texts.CHANNEL_NOT_KNOWN if is_unknown else texts.NO_TIME_LIMITS)(), muted=True)
        ]
        # Two addresses of the customer on one account are listed once.
        routes = listed(dict.fromkeys(direct_route(r) for r in view.direct_routes))
        return [*known, *([part(paragraph, texts.SEND_DIRECTLY(routes=routes))] if routes else [])]

    def _proven_forwarding(self, view: ThreadView, workspace: WorkspaceView) -> list[Part]:
        proven = [c for c in _mirrored(view) if view.workspace.relay_of(c) is Relay.PROVEN]
        return [widget for channel in proven for widget in self._forwarding(channel, view.workspace, workspace)]

    def _forwarding(self, channel: ChannelKind, settings: Workspace, workspace: WorkspaceView) -> list[Part]:
        """Return what is known about the delivery to a channel, how it is known, and the button that tests it."""
        evidence = next((e for e in workspace.relay_evidence if e.channel is channel), None)
        known = [forwarding_state(channel, settings.relay_of(channel))]
        if evidence is not None:
            known.append(forwarding_evidence(evidence))
        is_first = evidence is None
        return [*(part(paragraph, text, muted=True) for text in known), part(self._test_button, channel, is_first)]

    def _test_button(self, channel: ChannelKind, is_first: bool) -> QWidget:
        test = QPushButton((texts.TEST if is_first else texts.TEST_AGAIN)())
        test.setAccessibleName(strip_isolates(texts.ACCESSIBLE_TEST(place=place(channel))))
        test.setProperty("channel", channel.value)
        test.clicked.connect(self._on_test)
        return test

    def _on_test(self) -> None:
        self.relay_test_requested.emit(ChannelKind(self.sender().property("channel")))

    def _conversations(self, thread: Thread, chosen: Chat | None, workspace: WorkspaceView) -> list[Part]:
        """Return the newest conversations and the chosen one, and a button that adds more."""
        names, teams = _teammates(workspace), {team.id: team.name for team in workspace.teams}
        newest = _newest_conversations(thread)[: self._conversation_count]
        older = len(thread.chats) + thread.left_out - len(newest)
        shown = newest if chosen is None or chosen in newest else (*newest, chosen)
        parts = [
            part(
                self._conversation,
                c.id,
                conversation_label(c),
                conversation_status(c, names, teams),
                _channel(c),
                c is chosen,
            )
            for c in shown
        ]
        return [*parts, part(self._more_button, older)] if older else parts

    def _more_button(self, count: int) -> QWidget:
        more = WrappingButton(texts.EARLIER_CONVERSATIONS(count))
        more.setObjectName("quiet")
        more.clicked.connect(self._on_more)
        return more

    def _on_more(self) -> None:
        if self._shown is not None:
            thread = self._shown[0].thread
            self._first_added = min(self._conversation_count, len(_newest_conversations(thread)))
            self._conversation_count += MORE_CONVERSATIONS
            if thread.left_out and len(_newest_conversations(thread)) < self._conversation_count:
                self.all_conversations_requested.emit()
            else:
                self._focus_first_added()

    def _focus_first_added(self) -> None:
        """Show the conversations that were added, and focus the first of them."""
        if self._shown is not None and self._first_added is not None:
            self._fill(*self._shown)
            buttons = self._sections[texts.CONVERSATIONS].body.findChildren(QPushButton, "choice")
            buttons[self._first_added].setFocus(Qt.FocusReason.OtherFocusReason)
            self._first_added = None

    def _conversation(
        self, conversation_id: str, title: str, status: str, channel: ChannelKind, chosen: bool
    ) -> QWidget:
        row = QWidget()
        spoken = (texts.REPLYING_IN if chosen else texts.REPLY_IN)(
            conversation=channel_and_title(channel, title), status=status
        )
        choose = ElidedButton(title)
        choose.setObjectName("choice")
        choose.setCheckable(True)
        choose.setChecked(chosen)
        choose.setAccessibleName(strip_isolates(spoken))
        choose.setToolTip(f"{title}\n{texts.REPLY_HERE()}")
        choose.setProperty("conversation", conversation_id)
        choose.clicked.connect(self._on_chosen)
        inbox = QToolButton()
        inbox.setIcon(icons.icon("fa6s.arrow-up-right-from-square", self._theme.color("muted")))
        side = round(inbox.fontMetrics().height() * 0.75)
        inbox.setIconSize(QSize(side, side))
        inbox.setAccessibleName(strip_isolates(texts.OPEN_CONVERSATION(conversation=title)))
        inbox.setToolTip(OPEN_IN_INTERCOM())
        inbox.setProperty("conversation", conversation_id)
        inbox.clicked.connect(self._on_inbox)
        about = paragraph(status, muted=True)
        about.setIndent(CHOICE_PADDING + 1)
        line = layouts.row(parent=row, spacing=GAP - 2)
        line.addWidget(ChannelIcon(channel, self._theme), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(layouts.column(choose, about, spacing=0), 1)
        line.addWidget(inbox, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _on_chosen(self) -> None:
        self.conversation_chosen.emit(self.sender().property("conversation"))

    def _on_inbox(self) -> None:
        self.inbox_requested.emit(self.sender().property("conversation"))

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QScrollArea, QWidget#customer {{ background: {colors.panel}; }}"
            # The heading's font is here because the application's style sheet overrides a widget's own.
            f"QToolButton#section {{ background: transparent; font-weight: bold; padding: 5px 2px; text-align: left;"
            f" color: {colors.text}; }}"
            # Its arrow says that it is open.
            f"QToolButton#section:checked:!focus {{ border-color: transparent; }}"
            f"QPushButton#choice {{ text-align: left; border: none; background: transparent;"
            f" padding: 1px {CHOICE_PADDING}px; min-height: {LEAST_TARGET - 2}px; color: {colors.accent}; }}"
            f"QPushButton#choice:checked {{ color: {colors.text}; font-weight: bold; }}"
            f"QPushButton#choice:hover {{ background: {colors.hover}; }}"
            f"QPushButton#choice:focus {{ border: 1px solid {colors.accent}; }}"
            f"QLabel#chip {{ background: {colors.hover}; color: {colors.text}; border: 1px solid {colors.border};"
            f" border-radius: 8px; padding: 1px 7px; }}"
        )
        self.setMinimumWidth(round((SIDE_WIDTH - 80) * min(self._theme.text_scale, 1.5)))
        for section in self._sections.values():
            section.refill()


def _newest_conversations(thread: Thread) -> tuple[Chat, ...]:
    """Those that are newer than all that are left out."""
    upto = thread.left_out_upto
    return tuple(c for c in thread.chats if upto is None or c.conversation.updated_at > upto)


def _mirrored(view: ThreadView) -> list[ChannelKind]:
    return sorted({c.mapping.channel for c in view.thread.chats if c.mapping is not None and c.mapping.is_known})


def _channel(chat: Chat) -> ChannelKind:
    if chat.mapping is not None:
        return chat.mapping.display_channel
    return chat.unmapped.channel if chat.unmapped is not None else ChannelKind.UNKNOWN


def _teammates(workspace: WorkspaceView) -> dict[str, str]:
    people = [*workspace.teammates, *([workspace.me] if workspace.me is not None else [])]
    return {teammate.id: teammate.name for teammate in people}


def _tags(chats: tuple[Chat, ...]) -> list[str]:
    return sorted({tag.name for chat in chats for tag in chat.conversation.tags})
