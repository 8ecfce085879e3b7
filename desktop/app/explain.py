"""`reachline explain`: print what the program concludes from saved conversations, and why. No window,
no network, no Qt.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation
from desktop.channels.intercom.values import NotReadable
from desktop.channels.shared import loose_json
from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.history.thread import Message, Thread
from desktop.domain.identity.customer import group_contacts
from desktop.domain.learning.bridge import assemble_threads, learn_from
from desktop.domain.mapping import first_known_contact
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.origin import Origin
from desktop.domain.reach import Certainty, find_situation
from desktop.system.clock import ServerClock
from desktop.text.reasons.describe import describe
from desktop.text.terminal import command_line as texts

Json = dict[str, Any]

NOT_CARRIED = frozenset({ChannelKind.MESSENGER, ChannelKind.EMAIL, ChannelKind.PHONE, ChannelKind.UNKNOWN})
"""Channels that no bridge carries into Intercom."""


class BadInput(Exception):
    """One sentence that names the file and the place in it."""


class _NotAConversation(ValueError):
    """One sentence that says what is missing."""


def main(argv: Sequence[str]) -> int:
    """Prints one JSON object on standard output and returns 0; or one sentence on standard error and returns 2."""
    try:
        options = _arguments(argv)
        now = _instant(options.now) if options.now else ServerClock().now()
        conversations, contacts = _gather(options.files)
        workspace = _workspace(options, conversations, contacts)
        answer = explain(conversations, contacts, workspace, now)
    except BadInput as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(answer, indent=2) + "\n")
    return 0


def explain(
    conversations: Sequence[Conversation], contacts: Iterable[Contact], workspace: Workspace, now: datetime
) -> Json:
    """Conversations keep their order, each customer's thread is judged by itself, and messages are in thread order.

    What nobody said of the workspace is learnt from these conversations, as the program learns it from all it has.
    """
    people = list(contacts)
    customers = _customers(conversations, people)
    threads, learnt_workspace = assemble_threads(conversations, people, customers, workspace, now)
    answers = [_chat(threads[customers[c.id]], c.id, learnt_workspace, now) for c in conversations]
    return {"now": _time(now), "conversations": answers}


def _customers(conversations: Iterable[Conversation], contacts: Iterable[Contact]) -> dict[str, str]:
    """The customer of each conversation, by its id: contacts that are surely one person are one customer."""
    people = {c.id: c for c in contacts}
    groups = group_contacts(people.values())
    customer_of = {member: min(group) for group in groups for member in group}
    customer_of |= {old: customer_of[c.id] for c in people.values() for old in c.merged_ids}
    named = {c.id: next((customer_of[i] for i in c.contact_ids if i in customer_of), None) for c in conversations}
    return {c.id: named[c.id] or next(iter(c.contact_ids), c.id) for c in conversations}


def _chat(thread: Thread, conversation_id: str, workspace: Workspace, now: datetime) -> Json:
    chat = thread.chat(conversation_id)
    mirrored, window = chat.mapping, chat.window
    forecast = compute_forecast(find_situation(thread, chat.id, workspace), Reply(), now)
    return {
        "id": chat.id,
        "mapping": mirrored
        and {
            "channel": mirrored.display_channel.value,
            "business_address": mirrored.business_address,
            "confidence": mirrored.confidence,
            "reason": describe(mirrored.reason),
            "reason_code": mirrored.reason.code,
        },
        "window": {
            "channel": window.key.channel.value,
            "state": window.state(now).value,
            "closes_at": _time(window.closes_at),
            "opened_by": window.opened_by,
        },
        "messages": [_message(m) for m in chat.messages],
        "forecast": {
            "reaches": [r.channel.value for r in forecast.reaches if r.certainty is not Certainty.UNCERTAIN],
            "uncertain": [r.channel.value for r in forecast.reaches if r.certainty is Certainty.UNCERTAIN],
            "verdict": forecast.verdict.word,
            "warnings": [w.value for w in forecast.warnings],
        },
    }


def _message(message: Message) -> Json:
    return {
        "id": message.id,
        "author": message.author.value,
        "kind": message.entry.kind.value,
        "origin": _origin(message.origin),
        "sent_at": _time(message.entry.sent_at),
    }


def _origin(origin: Origin | None) -> Json | None:
    if origin is None:
        return None
    return {
        "channel": origin.channel.value,
        "client": origin.client.value,
        "transport": origin.transport.value,
        "confidence": origin.confidence,
        "reason": describe(origin.reason),
        "reason_code": origin.reason.code,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- what is asked -------------------------------------------------------------------------------------------------


class _Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadInput(texts.EXPLAIN_ARGUMENTS(problem=message))


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = _Arguments(prog="reachline explain", description=texts.EXPLAIN())
    parser.add_argument("files", nargs="+", metavar="FILE", help=texts.HELP_FILES(request="GET /conversations/{id}"))
    parser.add_argument(
        "--now",
        metavar="ISO8601",
        help=texts.HELP_NOW(),
    )
    parser.add_argument("--bridge-code", action="append", default=[], metavar="CODE", help=texts.HELP_BRIDGE_CODE())
    parser.add_argument("--admin-code", action="append", default=[], metavar="CODE", help=texts.HELP_ADMIN_CODE())
    parser.add_argument("--bridge-tagger", action="append", default=[], metavar="ID", help=texts.HELP_BRIDGE_TAGGER())
    parser.add_argument(
        "--bridge-channel",
        action="append",
        default=[],
        choices=[c.value for c in ChannelKind if c not in NOT_CARRIED],
        metavar="CHANNEL",
        help=texts.HELP_BRIDGE_CHANNEL(),
    )
    parser.add_argument("--first-day", action="store_true", help=texts.HELP_FIRST_DAY())
    parser.add_argument(
        "--relay", choices=[r.value for r in Relay], default=Relay.UNPROVEN.value, help=texts.HELP_RELAY()
    )
    return parser.parse_args(argv)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(texts.NOT_A_TIME(value=repr(text))) from None


def _workspace(
    options: argparse.Namespace, conversations: Sequence[Conversation], contacts: Iterable[Contact]
) -> Workspace:
    """What is not given is learnt from the files, as the program learns it from the workspace."""
    people = {old: c for c in contacts for old in (c.id, *c.merged_ids)}
    workspace = Workspace(
        bridge_codes=frozenset(options.bridge_code),
        own_codes=frozenset(options.admin_code),
        bridge_taggers=frozenset(options.bridge_tagger),
        bridge_channels=frozenset(ChannelKind(c) for c in options.bridge_channel) or None,
        relay=dict.fromkeys(ChannelKind, Relay(options.relay)),
    )
    contact_of = {c.id: owner for c in conversations if (owner := first_known_contact(c, people)) is not None}
    customers = _customers(conversations, people.values())
    return learn_from(conversations, customers, contact_of, workspace, is_settled=not options.first_day)


# --- what is in the files ------------------------------------------------------------------------------------------


def _gather(files: Iterable[str]) -> tuple[list[Conversation], list[Contact]]:
    """Everything in the files, each conversation and contact once, in the order of first appearance."""
    conversations: dict[str, Conversation] = {}
    contacts: dict[str, Contact] = {}
    for file in files:
        for place, raw in _objects(_parsed(file)):
            try:
                if _is_contact(raw):
                    person = map_contact(raw)
                    contacts[person.id] = person
                else:
                    conversation = _conversation(raw)
                    conversations[conversation.id] = _fuller(conversation, conversations.get(conversation.id))
            except NotReadable:
                raise _not_explained(file, place, texts.NO_ID()) from None
            except _NotAConversation as error:
                raise _not_explained(file, place, str(error)) from None
    return list(conversations.values()), list(contacts.values())


def _not_explained(file: str, place: str, problem: str) -> BadInput:
    return BadInput(texts.NOT_EXPLAINED(file=_named(file), place=place, problem=problem))


def _parsed(file: str) -> Any:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(texts.FILE_UNREADABLE(file=_named(file), reason=str(reason))) from None
    try:
        return loose_json.parse(data)
    except json.JSONDecodeError as error:
        sentence = texts.NOT_JSON(file=_named(file), line=error.lineno, column=error.colno, problem=error.msg)
        raise BadInput(sentence) from None
    except UnicodeDecodeError as error:
        raise BadInput(texts.NOT_TEXT(file=_named(file), position=error.start)) from None
    except RecursionError:
        raise BadInput(texts.NESTED(file=_named(file))) from None


def _objects(parsed: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every object to read with its place: one, a list, or the lists of an answer to a search."""
    if isinstance(parsed, list):
        for number, raw in enumerate(parsed, start=1):
            item = texts.ITEM(number=number)
            yield from [(item, raw)] if isinstance(raw, list) else _objects(raw, item)
        return
    lists = {}
    if isinstance(parsed, dict) and "id" not in parsed:
        lists = {key: parsed[key] for key in ("conversations", "contacts", "data") if isinstance(parsed.get(key), list)}
    for key, members in lists.items():
        yield from ((f"{place} {key}[{index}]".strip(), raw) for index, raw in enumerate(members))
    if not lists:
        yield place or texts.WHOLE_FILE(), parsed


def _is_contact(raw: Any) -> bool:
    if not isinstance(raw, dict):
        return False
    return raw.get("type") in ("contact", "user", "lead") or ("type" not in raw and "role" in raw)


def _conversation(raw: Any) -> Conversation:
    if not isinstance(raw, dict) or (raw.get("type") or "conversation") != "conversation":
        raise _NotAConversation(texts.NOT_A_CONVERSATION())
    if not {"type", "source", "conversation_parts", "created_at"} & raw.keys():
        raise _NotAConversation(texts.EMPTY_CONVERSATION())
    return map_conversation(raw)


def _fuller(conversation: Conversation, earlier: Conversation | None) -> Conversation:
    """Of two readings of a conversation, the newer one that holds messages; never a search result
    instead of an answer.
    """
    if earlier is None:
        return conversation
    return max(earlier, conversation, key=lambda c: (c.unseen_before is None, len(c.entries), c.updated_at))


def _named(file: str) -> str:
    return texts.STANDARD_INPUT() if file == "-" else file
