"""The buttons of the warning sheet, most helpful first."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLayout, QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QVBoxLayout

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.engine.commands import SendDirect, SendReply
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.forecast.alternatives import direct_label, go_label, reaches_messenger_alone, send_label
from desktop.text.names import first_name
from desktop.text.screens import composer as texts
from desktop.text.thread import scheduling
from desktop.ui.commands.table import shown_keys
from desktop.ui.composer.alternatives import (
    AVOIDED_BY_TEMPLATE,
    better_conversation,
    better_route,
    can_ask_for_whatsapp,
    is_better_through_intercom,
    is_open_elsewhere,
    route_of,
    template_routes,
    whatsapp_question,
)
from desktop.ui.look.theme import GAP
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Paragraph

_CHANNELS_WITH_TEMPLATES = (ChannelKind.WHATSAPP, ChannelKind.UNKNOWN)
ASK_SHORTCUT = "Alt+A"


class WarningChoices:
    """Only buttons that lead somewhere are visible.

    other_conversation_id: where `go` leads. other_route: where `switch` leads, None for Intercom. has_templates:
    `template` leads to the templates, otherwise to the accounts.
    """

    def __init__(self, column: QVBoxLayout) -> None:
        self.template = WarningChoiceButton()
        self.go = WarningChoiceButton()
        self.switch = WarningChoiceButton()
        self.ask = WarningChoiceButton()
        self.inbox = WarningChoiceButton()
        self.send = WarningChoiceButton()
        self.send.setObjectName("quiet")
        self.keep = WarningChoiceButton()
        self._all = (self.template, self.go, self.switch, self.ask, self.inbox, self.send, self.keep)
        for choice in self._all:
            if choice is self.send:
                column.addSpacing(GAP)
            column.addWidget(choice)
        self.other_conversation_id = ""
        self.other_route: Route | None = None
        self.has_templates = self.has_whatsapp_account = False

    @property
    def visible_buttons(self) -> list[WarningChoiceButton]:
        return [choice for choice in self._all if not choice.isHidden()]

    def show_choices(
        self, view: ThreadView, command: SendReply | SendDirect, reply: Reply, forecast: Forecast, now: datetime
    ) -> None:
        route = route_of(command)
        if command.schedule is not None and command.schedule.at is not None:
            # What helps at that time.
            now = command.schedule.at
        self._update_template(view, command.conversation_id, forecast, route)
        other = better_conversation(view, command.conversation_id, forecast, now)
        self.other_conversation_id = other.id if other is not None else ""
        self.go.setVisible(other is not None)
        if other is not None:
            self.go.set_texts(go_label(other), texts.GO_DOES())
        self._update_switch(view, command.conversation_id, reply, forecast, now, route)
        asks = route is None and can_ask_for_whatsapp(view, command.conversation_id, forecast)
        self.ask.setVisible(asks and whatsapp_question(view, command.conversation_id) not in command.text)
        self.ask.set_texts(texts.ASK(), texts.ASK_DOES(key=shown_keys(ASK_SHORTCUT)))
        self.inbox.set_texts(texts.INBOX(), texts.INBOX_DOES())
        self.send.setVisible(forecast.verdict < Verdict.BLOCKED)
        is_known = route is None and reaches_messenger_alone(forecast)
        does = texts.SEND_MESSENGER_DOES(name=first_name(view.name)) if is_known else texts.SEND_DOES()
        if command.schedule is None:
            self.send.set_texts(send_label(forecast, route), does)
        else:
            self.send.set_texts(scheduling.SCHEDULE_ANYWAY(), scheduling.SCHEDULE_DOES())
        self.keep.set_texts(texts.KEEP(), texts.KEEP_DOES())

        for choice in self._all:
            # An agent who goes on typing when the sheet appears means the text; of what is blocked nothing can be sent.
            choice.enter_presses = forecast.verdict >= Verdict.BLOCKED
        is_elsewhere = WarningCode.CUSTOMER_IS_ELSEWHERE in forecast.warnings
        self._recommend(goes=is_elsewhere or is_open_elsewhere(view, command.conversation_id, forecast, now))

    def _recommend(self, *, goes: bool) -> None:
        """Let the most helpful choice stand out; none if what is left only sends or keeps the reply. goes: the other
        conversation helps more than a template.
        """
        helpful = [self.go] if goes else []
        helpful += [self.template] if self.has_templates else []
        helpful += [self.go, self.switch, self.ask]
        best = next((c for c in helpful if not c.isHidden() and c.isEnabled()), None)
        for choice in (self.template, self.go, self.switch, self.ask):
            choice.set_recommended(choice is best)

    def _update_template(self, view: ThreadView, conversation_id: str, forecast: Forecast, route: Route | None) -> None:
        direct_routes = template_routes(view, conversation_id)
        self.has_templates = bool(direct_routes)
        mapping = view.situations[conversation_id].mapping
        channel = route.channel if route is not None else mapping.channel if mapping is not None else None
        helps = not AVOIDED_BY_TEMPLATE.isdisjoint(forecast.warnings)
        self.template.setVisible(helps and (bool(direct_routes) or channel in _CHANNELS_WITH_TEMPLATES))
        self.template.setEnabled(bool(direct_routes) or not self.has_whatsapp_account)
        if direct_routes:
            self.template.set_texts(texts.TEMPLATE(), texts.TEMPLATE_DOES())
        elif not self.has_whatsapp_account:
            self.template.set_texts(texts.CONNECT(), texts.CONNECT_DOES())
        elif any(w.route.channel is ChannelKind.WHATSAPP for w in view.direct_routes):
            self.template.set_texts(texts.TEMPLATE(), texts.NO_TEMPLATES())
        else:
            self.template.set_texts(texts.TEMPLATE(), texts.NO_NUMBER(name=first_name(view.name)))

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
            self.switch.set_texts(direct_label(direct_route.route), _switch_text(direct_route))
        elif to_intercom:
            self.switch.set_texts(texts.THROUGH_INTERCOM_CHOICE(), texts.THROUGH_INTERCOM_DOES())


class WarningChoiceButton(QPushButton):
    """A button with a title and a line that says what it does.

    enter_presses: False where Space alone presses it; some desktops press the focused button by Enter.
    """

    def __init__(self) -> None:
        super().__init__()
        self.enter_presses = True
        self.setAutoDefault(False)
        self._title, self._does = Paragraph(), Paragraph()
        self._title.setObjectName("title")
        self._does.setObjectName("does")
        for label in (self._title, self._does):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layouts.column(self._title, self._does, parent=self, spacing=0, margins=(GAP + 4, 6, GAP + 4, 6))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def set_texts(self, title: str, does: str) -> None:
        self.setText(title)
        self._title.setText(title)
        self._does.setText(does)
        self.setAccessibleName(strip_isolates(title))
        self.setAccessibleDescription(strip_isolates(does))

    def set_compact(self, compact: bool) -> None:
        """Leave what it does to the tooltip, where there is no room for it."""
        self._does.setVisible(not compact)
        self.setToolTip(self._does.text() if compact else "")

    def set_recommended(self, recommended: bool) -> None:
        """Let it stand out."""
        self.setObjectName("primary" if recommended else "")
        for widget in (self, self._title, self._does):
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def sizeHint(self) -> QSize:
        return self._layout_of().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._layout_of().minimumSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        # The labels show it.
        option.text = ""
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.enter_presses and not event.isAutoRepeat():
                self.click()
            event.accept()
            return
        super().keyPressEvent(event)

    def _layout_of(self) -> QLayout:
        layout = self.layout()
        assert layout is not None
        return layout


def _switch_text(direct_route: DirectRoute) -> str:
    recipient = direct_route.route.to
    if direct_route.name:
        return texts.SWITCH_ACCOUNT_DOES(account=direct_route.name, recipient=recipient)
    return texts.SWITCH_DOES(recipient=recipient)
