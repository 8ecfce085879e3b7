"""Composer's tool row: reply or note, files, macros, the way it goes, Send."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QWidget

from desktop.domain.direct import DirectRoute, Route
from desktop.ui.composer.route_menu import RouteSwitch
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import words


class ComposerTools(QWidget):
    """Signals:
    kind_chosen: a click on Reply or Note. arg: True for a note.
    route_chosen: another way was chosen. arg: Route, or None for Intercom.
    attach_pressed, macro_pressed, send_pressed: that button was pressed.
    """

    kind_chosen = Signal(bool)
    route_chosen = Signal(object)
    attach_pressed = Signal()
    macro_pressed = Signal()
    send_pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._offline = False
        self._route: Route | None = None
        self._reply = self._tool("Reply", "Write to the customer (R)")
        self._note = self._tool("Note", "Write a note for your team (N, Ctrl+Shift+N)")
        kinds = QButtonGroup(self)
        for kind in (self._reply, self._note):
            kind.setCheckable(True)
            kinds.addButton(kind)
        self._reply.setChecked(True)
        self._attach = self._tool("", "Attach files")
        self._macros = self._tool("", "Insert a macro (#)")
        hint = self._hint = Label("Ctrl+Enter", self)
        hint.setObjectName("muted")
        self.routes = RouteSwitch(theme, self)
        self.routes.chosen.connect(self.route_chosen)
        self._send = QPushButton("Send", self)
        self._send.setObjectName("primary")
        # Pressed by the mouse, it leaves the keyboard with the text, like the tools beside it.
        self._send.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for tool in (self._reply, self._note, self._attach, self._macros):
            row.addWidget(tool)
        row.addStretch(1)
        row.addWidget(self.routes)
        row.addWidget(hint)
        row.addSpacing(GAP - 4)
        row.addWidget(self._send)
        self._reply.clicked.connect(self._on_kind)
        self._note.clicked.connect(self._on_kind)
        self._attach.clicked.connect(self.attach_pressed)
        self._macros.clicked.connect(self.macro_pressed)
        self._send.clicked.connect(self.send_pressed)

    @property
    def internal(self) -> bool:
        return self._note.isChecked()

    def set_internal(self, internal: bool) -> None:
        (self._note if internal else self._reply).setChecked(True)
        self._name_send()
        self.apply_theme()

    def show_routes(self, direct_routes: tuple[DirectRoute, ...], route: Route | None) -> None:
        """ways: past Intercom. route: the one that is chosen, None for Intercom."""
        self.routes.show_routes(direct_routes, route)
        # The switch needs the room; Send's tooltip tells the key.
        self._hint.setVisible(not direct_routes)
        self._route = route
        self._name_send()

    def set_enter_sends(self, enter_sends: bool) -> None:
        self._hint.setText("Enter" if enter_sends else "Ctrl+Enter")
        self._name_send()

    def set_offline(self, offline: bool) -> None:
        """Nothing can be sent at the moment: what is sent now waits."""
        self._offline = offline
        self._name_send()

    def _name_send(self) -> None:
        names = {
            (False, False): ("Send", "Send reply"),
            (True, False): ("Add note", "Add note"),
            (False, True): ("Queue", "Queue reply until you are online"),
            (True, True): ("Queue note", "Queue note until you are online"),
        }
        text, name = names[self.internal, self._offline]
        if self._route is not None:
            name = f"{name} {words.place(self._route.channel)}, past Intercom"
        self._send.setText(text)
        self._send.setAccessibleName(name)
        self._send.setToolTip(f"{name} ({self._hint.text()})")

    def set_can_send(self, can: bool) -> None:
        self._send.setEnabled(can)

    def set_has_macros(self, has: bool) -> None:
        self._macros.setEnabled(has)
        self._macros.setToolTip("Insert a macro (#)" if has else "No macros in this workspace")

    def apply_theme(self) -> None:
        icon = self._theme.color("note_text" if self.internal else "muted")
        for tool, name in ((self._attach, "fa6s.paperclip"), (self._macros, "fa6s.hashtag")):
            tool.setIcon(icons.icon(name, icon))
            side = round(self.fontMetrics().height() * 0.95)
            tool.setIconSize(QSize(side, side))
        self.routes.apply_theme()

    def _on_kind(self) -> None:
        self.kind_chosen.emit(self.internal)

    def _tool(self, text: str, name: str) -> QToolButton:
        tool = QToolButton(self)
        tool.setText(text)
        tool.setToolTip(name)
        tool.setAccessibleName(name)
        return tool
