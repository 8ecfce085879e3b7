"""Relay: how we know whether a bridge forwards replies made through the API, and what its failure notices prove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.facts import ChannelKind, EntryKind
from desktop.domain.notice import TIED_WITHIN, NoticeKind
from desktop.domain.origin import Transport
from desktop.domain.thread import Author, Chat, Message, Thread
from desktop.domain.workspace import Relay, Workspace


class RelayProof(StrEnum):
    """`PERSON`: somebody said so. `GUIDED_TEST`: a reply to the agent's own phone did or did not arrive there.
    `FAILURE_NOTICE`: the bridge reported on a reply of ours. `OUTBOUND_ROW`: the channel's provider lists one."""

    PERSON = "person"
    GUIDED_TEST = "guided_test"
    FAILURE_NOTICE = "failure_notice"
    OUTBOUND_ROW = "outbound_row"


@dataclass(frozen=True, slots=True)
class RelayEvidence:
    """at: when it was said or seen. about: the conversation it was seen in, "" where there is none; never words."""

    channel: ChannelKind
    relay: Relay
    proof: RelayProof
    at: datetime
    about: str = ""


def proven(thread: Thread, workspace: Workspace) -> tuple[RelayEvidence, ...]:
    """Channels whose relay is unproven so far and proven by this thread, each once.

    A bridge reports a closed window only after it tried to forward a reply. When the only reply it can speak of is one
    that we made through the API, the bridge does look at our replies: the relay is proven, although this one failed.

    Nothing else proves anything. A notice about other trouble (a disconnected number, say) may come without any
    reply, so after a reply into an open window it shows neither that the bridge tried nor that it ignores us. No notice
    at all shows nothing either. And a person's word is never overruled: only `UNPROVEN` becomes `PROVEN`.
    """
    found = {}
    for chat in thread.chats:
        mapping = chat.mapping
        if mapping is None or not mapping.is_known or mapping.transport is Transport.NATIVE:
            continue
        if workspace.relay_of(mapping.channel) is not Relay.UNPROVEN or mapping.channel in found:
            continue
        report = next((r for m in chat.messages if (r := _report_on_ours(m, chat, workspace)) is not None), None)
        if report is not None:
            found[mapping.channel] = RelayEvidence(
                mapping.channel, Relay.PROVEN, RelayProof.FAILURE_NOTICE, report.entry.sent_at, chat.id
            )
    return tuple(found.values())


def _report_on_ours(message: Message, chat: Chat, workspace: Workspace) -> Message | None:
    """The bridge's own report that this reply of ours met a closed window; None where it may speak of another's."""
    notice = message.notice
    if (
        notice is None
        or notice.kind is not NoticeKind.WINDOW_CLOSED
        or message.entry.app_code not in workspace.own_codes
    ):
        return None
    report = next(m for m in chat.messages if m.id == notice.entry_id)
    if report.entry.app_code not in workspace.bridge_codes:
        return None
    others = (
        m
        for m in chat.messages
        if m.author in (Author.TEAMMATE, Author.BOT)
        and m.entry.kind is EntryKind.MESSAGE
        and m.entry.app_code not in workspace.own_codes
        # The bridge never hears of what goes past Intercom.
        and m.direct is None
        and abs(report.entry.sent_at - m.entry.sent_at) <= TIED_WITHIN
    )
    return None if any(others) else report
