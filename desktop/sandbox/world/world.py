"""The whole stage in one object: customers, their phones, the bridges, Intercom, and one clock for all.

Pure and deterministic: no threads, no network, and time stands still until it is moved.
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
    """The cast, what they do, what happens to records, and what a judge may ask."""

    # What happens to records.

    def redact(self, part_id: str) -> None:
        conversation, part = self.workspace.part(part_id)
        mutations.redact(self.workspace, conversation, part)

    def merge(self, lead_id: str, into_id: str) -> None:
        ws = self.workspace
        mutations.merge(ws, ws.contact(lead_id), ws.contact(into_id))

    def delete_conversation(self, conversation_id: str) -> None:
        mutations.delete_conversation(self.workspace, self.workspace.conversation(conversation_id))

    # What can be seen.

    def screens(self, customer: Customer | str) -> Json:
        """Everything on the customer's screens, as JSON; see `screens.customer_screens`."""
        self.clock.run_due()
        return screens.customer_screens(self.workspace, self._customer(customer), self.lines)

    def texts(self, customer: Customer | str) -> dict[str, Counter[str]]:
        """How often each text stands on the customer's screens; see `screens.texts`."""
        self.clock.run_due()
        return screens.texts(self.workspace, self._customer(customer))

    def delivery(self, part_id: str) -> dict[str, bool]:
        """Channel word -> whether this part is shown to the conversation's customers there now.

        whatsapp, sms, telegram, messenger and email are always there; facebook and instagram where a line has them.
        """
        self.clock.run_due()
        return screens.delivery(self.workspace, part_id, self.customers, self.lines)

    def delivered_to(self, part_id: str) -> dict[str, list[str]]:
        """Customer's id -> the ids of the lines whose chats show this part, strangers with an old number included."""
        self.clock.run_due()
        return screens.delivered_to(part_id, self.customers)

    def window_open(self, customer: Customer | str, line: Line | str) -> bool:
        """Whether the network takes a free-form message to the customer now; True on channels without a window."""
        self.clock.run_due()
        return truth.window_open(self, self._customer(customer), self._any_line(line))

    def truth(self, conversation_id: str, *, through_api: bool = True) -> Json:
        """Where a teammate's reply in this conversation would go and arrive now; see `truth.reply_truth`."""
        self.clock.run_due()
        return truth.reply_truth(self, conversation_id, through_api=through_api)

    def processed_replies(self) -> list[ProcessedReply]:
        """Every admin's comment made through the API, in the order it was processed, whatever was answered."""
        return list(self.intercom.processed)
