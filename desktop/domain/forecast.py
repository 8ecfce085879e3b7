"""Forecast: what would happen on Send right now: where the reply arrives, what to warn of, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.delivery import Delivery
from desktop.domain.direct_reach import DirectSituation, direct_reach
from desktop.domain.facts import Attachment, ChannelKind
from desktop.domain.outgoing import unresolved_placeholder
from desktop.domain.reach import Reach, Situation, Sureness, reach_of
from desktop.domain.thread import Message
from desktop.domain.warning import SEVERITY, Verdict, WarningCode

SAME_TEXT_WITHIN = timedelta(minutes=10)
SAME_TEMPLATE_WITHIN = timedelta(hours=24)

# Longest text in code points: WhatsApp and Telegram 4096 (Meta messages reference; Bot API 10.1), SMS 1600 at Twilio.
MAX_TEXT = {ChannelKind.WHATSAPP: 4096, ChannelKind.TELEGRAM: 4096, ChannelKind.SMS: 1600}
# Largest file in bytes, whatever its kind: WhatsApp documents 100 MB, Telegram uploads 50 MB, MMS about 5 MB.
MAX_FILE_BYTES = {
    ChannelKind.WHATSAPP: 100_000_000,
    ChannelKind.TELEGRAM: 50_000_000,
    ChannelKind.SMS: 5_000_000,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is about to be sent, and how things stand where it is written.

    internal: a note for the team. begun_at: when the draft began; None for a fresh one.
    beyond_text: holds something other than text and files (cards, buttons).
    template: an approved template, with its values; its name, "" for free text.
    template_used_at: when this template last went to this customer; None if never.
    """

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    internal: bool = False
    begun_at: datetime | None = None
    author_id: str = ""
    beyond_text: bool = False
    offline: bool = False
    earlier_unconfirmed: bool = False
    template: str = ""
    template_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """reaches: the channel before the Messenger. warnings: worst first, no code twice."""

    reaches: tuple[Reach, ...]
    warnings: tuple[WarningCode, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return max((SEVERITY[w] for w in self.warnings), default=Verdict.CLEAR)

    @property
    def reached(self) -> frozenset[ChannelKind]:
        """Channels it would reach, unproven ones included, uncertain ones not."""
        return frozenset(r.channel for r in self.reaches if r.sureness is not Sureness.UNCERTAIN)

    def unacknowledged(self, acknowledged: frozenset[WarningCode]) -> tuple[WarningCode, ...]:
        """Warnings of weight `WARN` or more that the agent has not accepted for this reply."""
        return tuple(w for w in self.warnings if SEVERITY[w] >= Verdict.WARN and w not in acknowledged)


def forecast(situation: Situation, reply: Reply, now: datetime) -> Forecast:
    """What would happen on Send at `now`."""
    if reply.internal:
        return _judged((), _about_sending(situation, reply), reply)
    reaches, warnings = reach_of(situation, now)
    warnings = [*warnings, *_about_content(reaches, situation, reply), *_about_others(situation, reply, now)]
    return _judged(reaches, [*warnings, *_about_sending(situation, reply)], reply)


def forecast_direct(situation: DirectSituation, reply: Reply, now: datetime) -> Forecast:
    """What would happen if this went past Intercom at `now`."""
    reaches, warnings = direct_reach(situation, now, template=bool(reply.template))
    able, conversation = situation.abilities, situation.conversation
    if not reply.template and len(reply.text) > (able.max_caption if reply.attachments else able.max_text):
        warnings.append(WarningCode.TEXT_TOO_LONG)
    if len(reply.attachments) > 1 or any((a.size_bytes or 1) > able.max_file_bytes for a in reply.attachments):
        warnings.append(WarningCode.ATTACHMENT_REFUSED)
    used_at = reply.template_used_at
    if reply.template and used_at is not None and now - used_at < SAME_TEMPLATE_WITHIN:
        warnings.append(WarningCode.SAME_TEMPLATE_JUST_SENT)
    warnings += [*_about_others(conversation, reply, now), *_about_sending(conversation, reply)]
    return _judged(reaches, warnings, reply)


def _judged(reaches: tuple[Reach, ...], warnings: list[WarningCode], reply: Reply) -> Forecast:
    if unresolved_placeholder(reply.text) is not None:
        warnings = [*warnings, WarningCode.UNRESOLVED_PLACEHOLDER]
    worst_first = sorted(dict.fromkeys(warnings), key=lambda w: -SEVERITY[w])
    return Forecast(reaches, tuple(worst_first))


def _about_content(reaches: tuple[Reach, ...], s: Situation, reply: Reply) -> list[WarningCode]:
    """Limits of the channel the words would go to. The Messenger itself takes whatever Intercom takes."""
    warnings = []
    relayed = s.mapping is not None and any(
        r.channel not in (ChannelKind.MESSENGER, ChannelKind.EMAIL) for r in reaches
    )
    if relayed and reply.beyond_text:
        warnings.append(WarningCode.CONTENT_MAY_NOT_RELAY)
    for reach in reaches:
        if len(reply.text) > MAX_TEXT.get(reach.channel, len(reply.text)):
            warnings.append(WarningCode.TEXT_TOO_LONG)
        limit = MAX_FILE_BYTES.get(reach.channel)
        if limit is not None and any((a.size_bytes or 0) > limit for a in reply.attachments):
            warnings.append(WarningCode.ATTACHMENT_REFUSED)
    return warnings


def _about_others(s: Situation, reply: Reply, now: datetime) -> list[WarningCode]:
    """What happened in the conversation while the draft was written."""
    warnings = []
    begun = reply.begun_at
    if begun is not None and s.newest_here is not None and s.newest_here.entry.sent_at > begun:
        warnings.append(WarningCode.NEWER_CUSTOMER_MESSAGE)
    ours = s.newest_reply.entry if s.newest_reply is not None else None
    if ours is not None:
        if begun is not None and ours.sent_at > begun and ours.author_id != reply.author_id:
            warnings.append(WarningCode.TEAMMATE_ANSWERED)
        same = " ".join(ours.text.split()) == " ".join(reply.text.split()) != "" and not _failed(s.newest_reply)
        # Of a template there is a warning of its own.
        if same and not reply.template and now - ours.sent_at < SAME_TEXT_WITHIN:
            warnings.append(WarningCode.SAME_TEXT_JUST_SENT)
    return warnings


def _failed(message: Message | None) -> bool:
    """A message past Intercom that did not arrive may be said again."""
    return message is not None and message.direct is not None and message.direct.delivery is Delivery.FAILED


def _about_sending(s: Situation, reply: Reply) -> list[WarningCode]:
    warnings = []
    if not s.signed_in:
        warnings.append(WarningCode.SIGNED_OUT)
    if reply.offline:
        warnings.append(WarningCode.QUEUED_OFFLINE)
    if reply.earlier_unconfirmed:
        warnings.append(WarningCode.EARLIER_REPLY_UNCONFIRMED)
    return warnings
