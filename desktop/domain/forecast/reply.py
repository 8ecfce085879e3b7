"""Forecasts what would happen on Send right now: where the reply arrives, the warnings, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from desktop.domain.content.files import (
    MAX_FILES,
    FileFacts,
    FileRefusal,
    FileRoute,
    bridge_file_route,
    direct_file_route,
    plan_file,
)
from desktop.domain.content.whatsapp_marks import text_on
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.direct_reach import DirectSituation, find_direct_reach, find_direct_situation
from desktop.domain.history.provider_messages import normalize_text
from desktop.domain.history.thread import Author, Message, Thread
from desktop.domain.model.facts import Attachment, ChannelKind
from desktop.domain.model.formatting import Spans
from desktop.domain.model.frozen import frozen
from desktop.domain.model.outgoing import Schedule, find_placeholder
from desktop.domain.model.presence import Colleague, PresenceState
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, Verdict, WarningCode
from desktop.domain.reach import Certainty, Reach, Situation, find_reach
from desktop.domain.window.window import WINDOW_LENGTH, Window

RouteSituation = Situation | DirectSituation

SAME_TEXT_WITHIN = timedelta(minutes=10)
SAME_TEMPLATE_WITHIN = timedelta(hours=24)
BACKFILL_AFTER = timedelta(hours=24)
"""An entry stored late and this much older than the newest one shown is backfill, not news."""

NEWEST_MESSAGES = 100
"""What somebody who writes a reply may not have seen is looked for among so many."""

# Longest text in code points: WhatsApp and Telegram 4096 (Meta messages reference; Bot API 10.1), SMS 1600 at Twilio.
MAX_TEXT = {ChannelKind.WHATSAPP: 4096, ChannelKind.TELEGRAM: 4096, ChannelKind.SMS: 1600}


@frozen
class Reply:
    """What is about to be sent, and the circumstances.

    internal: a note for the team. draft_id: "" for a forecast in advance, where an empty text is no fault.
    seen_upto: the highest `Entry.arrival` stored while the agent saw the end of the thread and wrote; None if not
        recorded, and then nothing counts as newer.
    beyond_text: contains more than text and files (cards, buttons), or is sent with a close or an assignment.
    template: the name of the approved template, "" for free text.
    template_used_at: when this template last went to this customer; None if never.
    colleagues: who else is in the conversation at this moment.
    spans: the text's formatting. It raises no warning: the text is complete without.
    """

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    internal: bool = False
    draft_id: str = ""
    seen_upto: int | None = None
    author_id: str = ""
    beyond_text: bool = False
    offline: bool = False
    earlier_unconfirmed: bool = False
    template: str = ""
    template_used_at: datetime | None = None
    colleagues: tuple[Colleague, ...] = ()
    spans: Spans = ()


@frozen
class Forecast:
    """Where a reply would arrive. reaches: the channel before the Messenger. warned: worst first, no code twice."""

    reaches: tuple[Reach, ...]
    warned: tuple[ForecastWarning, ...] = ()

    @property
    def warnings(self) -> tuple[WarningCode, ...]:
        """The codes of the warnings, worst first."""
        return tuple(w.code for w in self.warned)

    @property
    def verdict(self) -> Verdict:
        """The worst weight of the warnings."""
        return max((w.severity for w in self.warned), default=Verdict.CLEAR)

    @property
    def reached(self) -> frozenset[ChannelKind]:
        """Channels that it would reach, with unproven ones and without uncertain ones."""
        return frozenset(r.channel for r in self.reaches if r.certainty is not Certainty.UNCERTAIN)

    @property
    def may_be_forwarded(self) -> bool:
        """Whether it may go on from Intercom to another channel."""
        return any(r.channel not in (ChannelKind.MESSENGER, ChannelKind.EMAIL) for r in self.reaches)

    def unacknowledged(self, acknowledged: Acknowledgement) -> tuple[ForecastWarning, ...]:
        """Warnings of weight `WARN` or more that the agent has not accepted for this reply, by code and ids."""
        return tuple(w for w in self.warned if w.severity >= Verdict.WARN and not w.acknowledgement <= acknowledged)


def find_route_situation(
    thread: Thread, conversation: Situation | None, direct_routes: Iterable[DirectRoute], route: Route | None
) -> RouteSituation | None:
    """Return the situation on a route; `route` is None for a reply through Intercom.

    None if the conversation is not known, or if the route's account is not among `direct_routes`: it is not connected,
    and a reply on it arrives nowhere, through Intercom neither.
    """
    if conversation is None or route is None:
        return conversation
    direct_route = next((d for d in direct_routes if d.route == route), None)
    return None if direct_route is None else find_direct_situation(thread, direct_route, conversation)


def compute_forecast(situation: RouteSituation, reply: Reply, now: datetime) -> Forecast:
    """Return what would happen if `reply` were sent at `now`, through Intercom or on a direct route."""
    if isinstance(situation, DirectSituation):
        return _compute_direct_forecast(situation, reply, now)
    if reply.internal:
        return _make_forecast((), _sending_warnings(situation, reply), reply)
    reaches, warnings = find_reach(situation, now)
    warnings = [*warnings, *_content_warnings(reaches, situation, reply), *_activity_warnings(situation, reply, now)]
    return _make_forecast(reaches, [*warnings, *_sending_warnings(situation, reply)], reply)


def compute_scheduled_forecast(situation: RouteSituation, reply: Reply, schedule: Schedule, now: datetime) -> Forecast:
    """Return what would happen if `reply` were sent when it is due, by what is known now.

    For one that waits for the customer's next message it is taken for granted that this has just come, and that it did
    what a message on that channel does: open the window, and end what only stood for the customer's silence there.
    """
    later = replace(reply, offline=False, colleagues=())
    if schedule.at is None and schedule.awaits is not None:
        return compute_forecast(_after_message(situation, schedule.awaits, now), later, now)
    return compute_forecast(situation, later, now if schedule.at is None else max(schedule.at, now))


def _after_message(s: RouteSituation, channel: ChannelKind, now: datetime) -> RouteSituation:
    window = _opened(s.window, channel, now)
    recovery = replace(s.recovery, customer_wrote_at=now) if s.window.key.channel is channel else s.recovery
    if isinstance(s, DirectSituation):
        here = replace(s.conversation, newest_here=None, newest_anywhere=None)
        return replace(s, window=window, recovery=recovery, conversation=here)
    return replace(s, window=window, recovery=recovery, newest_here=None, newest_anywhere=None)


def _opened(window: Window, channel: ChannelKind, now: datetime) -> Window:
    if window.key.channel is not channel or not window.exists:
        return window
    closes_at = now + WINDOW_LENGTH[channel]
    return replace(window, opened_by=None, opened_at=now, closes_at=closes_at, doubt=None, expired_by="")


def _compute_direct_forecast(situation: DirectSituation, reply: Reply, now: datetime) -> Forecast:
    reaches, warnings = find_direct_reach(situation, now, template=bool(reply.template))
    capabilities, conversation = situation.capabilities, situation.conversation
    route = direct_file_route(situation.route.key.provider)
    plans = [plan_file(route, _file_facts(a), has_text=bool(reply.text)) for a in reply.attachments]
    limits = [p.max_caption for p in plans if p.max_caption is not None] or [capabilities.max_text]
    length = len(text_on(situation.route.channel, reply.text, reply.spans))
    if not reply.template and any(length > limit for limit in limits):
        warnings.append(ForecastWarning(WarningCode.TEXT_TOO_LONG))
    if len(plans) > MAX_FILES[route] or not all(p.is_taken for p in plans):
        warnings.append(ForecastWarning(WarningCode.ATTACHMENT_REFUSED))
    used_at = reply.template_used_at
    if reply.template and used_at is not None and now - used_at < SAME_TEMPLATE_WITHIN:
        warnings.append(ForecastWarning(WarningCode.SAME_TEMPLATE_JUST_SENT))
    warnings += [*_activity_warnings(conversation, reply, now), *_sending_warnings(conversation, reply)]
    return _make_forecast(reaches, warnings, reply)


def _make_forecast(reaches: tuple[Reach, ...], warnings: Iterable[ForecastWarning], reply: Reply) -> Forecast:
    """Add the warnings on the text itself, which hold on every route, and merge those with the same code."""
    found = list(warnings)
    if find_placeholder(reply.text) is not None:
        found.append(ForecastWarning(WarningCode.UNRESOLVED_PLACEHOLDER))
    if reply.draft_id and not reply.attachments and not normalize_text(reply.text):
        found.append(ForecastWarning(WarningCode.EMPTY_TEXT))
    ids: dict[WarningCode, frozenset[str]] = {}
    for warned in found:
        ids[warned.code] = ids.get(warned.code, frozenset()) | warned.ids
    merged = [ForecastWarning(code, ids[code]) for code in ids]
    return Forecast(reaches, tuple(sorted(merged, key=lambda w: -w.severity)))


def _content_warnings(reaches: tuple[Reach, ...], s: Situation, reply: Reply) -> list[ForecastWarning]:
    """Warn about limits of the channels the text would go to. The Messenger accepts whatever Intercom accepts."""
    warnings = []
    relayed = s.mapping is not None and any(
        r.channel not in (ChannelKind.MESSENGER, ChannelKind.EMAIL) for r in reaches
    )
    if relayed and reply.beyond_text:
        warnings.append(ForecastWarning(WarningCode.CONTENT_MAY_NOT_RELAY))
    for reach in reaches:
        if len(reply.text) > MAX_TEXT.get(reach.channel, len(reply.text)):
            warnings.append(ForecastWarning(WarningCode.TEXT_TOO_LONG))
        route = bridge_file_route(reach.channel) if s.mapping is not None else None
        if route is not None and refused_file(reply.attachments, route) is not None:
            warnings.append(ForecastWarning(WarningCode.ATTACHMENT_REFUSED))
    return warnings


def refused_file(
    attachments: Iterable[Attachment], route: FileRoute, *, has_text: bool = False
) -> tuple[str, FileRefusal] | None:
    """The name of the first file that the route does not take, with the reason; None if it takes all."""
    for attachment in attachments:
        refusal = plan_file(route, _file_facts(attachment), has_text=has_text).refusal
        if refusal is not None:
            return attachment.name, refusal
    return None


def _file_facts(attachment: Attachment) -> FileFacts:
    return FileFacts(
        attachment.name,
        attachment.content_type,
        attachment.size_bytes,
        attachment.width_px,
        attachment.height_px,
    )


def _activity_warnings(s: Situation, reply: Reply, now: datetime) -> list[ForecastWarning]:
    """Warn about what the agent may not have seen, and about repeating what was just sent."""
    warnings = []
    unseen = _unseen(s.messages, reply.seen_upto)
    customers = frozenset(m.id for m in unseen if m.may_be_from_customer)
    others = frozenset(m.id for m in unseen if _is_by_other_teammate(m, reply.author_id))
    if customers:
        warnings.append(ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, customers))
    if others:
        warnings.append(ForecastWarning(WarningCode.TEAMMATE_ANSWERED, others))
    own_entry = s.newest_reply.entry if s.newest_reply is not None else None
    if own_entry is not None:
        same = normalize_text(own_entry.text) == normalize_text(reply.text) != "" and not _failed(s.newest_reply)
        # A template has a warning of its own.
        if same and not reply.template and now - own_entry.sent_at < SAME_TEXT_WITHIN:
            warnings.append(ForecastWarning(WarningCode.SAME_TEXT_JUST_SENT, frozenset({own_entry.id})))
    return [*warnings, *_colleague_warnings(reply.colleagues)]


def _colleague_warnings(colleagues: Iterable[Colleague]) -> Iterator[ForecastWarning]:
    """Warn of colleagues who are about to answer too; who only looks is no reason."""
    for colleague in colleagues:
        code = _CODE_OF_PRESENCE.get(colleague.state)
        if code is not None:
            yield ForecastWarning(code, frozenset({colleague.desk}))


_CODE_OF_PRESENCE = {
    PresenceState.TYPING: WarningCode.COLLEAGUE_IS_WRITING,
    PresenceState.QUEUED: WarningCode.COLLEAGUE_REPLY_QUEUED,
}


def _unseen(messages: Sequence[Message], seen_upto: int | None) -> list[Message]:
    """Recent entries stored after `seen_upto`, without backfill. messages: by time."""
    if seen_upto is None:
        return []
    recent = messages[-NEWEST_MESSAGES:]
    shown = max((m.entry.sent_at for m in recent if 0 < m.entry.arrival <= seen_upto), default=None)
    return [
        m
        for m in recent
        if m.entry.arrival > seen_upto and (shown is None or shown - m.entry.sent_at <= BACKFILL_AFTER)
    ]


def _is_by_other_teammate(message: Message, author_id: str) -> bool:
    if message.may_be_from_customer or message.author not in (Author.TEAMMATE, Author.BOT):
        return False
    return bool(message.arrived) and (message.entry.author_id != author_id or message.author is Author.BOT)


def _failed(message: Message | None) -> bool:
    """Whether it is a direct message that failed, so that it may be sent again."""
    return message is not None and message.direct is not None and message.direct.delivery is Delivery.FAILED


def _sending_warnings(s: Situation, reply: Reply) -> list[ForecastWarning]:
    warnings = []
    if not s.signed_in:
        warnings.append(ForecastWarning(WarningCode.SIGNED_OUT))
    if reply.offline:
        warnings.append(ForecastWarning(WarningCode.QUEUED_OFFLINE))
    if reply.earlier_unconfirmed:
        warnings.append(ForecastWarning(WarningCode.EARLIER_REPLY_UNCONFIRMED))
    return warnings
