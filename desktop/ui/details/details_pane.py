"""The right pane: who the customer is, every window, every conversation, and why we think so."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.workspace import Workspace
from desktop.domain.thread import Chat
from desktop.domain.window.window import WINDOW_LENGTH, WindowState
from desktop.engine.views import ThreadView, WorkspaceView
from desktop.ui.details.how_we_know import Why
from desktop.ui.details.identity import Identities, fact, names_her
from desktop.ui.details.sections import ChannelIcon, Section, WindowLine, label
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, SIDE_WIDTH, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.wording import thread, words


class DetailsPane(QScrollArea):
    """Signals:
    conversation_chosen: answer in this conversation. arg: its id.
    inbox_requested: show this conversation in Intercom's own inbox. arg: its id.
    pin_requested: a person's word on what a conversation mirrors. arg: PinMapping.
    solved_requested: a person's word that a reported problem is over. arg: MarkSolved.
    relay_test_requested: find out whether the bridge forwards replies made here. arg: ChannelKind.
    identity_requested, link_requested, forget_requested: as of `Identities`.
    """

    conversation_chosen = Signal(str)
    inbox_requested = Signal(str)
    pin_requested = Signal(object)
    solved_requested = Signal(object)
    relay_test_requested = Signal(object)
    identity_requested = Signal(object, object, str)
    link_requested = Signal(str)
    forget_requested = Signal(str)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._shown: tuple[ThreadView, str | None, WorkspaceView] | None = None
        self._why = Why(self)
        self._why.pin_requested.connect(self.pin_requested)
        self._why.solved_requested.connect(self.solved_requested)
        self._identities = Identities(self)
        self._identities.said.connect(self.identity_requested)
        self._identities.link_requested.connect(self.link_requested)
        self._identities.forget_requested.connect(self.forget_requested)
        ticker.ticked.connect(self._why.tell)
        self.setAccessibleName("About the customer")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.setObjectName("customer")
        column = QVBoxLayout(self._page)
        column.setContentsMargins(PAD - 4, PAD, PAD - 4, PAD)
        column.setSpacing(GAP - 4)
        self._name = label("", selectable=True)
        column.addWidget(self._name)
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
        for section in self._sections.values():
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(self._page)
        self.horizontalScrollBar().valueChanged.connect(self._stay)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.show_customer(None, None, None)

    def show_customer(
        self, view: ThreadView | None, conversation_id: str | None, workspace: WorkspaceView | None
    ) -> None:
        """Everything about this customer; the evidence is that of the chosen conversation. None: nobody."""
        if view is None or workspace is None:
            self._shown = None
            self._why.forget()
            self._page.hide()
            return
        if self._shown is not None:
            old_view, old_conversation, old_workspace = self._shown
            if old_view is view and old_workspace is workspace and old_conversation == conversation_id:
                return
        self._shown = (view, conversation_id, workspace)
        self._why.forget()
        self._page.show()
        self._name.setText(thread.called(view.name))
        chats = view.thread.chats
        chosen = next((c for c in chats if c.id == conversation_id), None)
        fill: dict[str, list[QWidget]] = {
            "windows": self._windows(view, workspace),
            "why": self._why.widgets(view, chosen, self._ticker.now()) if chosen is not None else [],
            "conversations": [self._conversation(c, c is chosen, workspace) for c in chats],
            "identities": self._identities.widgets(view),
            "attributes": _attributes(view.thread.contacts),
            "tags": [label(", ".join(tags), selectable=True)] if (tags := _tags(chats)) else [],
        }
        for key, widgets in fill.items():
            self._sections[key].fill(widgets)

    def _stay(self) -> None:
        """Where the keyboard goes Qt scrolls to, sideways too."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.maximum() if self.isRightToLeft() else bar.minimum())

    def _windows(self, view: ThreadView, workspace: WorkspaceView) -> list[QWidget]:
        now = self._ticker.now()
        # Of a number that no chat mirrors only what its provider tells is worth a line.
        listed = [w for w in view.thread.listed_windows if w.state(now) is not WindowState.UNKNOWN]
        windows = [*view.thread.windows, *listed]
        lines: list[QWidget] = [WindowLine(w, self._theme, self._ticker) for w in windows]
        mirrored = {c.mapping.channel for c in view.thread.chats if c.mapping is not None and c.mapping.is_known}
        for channel in sorted(mirrored):
            if channel not in WINDOW_LENGTH:
                lines.append(label(f"{words.channel(channel)}: no time limit for replies."))
            lines += self._relay(channel, view.workspace, workspace)
        direct_routes = thread.direct_routes(view.direct_routes)
        known = lines or [label("No conversation here mirrors a channel with a time limit.", muted=True)]
        return [*known, *([label(direct_routes)] if direct_routes else [])]

    def _relay(self, channel: ChannelKind, held: Workspace, workspace: WorkspaceView) -> list[QWidget]:
        """What is known, how, and a way to find out."""
        made: list[QWidget] = [label(words.relay(channel, held.relay_of(channel)), muted=True)]
        evidence = next((e for e in workspace.relay_evidence if e.channel is channel), None)
        if evidence is not None:
            made.append(label(words.relay_evidence(channel, evidence.proof, evidence.at), muted=True))
        test = QPushButton("Test…" if evidence is None else "Test again…")
        test.setAccessibleName(f"Test the {words.channel(channel)} relay with your own phone")
        test.setProperty("channel", channel.value)
        test.clicked.connect(self._on_test)
        made.append(test)
        return made

    def _on_test(self) -> None:
        self.relay_test_requested.emit(ChannelKind(self.sender().property("channel")))

    def _conversation(self, chat: Chat, chosen: bool, workspace: WorkspaceView) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP - 2)
        title = thread.conversation_label(chat)
        standing = thread.conversation_standing(chat, _assignee(chat, workspace))
        choose = QPushButton()
        choose.setObjectName("choice")
        choose.setCheckable(True)
        choose.setChecked(chosen)
        choose.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, SIDE_WIDTH - 130))
        choose.setAccessibleName(f"Answer in {title}, {_channel(chat)}, {standing}" + (", chosen" if chosen else ""))
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
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(choose)
        texts.addWidget(label(standing, muted=True))
        line.addWidget(ChannelIcon(_kind(chat), self._theme), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
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


def _kind(chat: Chat) -> ChannelKind:
    if chat.mapping is not None:
        return chat.mapping.display_channel
    return chat.unmapped.channel if chat.unmapped is not None else ChannelKind.UNKNOWN


def _channel(chat: Chat) -> str:
    return words.channel(_kind(chat))


def _assignee(chat: Chat, workspace: WorkspaceView) -> str:
    assignee = chat.conversation.assignee_id
    if not assignee:
        return "nobody"
    people = [*workspace.teammates, *([workspace.me] if workspace.me is not None else [])]
    return next((t.name for t in people if t.id == assignee), f"teammate {assignee}")


def _attributes(contacts: tuple[Contact, ...]) -> list[QWidget]:
    facts = [(n, v) for c in contacts for n, v in sorted({**c.attributes, **c.bridge_attributes}.items()) if v]
    known_by = {(n, v) for c in contacts for n, v in c.bridge_attributes.items() if names_her(n)}
    return [fact(n, v) for n, v in dict.fromkeys(facts) if (n, v) not in known_by]


def _tags(chats: tuple[Chat, ...]) -> list[str]:
    return sorted({tag.name for chat in chats for tag in chat.conversation.tags})
