"""The buttons of the warning sheet, most helpful first."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.ui.wording import words
from desktop.ui.wording.alternatives import (
    better_conversation,
    better_route,
    can_ask_for_whatsapp,
    direct_label,
    go_label,
    is_better_through_intercom,
    route_of,
    send_label,
    template_routes,
    whatsapp_question,
)

# Warnings that a template avoids: it needs no window, no relay and no other conversation.
_AVOIDED_BY_TEMPLATE = frozenset(
    {
        WarningCode.WINDOW_CLOSED,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.RELAY_REFUSED,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
        WarningCode.CUSTOMER_IS_ELSEWHERE,
    }
)
_CHANNELS_WITH_TEMPLATES = (ChannelKind.WHATSAPP, ChannelKind.UNKNOWN)


ASK_SHORTCUT = "Alt+A"


class WarningChoices:
    """Only buttons that lead somewhere are visible.

    other_conversation_id: where `go` leads. other_route: where `switch` leads, None for Intercom. has_templates:
    `template` leads to the templates, otherwise to the accounts.
    """

    def __init__(self, column: QVBoxLayout) -> None:
        self.template = WarningChoiceButton("Send template…")
        self.go = WarningChoiceButton("Go to the other conversation")
        self.switch = WarningChoiceButton("Send another way…")
        self.ask = WarningChoiceButton("Ask to continue on WhatsApp…")
        self.ask.set_text(
            "Ask to continue on WhatsApp…",
            f"Adds a ready question to your draft ({ASK_SHORTCUT}). Nothing is sent yet",
        )
        self.inbox = WarningChoiceButton("Reply in Intercom")
        self.inbox.setToolTip("Opens the conversation in Intercom's inbox; your text is on the clipboard")
        self.send = WarningChoiceButton("Send anyway", enter_presses=False)
        self.keep = WarningChoiceButton("Keep draft")
        self.keep.setToolTip("Escape")
        self._all = (self.template, self.go, self.switch, self.ask, self.inbox, self.send, self.keep)
        for choice in self._all:
            column.addWidget(choice)
        self.other_conversation_id = ""
        self.other_route: Route | None = None
        self.has_templates = self.has_whatsapp_account = False

    @property
    def visible_buttons(self) -> list[QPushButton]:
        return [choice for choice in self._all if not choice.isHidden()]

    def show_choices(
        self, view: ThreadView, command: SendReply | SendDirect, reply: Reply, forecast: Forecast, now: datetime
    ) -> None:
        route = route_of(command)
        self._update_template(view, command.conversation_id, forecast, route)
        other = better_conversation(view, command.conversation_id, forecast, now)
        self.other_conversation_id = other.id if other is not None else ""
        self.go.setVisible(other is not None)
        if other is not None:
            self.go.setText(go_label(other))
        self._update_switch(view, command.conversation_id, reply, forecast, now, route)
        asks = route is None and can_ask_for_whatsapp(view, command.conversation_id, forecast)
        self.ask.setVisible(asks and whatsapp_question(view, command.conversation_id) not in command.text)
        self.send.setVisible(forecast.verdict < Verdict.BLOCKED)
        self.send.setText(send_label(forecast, route))

    def _update_template(self, view: ThreadView, conversation_id: str, forecast: Forecast, route: Route | None) -> None:
        direct_routes = template_routes(view, conversation_id)
        self.has_templates = bool(direct_routes)
        mapping = view.situations[conversation_id].mapping
        channel = route.channel if route is not None else mapping.channel if mapping is not None else None
        helps = not _AVOIDED_BY_TEMPLATE.isdisjoint(forecast.warnings)
        self.template.setVisible(helps and (bool(direct_routes) or channel in _CHANNELS_WITH_TEMPLATES))
        name = words.first_name(view.name)
        self.template.setEnabled(bool(direct_routes) or not self.has_whatsapp_account)
        if direct_routes:
            self.template.set_text("Send template…", "An approved template arrives whatever the window")
        elif not self.has_whatsapp_account:
            reason = "Templates need a connected WhatsApp account; opens the accounts page of the settings"
            self.template.set_text("Connect WhatsApp to send a template…", reason)
        elif any(w.route.channel is ChannelKind.WHATSAPP for w in view.direct_routes):
            self.template.set_text("Send template…  (none in this account)", "The connected account has no templates")
        else:
            reason = f"The connected account needs {name}'s WhatsApp number"
            self.template.set_text("Send template…  (no WhatsApp number known)", reason)

    def _update_switch(
        self,
        view: ThreadView,
        conversation_id: str,
        reply: Reply,
        forecast: Forecast,
        now: datetime,
        route: Route | None,
    ) -> None:
        direct_route = better_route(view, conversation_id, reply, forecast, now, route)
        to_intercom = direct_route is None and route is not None
        to_intercom = to_intercom and is_better_through_intercom(view, conversation_id, reply, forecast, now)
        self.other_route = direct_route.route if direct_route is not None else None
        self.switch.setVisible(direct_route is not None or to_intercom)
        if direct_route is not None:
            self.switch.set_text(direct_label(direct_route.route), f"{_describe(direct_route)}. You still press Send")
        elif to_intercom:
            self.switch.set_text("Send through Intercom…", "In the conversation, as usual. You still press Send")


class WarningChoiceButton(QPushButton):
    """A button that Enter never presses if `enter_presses` is False: some desktops press the focused one."""

    def __init__(self, text: str, *, enter_presses: bool = True) -> None:
        super().__init__(text)
        self._enter_presses = enter_presses
        self.setAutoDefault(False)

    def set_text(self, text: str, reason: str) -> None:
        self.setText(text)
        self.setToolTip(reason)
        self.setAccessibleDescription(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._enter_presses and not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        super().keyPressEvent(event)


def _describe(direct_route: DirectRoute) -> str:
    account = f" on {direct_route.name}" if direct_route.name else ""
    return f"Past Intercom{account}, to \u2066{direct_route.route.to}\u2069"
