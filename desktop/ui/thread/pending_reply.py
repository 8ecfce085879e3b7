"""What the bubble of a pending reply says: its state, why it waits, and what the agent can do about it. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from desktop.domain.delivery import DID_NOT_ARRIVE
from desktop.domain.direct import Route
from desktop.domain.forecast import (
    Forecast,
    Reply,
    compute_forecast,
    compute_scheduled_forecast,
    find_route_situation,
)
from desktop.domain.history.thread import Message
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import OutboxReason, Schedule, State
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, Verdict, WarningCode
from desktop.engine.views import ConnectionState, PendingReply, ThreadView, UploadView
from desktop.text.catalog import Text
from desktop.text.forecast.alternatives import go_label, send_label
from desktop.text.forecast.warnings import WarningText, warning_texts
from desktop.text.formats import clock_time, percent
from desktop.text.names import channel_label, first_name, place
from desktop.text.reasons import describe as reasons
from desktop.text.thread import pending_reply as texts
from desktop.text.thread import scheduling
from desktop.ui.composer.alternatives import better_conversation

KEYS = {
    "send": "Ctrl+Return",
    "edit": "F2",
    "cancel": "Del",
    "arrived": "Y",
    "go": "G",
    "time": "D",
    "template": "Shift+T",
    "direct": "Shift+D",
}
"""Key of each action while the reply's row is the current one."""
_CHANNELS_WITH_TEMPLATES = (ChannelKind.WHATSAPP, ChannelKind.UNKNOWN)

# Warnings that end when a window opens or a mapping becomes certain. The others are about past events.
_TEMPORARY = frozenset(
    {
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.RELAY_REFUSED,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
        WarningCode.CONVERSATION_MOVED,
        WarningCode.CHANNEL_REFUSED_LATELY,
        WarningCode.EMAIL_MAY_NOT_ARRIVE,
        WarningCode.REACH_UNKNOWN,
        WarningCode.CUSTOMER_IS_ELSEWHERE,
        WarningCode.SIGNED_OUT,
    }
)
_BLOCKING = (State.SENDING, State.QUEUED, State.HELD, State.UNCONFIRMED)


class OutgoingText(msgspec.Struct, frozen=True):
    """The texts of a pending reply, or of one that did not arrive. why: "" for nothing to add.

    actions: (action, label), most helpful first. warned: the warnings mentioned, which sending accepts.
    elsewhere: id of the conversation that the action `go` leads to.
    """

    headline: str
    why: str = ""
    actions: tuple[tuple[str, str], ...] = ()
    warned: tuple[ForecastWarning, ...] = ()
    elsewhere: str = ""

    @property
    def accepts(self) -> Acknowledgement:
        return frozenset(a for w in self.warned for a in w.acknowledgement)


DescribePending = Callable[[PendingReply, ThreadView, datetime], OutgoingText]


def describe(
    pending: PendingReply, view: ThreadView, now: datetime, connection: ConnectionState = ConnectionState.ONLINE
) -> OutgoingText:
    if pending.state is State.SCHEDULED and pending.schedule is not None:
        return _scheduled(pending, pending.schedule, view, now)
    if pending.state is State.QUEUED:
        return _queued(pending, view, connection)
    if pending.state is State.HELD:
        return _held(pending, view, now)
    if pending.state is State.REFUSED:
        why = reasons.describe(pending.reason) or texts.REFUSED_WITHOUT_REASON(provider=_provider_name(pending))
        return OutgoingText(texts.NOT_SENT(), why, _actions(pending, send=texts.SEND_AGAIN, is_send_first=False))
    if pending.state is State.UNCONFIRMED:
        return _unconfirmed(pending)
    if pending.state is State.ACCEPTED:
        return OutgoingText(texts.ACCEPTED(provider=_provider_name(pending)))
    if pending.state is State.CANCELLED:
        return OutgoingText(texts.CANCELLED())
    if pending.upload is not None:
        return _uploading(pending, pending.upload)
    route = pending.route
    return OutgoingText(texts.SENDING() if route is None else texts.SENDING_ON(place=place(route.channel)))


def send_again_actions(message: Message) -> tuple[tuple[str, str], ...]:
    """Return what can be done about a reply of ours that did not arrive on its channel: `template`, `direct`; empty for
    any other message.
    """
    elsewhere = [a for a in message.arrived if a.channel not in (ChannelKind.MESSENGER, ChannelKind.EMAIL)]
    missing = [a.channel for a in elsewhere if a.arrival in DID_NOT_ARRIVE]
    if not missing or len(missing) < len(elsewhere):
        return ()
    template = (("template", texts.SEND_AS_TEMPLATE()),) if missing[0] in _CHANNELS_WITH_TEMPLATES else ()
    return (*template, *((("direct", texts.SEND_DIRECTLY()),) if message.entry.text.strip() else ()))


def resend_question(view: ThreadView, route: Route | None = None) -> tuple[str, str]:
    """Return title and text of the question before an unconfirmed reply is sent again."""
    name = first_name(view.name)
    text = texts.RESEND(name=name) if route is None else texts.RESEND_ON(name=name, place=place(route.channel))
    return texts.RESEND_TITLE(), text


def join_warnings(warnings: Sequence[WarningText]) -> tuple[str, str]:
    """Return the first warning's title, and one text for all. warnings: at least one."""
    first, *further = warnings
    return first.title, " ".join([first.text, *(w.paragraph for w in further)])


def _uploading(pending: PendingReply, upload: UploadView) -> OutgoingText:
    headline = texts.UPLOADING(percent=percent(upload.sent_bytes / upload.total_bytes))
    return OutgoingText(headline, "", (_cancel(pending),))


def _unconfirmed(pending: PendingReply) -> OutgoingText:
    actions = (("arrived", texts.ARRIVED()), ("send", texts.SEND_AGAIN()), _cancel(pending))
    why = reasons.describe(pending.reason)
    if pending.route is None:
        return OutgoingText(texts.NOT_CONFIRMED(), why, actions)
    channel = channel_label(pending.route.channel)
    why = why or texts.MAY_HAVE_ARRIVED(channel=channel)
    return OutgoingText(texts.NOT_CONFIRMED_ON(channel=channel), why, actions)


def _actions(
    pending: PendingReply, send: Text | None = None, *, is_send_first: bool = True
) -> tuple[tuple[str, str], ...]:
    """Return the actions to send (if there is a label for it), edit and cancel.

    A template is not edited in the composer.
    """
    edit = () if pending.template else (("edit", texts.EDIT()),)
    sends = (("send", send()),) if send is not None else ()
    return (*sends, *edit, _cancel(pending)) if is_send_first else (*edit, *sends, _cancel(pending))


def _held_actions(pending: PendingReply, send: Text | None = None) -> tuple[tuple[str, str], ...]:
    """Return the actions of a held reply: one that was scheduled can be given another time."""
    *others, cancel = _actions(pending, send)
    time = (("time", scheduling.CHANGE_TIME()),) if pending.schedule is not None else ()
    return (*others, *time, cancel)


def _cancel(pending: PendingReply) -> tuple[str, str]:
    return "cancel", (texts.CANCEL_NOTE if pending.internal else texts.CANCEL_REPLY)()


def _provider_name(pending: PendingReply) -> str:
    return pending.route.key.provider.display_name if pending.route is not None else "Intercom"


def _scheduled(pending: PendingReply, schedule: Schedule, view: ThreadView, now: datetime) -> OutgoingText:
    """Describe a scheduled reply, and what will happen at its time as things stand."""
    headline = scheduling.headline(schedule, view.name, now)
    send, *others = _actions(pending, texts.SEND_NOW)
    actions = (send, ("time", scheduling.CHANGE_TIME()), *others)
    conversation = view.situations.get(pending.conversation_id)
    situation = find_route_situation(view.thread, conversation, view.direct_routes, pending.route)
    if situation is None:
        return OutgoingText(headline, scheduling.CHECKED_AGAIN(), actions)
    reply = Reply(
        pending.text,
        internal=pending.internal,
        template=pending.template,
        seen_upto=pending.seen_upto,
        author_id=pending.author_id,
    )
    forecast = compute_scheduled_forecast(situation, reply, schedule, now)
    for sentence, warned in (
        (scheduling.WILL_ASK, forecast.unacknowledged(pending.acknowledged)),
        (scheduling.SENT_DESPITE, forecast.unacknowledged(frozenset())),
    ):
        codes = [w.code for w in warned]
        found = scheduling.scheduled_warning_texts(codes, forecast, situation, view.name, now, reply, schedule)
        if found:
            return OutgoingText(headline, sentence(problem=found[0].title), actions)
    return OutgoingText(headline, scheduling.CHECKED_AGAIN(), actions)


def _queued(pending: PendingReply, view: ThreadView, connection: ConnectionState) -> OutgoingText:
    since, actions = clock_time(pending.queued_at), _actions(pending)
    blocking = _blocking_reply(pending, view)
    if blocking is not None:
        why = (texts.DECIDE_ON_EARLIER if blocking.state in (State.HELD, State.UNCONFIRMED) else texts.IN_ORDER)()
        return OutgoingText(texts.WAITING_FOR_EARLIER(), why, actions)
    if connection is ConnectionState.SIGNED_OUT:
        return OutgoingText(texts.WAITING_SIGNED_OUT(), texts.AFTER_SIGN_IN(time=since), actions)
    if connection is ConnectionState.OFFLINE:
        return OutgoingText(texts.WAITING_OFFLINE(), texts.WHEN_ONLINE(time=since), actions)
    if pending.reason:
        why = f"{reasons.describe(pending.reason)} {texts.TRIES_AGAIN()}"
        return OutgoingText(texts.NOT_SENT_YET(), why, _actions(pending, texts.SEND_NOW))
    return OutgoingText(texts.WAITING(), "", actions)


def _blocking_reply(pending: PendingReply, view: ThreadView) -> PendingReply | None:
    """Return the earlier reply of the conversation that has to be sent first; None if there is none."""
    order = sorted(view.pending_replies, key=lambda e: (e.queued_at, e.draft_id))
    earlier = order[: next((at for at, e in enumerate(order) if e.draft_id == pending.draft_id), 0)]
    return next((e for e in earlier if _blocks(e, pending)), None)


def _blocks(earlier: PendingReply, pending: PendingReply) -> bool:
    """A scheduled reply blocks other scheduled ones alone."""
    is_same = earlier.conversation_id == pending.conversation_id and earlier.state in _BLOCKING
    return is_same and (earlier.schedule is None or pending.schedule is not None)


def _held(pending: PendingReply, view: ThreadView, now: datetime) -> OutgoingText:
    """Describe a held reply by the present forecast; sending accepts the warnings mentioned."""
    conversation = view.situations.get(pending.conversation_id)
    situation = find_route_situation(view.thread, conversation, view.direct_routes, pending.route)
    if situation is None or not pending.warned:
        why = reasons.describe(pending.reason) or texts.CHANGED_AFTER_SEND()
        if pending.schedule is not None:
            return OutgoingText(scheduling.NOT_SENT_IN_TIME(), why, _held_actions(pending, texts.SEND_NOW))
        return OutgoingText(texts.NOT_SENT_CHANGED(), why, _actions(pending, texts.TRY_AGAIN))
    reply = Reply(pending.text, internal=pending.internal, template=pending.template)
    forecast = compute_forecast(situation, reply, now)
    warned = _current_warnings(pending, forecast)
    # Of a scheduled one it may say that it is late, too.
    late = "" if pending.reason.code == OutboxReason.FORECAST_WORSE else reasons.describe(pending.reason)
    if not warned:
        return OutgoingText(texts.READY(), late, _held_actions(pending, texts.SEND_NOW))
    warnings = warning_texts([w.code for w in warned], forecast, situation, view.name, now, reply)
    title, why = join_warnings(warnings)
    why = " ".join(filter(None, (late, why)))
    may_go = forecast.verdict < Verdict.BLOCKED
    send = [("send", send_label(forecast, pending.route))] if may_go else []
    actions = [*send, *_held_actions(pending)]
    other = (
        None
        if pending.internal or pending.route is not None
        else better_conversation(view, pending.conversation_id, forecast, now)
    )
    if other is not None:
        actions.insert(0, ("go", go_label(other)))
    return OutgoingText(
        texts.NOT_SENT_BECAUSE(problem=title), why, tuple(actions), warned, other.id if other is not None else ""
    )


def _current_warnings(pending: PendingReply, forecast: Forecast) -> tuple[ForecastWarning, ...]:
    """Return the warnings it was held for that still apply, and those that are new."""
    still = [w for w in pending.warned if w.code not in _TEMPORARY or w.code in forecast.warnings]
    new = forecast.unacknowledged(frozenset(a for w in still for a in w.acknowledgement))
    ids: dict[WarningCode, frozenset[str]] = {}
    for warned in (*still, *new):
        ids[warned.code] = ids.get(warned.code, frozenset()) | warned.ids
    return tuple(ForecastWarning(code, ids[code]) for code in ids)
