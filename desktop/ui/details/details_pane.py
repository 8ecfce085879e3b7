"""The details pane: the customer's windows, conversations, identity, attributes and tags, and the evidence."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktop.domain.history.thread import Chat
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.workspace import Workspace
from desktop.domain.window.window import WINDOW_LENGTH, WindowState
from desktop.engine.views import ThreadView, WorkspaceView
from desktop.text.forwarding import forwarding_evidence, forwarding_state
from desktop.ui.details.evidence import EvidenceSection
from desktop.ui.details.identity import IdentitySection, fact_row, is_channel_identity
from desktop.ui.details.sections import ChannelIcon, Section, WindowRow, paragraph
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, SIDE_WIDTH, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.wording import thread, words


class DetailsPane(QScrollArea):
    """Shows everything about one customer, in foldable sections.

    Signals:
        conversation_chosen: reply in this conversation. arg: its id.
        inbox_requested: show this conversation in Intercom's inbox. arg: its id.
        pin_requested, solved_requested: see `EvidenceSection`.
        relay_test_requested: test whether the bridge forwards our replies on a channel. arg: ChannelKind.
        identity_requested, merge_requested, forget_requested: see `IdentitySection`.
    """

    conversation_chosen = Signal(str)
    inbox_requested = Signal(str)
    pin_requested = Signal(object)
    solved_requested = Signal(object)
    relay_test_requested = Signal(object)
    identity_requested = Signal(object, object, str)
    merge_requested = Signal(str)
    forget_requested = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._shown: tuple[ThreadView, str | None, WorkspaceView] | None = None
        self._evidence = EvidenceSection(self)
        self._evidence.pin_requested.connect(self.pin_requested)
        self._evidence.solved_requested.connect(self.solved_requested)
        self._identities = IdentitySection(self)
        self._identities.identity_requested.connect(self.identity_requested)
        self._identities.merge_requested.connect(self.merge_requested)
        self._identities.forget_requested.connect(self.forget_requested)
        ticker.ticked.connect(self._evidence.update_window_text)
        self.setAccessibleName("About the customer")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.setObjectName("customer")
        self._name = paragraph("", selectable=True)
        self._sections = {
            key: Section(title, theme, self._page)
            for key, title in (
                ("windows", "Channels"),
                ("why", "How we know"),
                ("conversations", "Conversations"),
                ("identities", "Identities"),
                ("attributes", "Attributes"),
                ("tags", "Tags"),
            )
        }
        margins = (PAD - 4, PAD, PAD - 4, PAD)
        sections = self._sections.values()
        layouts.column(self._name, *sections, "stretch", parent=self._page, spacing=GAP - 4, margins=margins)
        self.setWidget(self._page)
        self.horizontalScrollBar().valueChanged.connect(self._reset_horizontal_scroll)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.show_customer(None, None, None)

    def show_customer(
        self, view: ThreadView | None, conversation_id: str | None, workspace: WorkspaceView | None
    ) -> None:
        """Show a customer and the evidence of the conversation `conversation_id`; None hides everything."""
        if view is None or workspace is None:
            self._shown = None
            self._evidence.clear()
            self._page.hide()
            return
        if self._shown is not None:
            old_view, old_conversation, old_workspace = self._shown
            if old_view is view and old_workspace is workspace and old_conversation == conversation_id:
                return
        self._shown = (view, conversation_id, workspace)
        self._evidence.clear()
        self._page.show()
        self._name.setText(thread.display_name(view.name))
        chats = view.thread.chats
        chosen = next((c for c in chats if c.id == conversation_id), None)
        fill: dict[str, list[QWidget]] = {
            "windows": self._windows(view, workspace),
            "why": self._evidence.widgets(view, chosen, self._ticker.now()) if chosen is not None else [],
            "conversations": [self._conversation(c, c is chosen, workspace) for c in chats],
            "identities": self._identities.widgets(view),
            "attributes": _attributes(view.thread.contacts),
            "tags": [paragraph(", ".join(tags), selectable=True)] if (tags := _tags(chats)) else [],
        }
        for key, widgets in fill.items():
            self._sections[key].fill(widgets)

    def _reset_horizontal_scroll(self) -> None:
        # Qt scrolls to the focused widget, horizontally too.
        bar = self.horizontalScrollBar()
        bar.setValue(bar.maximum() if self.isRightToLeft() else bar.minimum())

    def _windows(self, view: ThreadView, workspace: WorkspaceView) -> list[QWidget]:
        now = self._ticker.now()
        # For a number without a conversation, show only windows that its provider lists.
        listed = [w for w in view.thread.listed_windows if w.state(now) is not WindowState.UNKNOWN]
        windows = [*view.thread.windows, *listed]
        lines: list[QWidget] = [WindowRow(w, self._theme, self._ticker) for w in windows]
        mirrored = {c.mapping.channel for c in view.thread.chats if c.mapping is not None and c.mapping.is_known}
        for channel in sorted(mirrored):
            if channel not in WINDOW_LENGTH:
                lines.append(paragraph(f"{words.channel(channel)}: no time limit for replies."))
            lines += self._relay(channel, view.workspace, workspace)
        direct_routes = thread.direct_routes(view.direct_routes)
        known = lines or [paragraph("No conversation here mirrors a channel with a time limit.", muted=True)]
        return [*known, *([paragraph(direct_routes)] if direct_routes else [])]

    def _relay(self, channel: ChannelKind, settings: Workspace, workspace: WorkspaceView) -> list[QWidget]:
        """Create what is known about the relay, how it is known, and the button that tests it."""
        widgets: list[QWidget] = [paragraph(forwarding_state(channel, settings.relay_of(channel)), muted=True)]
        evidence = next((e for e in workspace.relay_evidence if e.channel is channel), None)
        if evidence is not None:
            widgets.append(paragraph(forwarding_evidence(evidence), muted=True))
        test = QPushButton("Test…" if evidence is None else "Test again…")
        test.setAccessibleName(f"Test the {words.channel(channel)} relay with your own phone")
        test.setProperty("channel", channel.value)
        test.clicked.connect(self._on_test)
        widgets.append(test)
        return widgets

    def _on_test(self) -> None:
        self.relay_test_requested.emit(ChannelKind(self.sender().property("channel")))

    def _conversation(self, chat: Chat, chosen: bool, workspace: WorkspaceView) -> QWidget:
        row = QWidget()
        title = thread.conversation_label(chat)
        status = thread.conversation_status(chat, _assignee(chat, workspace))
        choose = QPushButton()
        choose.setObjectName("choice")
        choose.setCheckable(True)
        choose.setChecked(chosen)
        choose.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, SIDE_WIDTH - 130))
        choose.setAccessibleName(
            f"Answer in {title}, {words.channel(_channel(chat))}, {status}" + (", chosen" if chosen else "")
        )
        choose.setToolTip(f"{title}\nAnswer in this conversation")
        choose.setProperty("conversation", chat.id)
        choose.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        choose.clicked.connect(self._on_chosen)
        inbox = QToolButton()
        inbox.setIcon(icons.icon("fa6s.arrow-up-right-from-square", self._theme.color("muted")))
        inbox.setIconSize(QSize(12, 12))
        inbox.setAccessibleName(f"Open {title} in Intercom's inbox")
        inbox.setToolTip("Open in Intercom's inbox")
        inbox.setProperty("conversation", chat.id)
        inbox.clicked.connect(self._on_inbox)
        line = layouts.row(parent=row, spacing=GAP - 2)
        line.addWidget(ChannelIcon(_channel(chat), self._theme), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(layouts.column(choose, paragraph(status, muted=True), spacing=0), 1)
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
            f"QPushButton#choice {{ text-align: left; border: none; background: transparent; padding: 1px 4px;"
            f" color: {colors.accent}; }}"
            f"QPushButton#choice:checked {{ color: {colors.text}; font-weight: bold; }}"
            f"QPushButton#choice:hover {{ background: {colors.hover}; }}"
            f"QPushButton#choice:focus {{ border: 1px solid {colors.accent}; }}"
        )
        self._name.setFont(self._theme.font(delta=4, bold=True))
        self.setMinimumWidth(round((SIDE_WIDTH - 80) * min(self._theme.text_scale, 1.5)))
        shown, self._shown = self._shown, None
        if shown is not None:
            self.show_customer(*shown)


def _channel(chat: Chat) -> ChannelKind:
    if chat.mapping is not None:
        return chat.mapping.display_channel
    return chat.unmapped.channel if chat.unmapped is not None else ChannelKind.UNKNOWN


def _assignee(chat: Chat, workspace: WorkspaceView) -> str:
    assignee_id = chat.conversation.assignee_id
    if not assignee_id:
        return "nobody"
    people = [*workspace.teammates, *([workspace.me] if workspace.me is not None else [])]
    return next((t.name for t in people if t.id == assignee_id), f"teammate {assignee_id}")


def _attributes(contacts: tuple[Contact, ...]) -> list[QWidget]:
    facts = [(n, v) for c in contacts for n, v in sorted({**c.attributes, **c.bridge_attributes}.items()) if v]
    identities = {(n, v) for c in contacts for n, v in c.bridge_attributes.items() if is_channel_identity(n)}
    return [fact_row(n, v) for n, v in dict.fromkeys(facts) if (n, v) not in identities]


def _tags(chats: tuple[Chat, ...]) -> list[str]:
    return sorted({tag.name for chat in chats for tag in chat.conversation.tags})
