"""Warning sheet's buttons: the ways out in the order of helpfulness, each only where it leads somewhere."""

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
    direct_words,
    go_words,
    is_better_through_intercom,
    route_of,
    send_words,
    template_routes,
    whatsapp_question,
)

# What a template gets round: it needs no window, no relay and no conversation of its own.
_ABOUT_PLACE = frozenset(
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


ASK_KEYS = "Alt+A"


class Choices:
    """elsewhere: the conversation that `go` leads to. other_route: what `switch` leads to, None for Intercom.
    has_templates: whether `template` leads to templates; else to the accounts."""

    def __init__(self, column: QVBoxLayout) -> None:
        self.template = Choice("Send template…")
        self.go = Choice("Go to the other conversation")
        self.switch = Choice("Send another way…")
        self.ask = Choice("Ask to continue on WhatsApp…")
        self.ask.explain(
            "Ask to continue on WhatsApp…", f"Adds a ready question to your draft ({ASK_KEYS}). Nothing is sent yet"
        )
        self.inbox = Choice("Reply in Intercom")
        self.inbox.setToolTip("Opens the conversation in Intercom's inbox; your text is on the clipboard")
        self.send = Choice("Send anyway", enter_presses=False)
        self.keep = Choice("Keep draft")
        self.keep.setToolTip("Escape")
        self._all = (self.template, self.go, self.switch, self.ask, self.inbox, self.send, self.keep)
        for choice in self._all:
            column.addWidget(choice)
        self.elsewhere = ""
        self.other_route: Route | None = None
        self.has_templates = self.has_whatsapp_account = False

    @property
    def on_offer(self) -> list[QPushButton]:
        return [choice for choice in self._all if not choice.isHidden()]

    def offer(
        self, view: ThreadView, command: SendReply | SendDirect, reply: Reply, judged: Forecast, now: datetime
    ) -> None:
        route = route_of(command)
        self._offer_template(view, command.conversation_id, judged, route)
        other = better_conversation(view, command.conversation_id, judged, now)
        self.elsewhere = other.id if other is not None else ""
        self.go.setVisible(other is not None)
        if other is not None:
            self.go.setText(go_words(other))
        self._offer_switch(view, command.conversation_id, reply, judged, now, route)
        asks = route is None and can_ask_for_whatsapp(view, command.conversation_id, judged)
        self.ask.setVisible(asks and whatsapp_question(view, command.conversation_id) not in command.text)
        self.send.setVisible(judged.verdict < Verdict.BLOCKED)
        self.send.setText(send_words(judged, route))

    def _offer_template(self, view: ThreadView, conversation_id: str, judged: Forecast, route: Route | None) -> None:
        direct_routes = template_routes(view, conversation_id)
        self.has_templates = bool(direct_routes)
        mapping = view.situations[conversation_id].mapping
        channel = route.channel if route is not None else mapping.channel if mapping is not None else None
        is_about_place = not _ABOUT_PLACE.isdisjoint(judged.warnings)
        self.template.setVisible(is_about_place and (bool(direct_routes) or channel in _CHANNELS_WITH_TEMPLATES))
        name = words.first_name(view.name)
        self.template.setEnabled(bool(direct_routes) or not self.has_whatsapp_account)
        if direct_routes:
            self.template.explain("Send template…", "An approved template arrives whatever the window")
        elif not self.has_whatsapp_account:
            why = "Templates need a connected WhatsApp account; opens the accounts page of the settings"
            self.template.explain("Connect WhatsApp to send a template…", why)
        elif any(w.route.channel is ChannelKind.WHATSAPP for w in view.direct_routes):
            self.template.explain("Send template…  (none in this account)", "The connected account has no templates")
        else:
            why = f"The connected account needs {name}'s WhatsApp number"
            self.template.explain("Send template…  (no WhatsApp number known)", why)

    def _offer_switch(
        self,
        view: ThreadView,
        conversation_id: str,
        reply: Reply,
        judged: Forecast,
        now: datetime,
        route: Route | None,
    ) -> None:
        direct_route = better_route(view, conversation_id, reply, judged, now, route)
        back = direct_route is None and route is not None
        back = back and is_better_through_intercom(view, conversation_id, reply, judged, now)
        self.other_route = direct_route.route if direct_route is not None else None
        self.switch.setVisible(direct_route is not None or back)
        if direct_route is not None:
            self.switch.explain(direct_words(direct_route.route), f"{_told(direct_route)}. You still press Send")
        elif back:
            self.switch.explain("Send through Intercom…", "In the conversation, as usual. You still press Send")


class Choice(QPushButton):
    """A way out. Some desktops press the focused button on Enter: never the one that sends."""

    def __init__(self, text: str, *, enter_presses: bool = True) -> None:
        super().__init__(text)
        self._enter_presses = enter_presses
        self.setAutoDefault(False)

    def explain(self, text: str, why: str) -> None:
        self.setText(text)
        self.setToolTip(why)
        self.setAccessibleDescription(why)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._enter_presses and not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        super().keyPressEvent(event)


def _told(direct_route: DirectRoute) -> str:
    account = f" on {direct_route.name}" if direct_route.name else ""
    return f"Past Intercom{account}, to \u2066{direct_route.route.to}\u2069"
