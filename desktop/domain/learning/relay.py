"""Finds proofs that a bridge forwards replies made through the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.bridge.notice import CAUSED_WITHIN, NoticeKind
from desktop.domain.history.provider_messages import ProviderMessage, normalize_text
from desktop.domain.history.thread import Author, Chat, Message, Thread
from desktop.domain.model.facts import ChannelKind, EntryKind, Role
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.origin import Transport

NOTED_WITHIN = timedelta(minutes=15)
"""How far from a provider message another one with the same text, or the note about one, may be."""


class RelayProof(StrEnum):
    """`PERSON`: somebody said so. `GUIDED_TEST`: a reply to the agent's own phone did or did not arrive there.
    `FAILURE_NOTICE`: the bridge reported on a reply of ours. `OUTBOUND_ROW`: the channel's provider lists one. `TEAM`:
    a colleague's desktop found one of these."""

    PERSON = "person"
    GUIDED_TEST = "guided_test"
    FAILURE_NOTICE = "failure_notice"
    OUTBOUND_ROW = "outbound_row"
    TEAM = "team"


@frozen
class RelayEvidence:
    """Evidence for a channel's relay state. at: when stated or seen. about: the conversation, "" for none. desk: the
    colleague's desktop, with `TEAM`.
    """

    channel: ChannelKind
    relay: Relay
    proof: RelayProof
    at: datetime
    about: str = ""
    desk: str = ""


def find_relay_proofs(thread: Thread, workspace: Workspace) -> tuple[RelayEvidence, ...]:
    """Channels whose relay state is unproven and is proven by this thread, each once.

    A bridge reports a closed window only after it tried to forward a reply. When the only reply that the report can be
    about is one that we made through the API, the bridge does forward such replies, although this one failed. A report
    that may be about another person's or a bot's reply proves nothing.

    A reply that we made through the API and that the channel's own provider lists with the same text proves it too,
    whatever became of it there, unless the same text was also sent another way: from the inbox, or on a direct route
    from another computer, which a note then shows.

    Nothing else proves anything. A notice about other problems (a disconnected number, for example) may come without
    any reply, and the absence of a notice shows nothing. A person's statement is never overruled: only `UNPROVEN`
    becomes `PROVEN`.
    """
    found = {}
    for chat in thread.chats:
        mapping = chat.mapping
        if mapping is None or not mapping.is_known or mapping.transport is Transport.NATIVE:
            continue
        if workspace.relay_of(mapping.channel) is not Relay.UNPROVEN or mapping.channel in found:
            continue
        proof = next((p for m in chat.messages if (p := _proof(m, chat, thread, workspace)) is not None), None)
        if proof is not None:
            found[mapping.channel] = RelayEvidence(mapping.channel, Relay.PROVEN, *proof, chat.id)
    return tuple(found.values())


def _proof(message: Message, chat: Chat, thread: Thread, workspace: Workspace) -> tuple[RelayProof, datetime] | None:
    """What this message proves, and since when; None for nothing."""
    row = message.provider_message
    by_us = row is not None and message.entry.app_code in workspace.own_codes
    if row is not None and by_us and not _may_be_anothers(row, message, thread):
        return RelayProof.OUTBOUND_ROW, row.sent_at
    report = _report_on_own_reply(message, chat, workspace)
    return None if report is None else (RelayProof.FAILURE_NOTICE, report.entry.sent_at)


def _may_be_anothers(row: ProviderMessage, message: Message, thread: Thread) -> bool:
    """Whether the row may be another message in the same words: one from the inbox of which no row is known, or one
    that a note of ours tells to have gone out on a direct route."""
    text = normalize_text(message.entry.text)
    near = (m for m in thread.loaded if m is not message and abs(m.entry.sent_at - row.sent_at) <= NOTED_WITHIN)
    return any(
        text in normalize_text(m.entry.text) if m.entry.kind is EntryKind.NOTE else text == normalize_text(m.entry.text)
        for m in near
        if m.entry.role is not Role.CUSTOMER and m.provider_message is None
    )


def _report_on_own_reply(message: Message, chat: Chat, workspace: Workspace) -> Message | None:
    """The bridge's report that our reply met a closed window; None where it may be about somebody else's."""
    notice = message.notice
    if notice is None or not notice.is_matched or notice.kind is not NoticeKind.WINDOW_CLOSED:
        return None
    if message.author is not Author.TEAMMATE or message.entry.app_code not in workspace.own_codes:
        return None
    report = next(m for m in chat.messages if m.id == notice.entry_id)
    if report.entry.app_code not in workspace.bridge_codes:
        return None
    others = (
        m
        for m in chat.messages
        if m.author in (Author.TEAMMATE, Author.BOT, Author.UNKNOWN)
        and m.entry.kind in (EntryKind.MESSAGE, EntryKind.UNKNOWN)
        # The bridge does not see direct messages.
        and m.direct is None
        and not _is_own_reply(m, workspace)
        and abs(report.entry.sent_at - m.entry.sent_at) <= CAUSED_WITHIN
    )
    return None if any(others) else report


def _is_own_reply(message: Message, workspace: Workspace) -> bool:
    return message.author is Author.TEAMMATE and message.entry.app_code in workspace.own_codes
