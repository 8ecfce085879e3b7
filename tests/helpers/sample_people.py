"""Factory of sample conversations and views; the views are computed by the domain as in the engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import (
    Attachment,
    ChannelKind,
    Client,
    Contact,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    MessageKey,
    Role,
    Tag,
)
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import find_situation
from desktop.domain.window.window import Window, WindowKey
from desktop.engine.views import CustomerRow, PendingReply, ThreadView

BRIDGE = "octopods-vv1"
BRIDGE_ADMIN = "80"


@dataclass
class People:
    """Creates entries, conversations, contacts and list rows; `view` creates a `ThreadView` from them."""

    now: datetime
    workspace: Workspace = field(
        default_factory=lambda: Workspace(
            bridge_codes=frozenset({BRIDGE}), relay={ChannelKind.WHATSAPP: Relay.UNPROVEN}
        )
    )
    _ids: Iterable[int] = field(default_factory=lambda: iter(range(1000, 10_000_000)))

    def entry(self, conversation_id: str, age: timedelta, text: str = "", **facts: object) -> Entry:
        """An entry `age` before now, by default a teammate's message."""
        known: dict[str, object] = {"role": Role.TEAMMATE, "kind": EntryKind.MESSAGE, "author_name": "Maria Lind"}
        known |= {"author_id": "91", "text": text} | facts
        return Entry(str(next(self._ids)), conversation_id, self.now - age, **known)  # type: ignore[arg-type]

    def customer_message(
        self, conversation_id: str, age: timedelta, text: str, name: str = "Jennifer Okafor", **facts: object
    ):
        """A customer's message, typed in the Messenger unless it carries the bridge's `app_code`."""
        facts = {"role": Role.CUSTOMER, "author_id": "c-1", "author_name": name} | facts
        return self.entry(conversation_id, age, text, **facts)

    def conversation(
        self, id: str, entries: Iterable[Entry], *, tags: Iterable[str] = (), **facts: object
    ) -> Conversation:
        """tags: names of tags that the bridge applied at creation."""
        made = tuple(entries)
        first = min((e.sent_at for e in made), default=self.now)
        last = max((e.sent_at for e in made), default=self.now)
        applied = tuple(Tag(name, first, BRIDGE_ADMIN) for name in tags)
        known: dict[str, object] = {"contact_ids": ("c-1",), "entries": made, "tags": applied} | facts
        return Conversation(id, first, last, **known)  # type: ignore[arg-type]

    def adding(self, conversation: Conversation, *entries: Entry) -> Conversation:
        """The conversation with additional entries."""
        return replace(conversation, entries=(*conversation.entries, *entries))

    def contact(self, **facts: object) -> Contact:
        known: dict[str, object] = {"name": "Jennifer Okafor", "email": "jennifer@example.com"}
        return Contact("c-1", **(known | {"phone": "+353871234567"} | facts))  # type: ignore[arg-type]

    def saying(self, key: MessageKey, channel: ChannelKind) -> Workspace:
        """The workspace after a person set the channel of this message."""
        return replace(self.workspace, message_channels={**self.workspace.message_channels, key: channel})

    def view(
        self,
        conversations: Iterable[Conversation],
        *,
        customer_id: str = "c-1",
        name: str = "Jennifer Okafor",
        contact: Contact | None = None,
        pending_replies: tuple[PendingReply, ...] = (),
    ) -> ThreadView:
        contact = contact or self.contact(name=name)
        thread = assemble_thread(conversations, [contact], self.workspace)
        situations = {c.id: find_situation(thread, c.id, self.workspace) for c in thread.chats}
        newest = max((m.entry.arrival for m in thread.messages), default=0)
        return ThreadView(
            customer_id,
            name,
            thread,
            self.workspace,
            situations,
            pending_replies=pending_replies,
            newest_arrival=newest,
        )

    def jennifer(
        self,
        *,
        whatsapp_age: timedelta = timedelta(hours=26),
        messenger_age: timedelta | None = timedelta(minutes=5),
        pending_replies: tuple[PendingReply, ...] = (),
        more: tuple[Entry, ...] = (),
    ) -> ThreadView:
        """A WhatsApp conversation `wa` with a newer Messenger message, and an older Messenger conversation `web`.

        whatsapp_age: of the customer's last WhatsApp message. messenger_age: of the Messenger message, None for none.
        """
        return self.view(
            [self.web(), self.whatsapp(whatsapp_age, messenger_age, more)], pending_replies=pending_replies
        )

    def web(self) -> Conversation:
        days = timedelta(days=3)
        c = "web"
        entries = (
            self.customer_message(
                c, days, "Do you ship to Ireland?", is_first=True, event="source", client_hint=Client.WEB
            ),
            self.entry(c, days - timedelta(minutes=4), "We do! It takes three days: https://shop.example/shipping"),
            self.customer_message(c, days - timedelta(minutes=6), "Lovely, thanks.", client_hint=Client.IOS),
            self.entry(c, days - timedelta(minutes=9), "", kind=EntryKind.EVENT, event="close"),
        )
        return self.conversation(
            c, entries, title="Shipping", page_url="https://shop.example/", state=ConversationState.CLOSED
        )

    def whatsapp(
        self, whatsapp_age: timedelta, messenger_age: timedelta | None, more: tuple[Entry, ...] = ()
    ) -> Conversation:
        c = "wa"
        photo = Attachment("parcel.jpg", "https://files.example/parcel.jpg", "image/jpeg", 184_320, 1200, 900)
        bill = Attachment("invoice-4711.pdf", "https://files.example/invoice.pdf", "application/pdf", 52_100)
        hour = timedelta(hours=1)
        entries = [
            self.customer_message(c, whatsapp_age + 2 * hour, "Hi, my order #4711 has not arrived.", app_code=BRIDGE),
            self.entry(c, whatsapp_age + 1.9 * hour, "", kind=EntryKind.EVENT, event="assignment"),
            self.entry(c, whatsapp_age + 1.5 * hour, "Sorry to hear that, Jennifer. I am looking into it."),
            self.entry(c, whatsapp_age + 1.4 * hour, "Carrier says it is in Cork.", kind=EntryKind.NOTE, event="note"),
            self.customer_message(c, whatsapp_age, "This is what came.", app_code=BRIDGE, attachments=(photo,)),
            self.entry(c, whatsapp_age - hour / 2, "Thank you. Here is your invoice.", attachments=(bill,)),
        ]
        if whatsapp_age > timedelta(hours=24, minutes=30):
            late = whatsapp_age - timedelta(hours=24, minutes=10)
            refused = (
                "Message could not be delivered: more than 24 hours have passed since the customer's last message."
            )
            entries += [
                self.entry(c, late, "Are you at home tomorrow between 9 and 11?"),
                self.entry(
                    c,
                    late - timedelta(seconds=20),
                    refused,
                    kind=EntryKind.NOTE,
                    event="note",
                    role=Role.BOT,
                    author_name="Octopods",
                    app_code=BRIDGE,
                ),
            ]
        if messenger_age is not None:
            entries.append(self.customer_message(c, messenger_age, "Any news about my parcel?", client_hint=Client.IOS))
        return self.conversation(c, [*entries, *more], title="Order 4711", tags=("whatsapp",), assignee_id="91")

    def pending(
        self, state: State, text: str = "One moment, I am checking.", codes: Iterable[WarningCode] = (), **facts: object
    ) -> PendingReply:
        """codes: the warnings for which the reply is made."""
        known: dict[str, object] = {"conversation_id": "wa", "file_names": (), "internal": False} | facts
        known["warned"] = tuple(ForecastWarning(code) for code in codes)
        number = next(self._ids)
        return PendingReply(f"draft-{number}", text=text, queued_at=self.now, state=state, **known)  # type: ignore[arg-type]

    def long_thread(self, messages: int, *, customer_id: str = "c-long") -> ThreadView:
        """A Messenger conversation with alternating messages of the customer and us, one per minute."""
        filler = "The parcel went to the wrong depot and comes back on Tuesday, so please keep an eye on the tracking. "
        entries = []
        for i in range(messages):
            age = timedelta(minutes=messages - i)
            text = f"{i}: {filler * (1 + i % 3)}"
            entries.append(self.customer_message("long", age, text) if i % 2 else self.entry("long", age, text))
        return self.view(
            [self.conversation("long", entries, page_url="https://shop.example/")], customer_id=customer_id
        )

    def window(self, left: timedelta | None, channel: ChannelKind = ChannelKind.WHATSAPP) -> Window:
        """A window that closes in `left` (negative: closed that long ago; None: never opened)."""
        key = WindowKey(channel, "+35312345678", "+353871234567")
        if left is None:
            return Window(key)
        closes_at = self.now + left
        opened_at = closes_at - timedelta(hours=24) + self.workspace.margin
        return Window(key, opened_by="m-1", opened_at=opened_at, closes_at=closes_at)

    def row(self, customer_id: str, name: str, **facts: object) -> CustomerRow:
        row = CustomerRow(
            customer_id=customer_id,
            name=name,
            last_text="Any news about my parcel?",
            last_at=self.now - timedelta(minutes=5),
            last_channel=ChannelKind.WHATSAPP,
            last_from_us=False,
            unread=False,
            waits=True,
            window=self.window(timedelta(hours=12)),
            messenger_only=False,
            state=ConversationState.OPEN,
            assignee_ids=frozenset({"91"}),
        )
        return replace(row, **facts)  # type: ignore[arg-type]

    def rows(self) -> list[CustomerRow]:
        """Rows with all window states and difficult names; the agent is teammate "91"."""
        h, m = timedelta(hours=1), timedelta(minutes=1)
        long_name = "Maximiliane-Theodora von Hohenstein-Waldburg zu Zeil und Trauchburg"
        return [
            self.row("jennifer", "Jennifer Okafor", window=self.window(-2 * h), unread=True, messenger_only=True),
            self.row("amal", "أمل الخطيب", last_text="مرحبا، أين طلبي؟", window=self.window(42 * m), unread=True),
            self.row("long", long_name, last_text="A " + "very " * 60 + "long line", window=self.window(5 * h)),
            self.row("tom", "Tom Baker", window=self.window(18 * h), assignee_ids=frozenset({""})),
            self.row("never", "Noor de Vries", window=self.window(None), last_at=self.now - 30 * h),
            self.row(
                "tg",
                "Petr Novák",
                last_channel=ChannelKind.TELEGRAM,
                window=None,
                last_at=self.now - 2 * h,
                assignee_ids=frozenset({"92"}),
            ),
            self.row(
                "done",
                "Ana Souza",
                waits=False,
                window=self.window(9 * h),
                last_from_us=True,
                last_text="You are welcome!",
                last_at=self.now - 3 * h,
                state=ConversationState.CLOSED,
                assignee_ids=frozenset(),
            ),
            self.row("blank", "", last_text="", last_channel=ChannelKind.UNKNOWN, window=None, waits=False),
        ]
