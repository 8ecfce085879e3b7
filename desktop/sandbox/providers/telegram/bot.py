"""The bot: permissions and limits of sending, JSON of messages, and known files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from desktop.sandbox.model.people import Customer, File, Line
from desktop.sandbox.model.traffic import Message
from desktop.sandbox.providers.telegram.errors import telegram_error
from desktop.sandbox.providers.telegram.updates import Updates
from desktop.sandbox.providers.telegram.webhook import Webhook, allowed_updates, parse
from desktop.sandbox.world import World

Json = dict[str, Any]
BOT_ID = 110_201_543
TOKEN = f"{BOT_ID}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawX"
REACTIONS = frozenset(
    [
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷",
        "😡",
        "❤\u200d🔥",
        "👨\u200d💻",
        "🤷\u200d♂",
        "🤷\u200d♀",
    ]
)
"""What a bot may react with (Bot API, `ReactionTypeEmoji`)."""
_MAX_TEXT_CHARS, _MAX_CAPTION_CHARS = 4096, 1024
MAX_DOWNLOAD_BYTES, MAX_UPLOAD_BYTES = 20_000_000, 50_000_000


class Bot:
    """The bot of the line `telegram`. files: by file_id.

    webhook: the one that was last set through the Bot API; see `active_webhook`.
    on_webhook is called after each call that sets or deletes a webhook, on_update(update) for each new update.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.updates = Updates(world.clock)
        self.files: dict[str, File] = {}
        self.webhook: Webhook | None = None
        self.on_webhook: list[Callable[[], None]] = []
        self.on_update: list[Callable[[Json], None]] = []
        self._buckets: dict[str, tuple[float, float]] = {}
        world.traffic.on_inbound.append(self._on_inbound)
        world.traffic.on_block.append(self._on_block)
        world.traffic.on_reaction.append(self._on_reaction)
        world.traffic.on_change.append(self._on_change)

    @property
    def line(self) -> Line:
        return self.world.lines["telegram"]

    @property
    def user(self) -> Json:
        username = self.line.address.lstrip("@")
        return {"id": BOT_ID, "is_bot": True, "first_name": "Harbour Parcels", "username": username}

    def describe(self) -> Json:
        return {
            **self.user,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def set_webhook(self, given: Json) -> None:
        """Set the webhook of `setWebhook`'s parameters; an empty address deletes it, a connector's too.

        Raises ProviderError 400.
        """
        kinds, webhook = allowed_updates(given), parse(given)
        if kinds is not None and webhook is not None:
            self.updates.allow(kinds)
        self.webhook = webhook
        self.world.settings.telegram_webhook = "" if webhook is None else webhook.url
        if str(given.get("drop_pending_updates", "")).lower() in ("true", "1"):
            self.updates.clear()
        for listener in self.on_webhook:
            listener()

    @property
    def active_webhook(self) -> Webhook | None:
        """The webhook of the Bot API; None while there is none or the settings name a connector's."""
        own = self.webhook
        return own if own is not None and own.url == self.world.settings.telegram_webhook else None

    # Customers' actions become updates; if a connector has the webhook, it gets them instead.

    @property
    def _connector_has_updates(self) -> bool:
        return bool(self.world.settings.telegram_webhook) and self.active_webhook is None

    def _add_update(self, kind: str, content: Json) -> None:
        update = self.updates.add(kind, content)
        if update is not None:
            for listener in self.on_update:
                listener(update)

    def _on_inbound(self, message: Message) -> None:
        if message.line.id == self.line.id and not self._connector_has_updates:
            self._add_update("message", self.message(message))

    def _on_block(self, customer: Customer, line: Line, blocked: bool) -> None:
        if line.id != self.line.id or self._connector_has_updates or not customer.telegram_id:
            return
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        change = {
            "chat": _chat(customer),
            "from": _person(customer),
            "date": int(self.world.now),
            "old_chat_member": self._membership(before),
            "new_chat_member": self._membership(after),
        }
        self._add_update("my_chat_member", change)

    def _on_reaction(self, message: Message, emoji: str) -> None:
        customer = message.customer
        if message.line.id != self.line.id or self._connector_has_updates or customer is None:
            return
        change = {
            "chat": _chat(customer),
            "message_id": message.number,
            "user": _person(customer),
            "date": int(self.world.now),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
        }
        self._add_update("message_reaction", change)

    def _on_change(self, message: Message, text: str | None) -> None:
        """Deletions are told to bots of business accounts alone (Bot API, `deleted_business_messages`)."""
        if message.line.id != self.line.id or self._connector_has_updates or text is None:
            return
        field = "caption" if message.files else "text"
        self._add_update("edited_message", {**self.message(message), field: text, "edit_date": int(self.world.now)})

    def _membership(self, status: str) -> Json:
        return {"user": self.user, "status": status, **({"until_date": 0} if status == "kicked" else {})}

    # Sending.

    def send(self, given: Json, text: str, file: File | None, kind: str) -> Json:
        """Send a message. Returns Telegram's Message. Raises ProviderError 400, 403, 413 or 429."""
        customer = self._recipient(given)
        if file is None and not text.strip():
            raise telegram_error(400, "Bad Request: message text is empty")
        if len(text) > (_MAX_TEXT_CHARS if file is None else _MAX_CAPTION_CHARS):
            what = "message" if file is None else "message caption"
            raise telegram_error(400, f"Bad Request: {what} is too long")
        if file is not None and len(file.data) > MAX_UPLOAD_BYTES:
            raise telegram_error(413)
        quoted = self._quoted(given, customer)
        entities = _entities(given.get("entities" if file is None else "caption_entities"), text)
        self._limit(customer)
        files = () if file is None else (file,)
        message = self.world.traffic.send(self.line, str(customer.telegram_id), text, files, route="telegram")
        if message.failure_reason == "blocked":
            raise telegram_error(403)
        message.labels["kind"] = kind
        answer = self.message(message)
        if entities:
            answer["entities" if file is None else "caption_entities"] = entities
        return answer if quoted is None else {**answer, "reply_to_message": self.message(quoted)}

    def react(self, given: Json) -> bool:
        """Replace the bot's reaction to a message: at most one, of Telegram's list (Bot API, `setMessageReaction`)."""
        customer = self._recipient(given)
        reaction = given.get("reaction") or []
        kinds = [r.get("emoji") if isinstance(r, dict) and r.get("type") == "emoji" else None for r in reaction]
        if len(kinds) > 1 or any(emoji not in REACTIONS for emoji in kinds):
            raise telegram_error(400, "Bad Request: REACTION_INVALID")
        number = str(given.get("message_id", ""))
        chat = (m for m in self.world.traffic.messages if m.customer is customer and m.line.id == self.line.id)
        message = next((m for m in chat if str(m.number) == number), None)
        if message is None:
            raise telegram_error(400, "Bad Request: message to react not found")
        return self.world.traffic.show_reaction(message, str(kinds[0]) if kinds else "")

    def _recipient(self, given: Json) -> Customer:
        chat_id = str(given.get("chat_id", ""))
        if not chat_id:
            raise telegram_error(400, "Bad Request: chat_id is empty")
        customer = self.world.traffic.directory.find("telegram", chat_id)
        if customer is None:
            raise telegram_error(400, "Bad Request: chat not found")
        if not any(item.who == "customer" and not item.is_action for item in customer.chat(self.line)):
            raise telegram_error(403, "Forbidden: bot can't initiate conversation with a user")
        if self.line.id in customer.blocked:
            raise telegram_error(403)
        return customer

    def _quoted(self, given: Json, customer: Customer) -> Message | None:
        quote = given.get("reply_parameters")
        if not isinstance(quote, dict) or "message_id" not in quote:
            return None
        for message in self.world.traffic.messages:
            same_chat = message.customer is customer and message.line.id == self.line.id
            if same_chat and str(message.number) == str(quote["message_id"]):
                return message
        if quote.get("allow_sending_without_reply"):
            return None
        raise telegram_error(400, "Bad Request: message to be replied not found")

    def _limit(self, customer: Customer) -> None:
        """Raise 429 above one message per second to one chat, with bursts."""
        burst, now = float(self.world.settings.telegram_burst), self.world.now
        left, at = self._buckets.get(customer.id, (burst, now))
        left = min(burst, left + now - at)
        if left < 1:
            raise telegram_error(429, retry_after=max(1, math.ceil(1 - left)))
        self._buckets[customer.id] = left - 1, now

    # Objects.

    def message(self, message: Message) -> Json:
        """Telegram's Message object. message_id: unique in the chat."""
        customer = message.customer
        assert customer is not None
        answer: Json = {
            "message_id": message.number,
            "date": int(message.at),
            "chat": _chat(customer),
            "from": _person(customer) if message.is_inbound else self.user,
        }
        if not message.files:
            return {**answer, "text": message.text}
        if message.text:
            answer["caption"] = message.text
        file = message.files[0]
        if message.labels.get("kind") != "document" and file.content_type.startswith("image/"):
            width, height = file.size_px or (90, 90)
            return {**answer, "photo": [{**self._file(message, file), "width": width, "height": height}]}
        if message.labels.get("kind") == "voice":
            # Bot API, `sendVoice`: what is no Ogg, MP3 or M4A is sent, but not as a voice message.
            return {**answer, "voice": {**self._file(message, file), "duration": 0, "mime_type": file.content_type}}
        return {
            **answer,
            "document": {**self._file(message, file), "file_name": file.name, "mime_type": file.content_type},
        }

    def _file(self, message: Message, file: File) -> Json:
        unique = message.hash("telegram file")[:16]
        file_id = f"AgAC{BOT_ID}-{unique}"
        self.files[file_id] = file
        return {"file_id": file_id, "file_unique_id": unique, "file_size": len(file.data)}

    def describe_file(self, file_id: str) -> Json:
        """Telegram's File object. Raises ProviderError if it is unknown or larger than a bot may download."""
        file = self.files.get(file_id)
        if file is None:
            raise telegram_error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(file.data) > MAX_DOWNLOAD_BYTES:
            raise telegram_error(400, "Bad Request: file is too big")
        folder = "photos" if file.content_type.startswith("image/") else "documents"
        unique = file_id.rpartition("-")[2]
        ending = file.name.rpartition(".")[2]
        path = f"{folder}/{unique}.{ending}"
        return {"file_id": file_id, "file_unique_id": unique, "file_size": len(file.data), "file_path": path}

    def file_at(self, path: str) -> File | None:
        unique = path.rpartition("/")[2].partition(".")[0]
        return self.files.get(f"AgAC{BOT_ID}-{unique}")


def _person(customer: Customer) -> Json:
    first, _, last = customer.name.partition(" ")
    names = {"first_name": first, **({"last_name": last} if last else {})}
    return {"id": customer.telegram_id, "is_bot": False, **names, "language_code": "en"}


def _chat(customer: Customer) -> Json:
    person = _person(customer)
    return {k: person[k] for k in ("id", "first_name", "last_name") if k in person} | {"type": "private"}


def _entities(given: Any, text: str) -> list[Json]:
    """The styles of a text. Raises ProviderError 400 for one that is not within it, counted in UTF-16 units."""
    if isinstance(given, str):
        given = json.loads(given or "[]")
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    for entity in given or ():
        start, length = entity["offset"], entity["length"]
        if entity["type"] not in ("bold", "italic", "code", "pre") or not 0 <= start < start + length <= units:
            raise telegram_error(400, "Bad Request: can't parse entities")
    return list(given or ())
