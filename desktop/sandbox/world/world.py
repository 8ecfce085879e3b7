"""The world in one object: customers, their phones, the bridges, Intercom, and one clock for all.

Deterministic: no threads, no network, and the clock stands still until it is advanced.
"""

from __future__ import annotations

from collections import Counter

from desktop.sandbox.intercom import mutations
from desktop.sandbox.intercom.api import ProcessedReply
from desktop.sandbox.model.people import Customer, Line
from desktop.sandbox.world import screens, truth
from desktop.sandbox.world.customer_actions import CustomerActions
from desktop.sandbox.world.inbox_actions import InboxActions
from desktop.sandbox.world.screens import Json


class World(CustomerActions, InboxActions):
    """All actions, and the queries with which forecasts are judged."""

    # Changes of records.

    def redact(self, part_id: str) -> None:
        conversation, part = self.workspace.part(part_id)
        mutations.redact(self.workspace, conversation, part)

    def merge(self, lead_id: str, into_id: str) -> None:
        ws = self.workspace
        mutations.merge(ws, ws.contact(lead_id), ws.contact(into_id))

    def delete_conversation(self, conversation_id: str) -> None:
        mutations.delete_conversation(self.workspace, self.workspace.conversation(conversation_id))

    # Queries.

    def screens(self, customer: Customer | str) -> Json:
        """The customer's screens as JSON; see `screens.customer_screens`."""
        self.clock.run_due()
        return screens.customer_screens(self.workspace, self._customer(customer), self.lines)

    def texts(self, customer: Customer | str) -> dict[str, Counter[str]]:
        """Count of each text on the customer's screens; see `screens.texts`."""
        self.clock.run_due()
        return screens.texts(self.workspace, self._customer(customer))

    def delivery(self, part_id: str) -> dict[str, bool]:
        """Channel -> whether a customer of the conversation sees this part there now.

        Keys: whatsapp, sms, telegram, messenger, email; facebook and instagram if there are lines.
        """
        self.clock.run_due()
        return screens.delivery(self.workspace, part_id, self.customers, self.lines)

    def delivered_to(self, part_id: str) -> dict[str, list[str]]:
        """Customer id -> ids of the lines whose chats show this part; includes strangers with an old number."""
        self.clock.run_due()
        return screens.delivered_to(part_id, self.customers)

    def window_open(self, customer: Customer | str, line: Line | str) -> bool:
        """Whether the network accepts a free-form message to the customer now; True on channels without a window."""
        self.clock.run_due()
        return truth.window_open(self, self._customer(customer), self._any_line(line))

    def truth(self, conversation_id: str, *, through_api: bool = True) -> Json:
        """Where a teammate's reply in this conversation would arrive now; see `truth.reply_truth`."""
        self.clock.run_due()
        return truth.reply_truth(self, conversation_id, through_api=through_api)

    def processed_replies(self) -> list[ProcessedReply]:
        """Every admin's comment made through the API in the order of processing, whatever the response was."""
        return list(self.intercom.processed)
