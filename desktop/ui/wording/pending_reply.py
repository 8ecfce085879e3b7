"""The texts of a pending reply: its state, why it waits, and what the agent can do about it. No widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply, compute_forecast, find_route_situation
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, Verdict, WarningCode
from desktop.engine.views import ConnectionState, PendingReply, ThreadView
from desktop.text.reasons import describe as reasons
from desktop.ui.wording import thread, words
from desktop.ui.wording.alternatives import better_conversation, go_label, send_label
from desktop.ui.wording.forecast import warning_texts

KEYS = {"send": "Ctrl+Return", "edit": "F2", "cancel": "Del", "arrived": "Y", "go": "G"}
"""Key of each action while the reply's row is the current one."""

EDIT, CANCEL = ("edit", "Edit"), ("cancel", "Take back")

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


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """The texts of a pending reply. why: "" for nothing to add.

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
    if pending.state is State.QUEUED:
        return _queued(pending, view, connection)
    if pending.state is State.HELD:
        return _held(pending, view, now)
    if pending.state is State.REFUSED:
        why = reasons.describe(pending.reason) or f"{_provider_name(pending)} refused it and gave no reason."
        return OutgoingText("Not sent", why, (*_edit_action(pending), ("send", "Send again"), CANCEL))
    if pending.state is State.UNCONFIRMED:
        return _unconfirmed(pending)
    sending = f"Sending {words.place(pending.route.channel)}…" if pending.route is not None else "Sending…"
    known = {
        State.SENDING: sending,
        State.ACCEPTED: f"{_provider_name(pending)} took it",
        State.CANCELLED: "Taken back",
    }
    return OutgoingText(known[pending.state])


def resend_question(view: ThreadView, route: Route | None = None) -> tuple[str, str]:
    """Return title and text of the question before an unconfirmed reply is sent again."""
    name = words.first_name(view.name)
    look = "the conversation in Intercom" if route is None else f"the chat {words.place(route.channel)}"
    return (
        "Send it a second time?",
        f"The first one may have arrived, and then {name} reads the same words twice. "
        f"Look at {look} if you are not sure.",
    )


def _unconfirmed(pending: PendingReply) -> OutgoingText:
    actions = (("arrived", "It arrived"), ("send", "Send again"), CANCEL)
    if pending.route is None:
        return OutgoingText("We don't know whether this arrived", reasons.describe(pending.reason), actions)
    channel = words.channel(pending.route.channel)
    why = reasons.describe(pending.reason)
    if not why:
        why = f"We don't know whether {channel} took this. Look at the chat before sending it again."
    return OutgoingText(f"{channel}: not confirmed", why, actions)


def _edit_action(pending: PendingReply) -> tuple[tuple[str, str], ...]:
    """Return no action for a template, which is not edited in the composer."""
    return () if pending.template else (EDIT,)


def _provider_name(pending: PendingReply) -> str:
    return pending.route.key.provider.display_name if pending.route is not None else "Intercom"


def _queued(pending: PendingReply, view: ThreadView, connection: ConnectionState) -> OutgoingText:
    since = thread.clock_time(pending.queued_at)
    actions = (*_edit_action(pending), CANCEL)
    blocking = _blocking_reply(pending, view)
    if blocking is not None:
        if blocking.state in (State.HELD, State.UNCONFIRMED):
            why = "That one needs your decision first, so that they arrive in the order you wrote them."
        else:
            why = "They go out in the order you wrote them."
        return OutgoingText("Waits behind your earlier reply here", why, actions)
    if connection is ConnectionState.SIGNED_OUT:
        why = f"Waiting since {since}. It is judged again before it goes, after you have signed in."
        return OutgoingText("Queued: signed out of Intercom", why, actions)
    if connection is ConnectionState.OFFLINE:
        why = f"Waiting since {since}. It is judged again before it goes, as soon as Intercom can be reached."
        return OutgoingText("Queued: you are offline", why, actions)
    if pending.reason:
        why = f"{reasons.describe(pending.reason)} Reachline tries again by itself."
        return OutgoingText("Not sent yet", why, (("send", "Send now"), *actions))
    return OutgoingText("Waiting to be sent", "", actions)


def _blocking_reply(pending: PendingReply, view: ThreadView) -> PendingReply | None:
    """Return the earlier reply of the conversation that has to be sent first; None if there is none."""
    order = sorted(view.pending_replies, key=lambda e: (e.queued_at, e.draft_id))
    earlier = order[: next((at for at, e in enumerate(order) if e.draft_id == pending.draft_id), 0)]
    return next((e for e in earlier if e.conversation_id == pending.conversation_id and e.state in _BLOCKING), None)


def _held(pending: PendingReply, view: ThreadView, now: datetime) -> OutgoingText:
    """Describe a held reply by the present forecast; sending accepts the warnings mentioned."""
    conversation = view.situations.get(pending.conversation_id)
    situation = find_route_situation(view.thread, conversation, view.direct_routes, pending.route)
    if situation is None or not pending.warned:
        why = reasons.describe(pending.reason) or "Things changed since you pressed Send."
        return OutgoingText("Held back: nothing was sent", why, (("send", "Try again"), *_edit_action(pending), CANCEL))
    reply = Reply(pending.text, internal=pending.internal, template=pending.template)
    forecast = compute_forecast(situation, reply, now)
    warned = _current_warnings(pending, forecast)
    if not warned:
        why = "What kept it back has passed in the meantime."
        return OutgoingText("Held back, but it can go now", why, (("send", "Send now"), *_edit_action(pending), CANCEL))
    texts = warning_texts([w.code for w in warned], forecast, situation, view.name, now, reply)
    title, first = texts[0]
    why = " ".join([first, *(f"{t}. {w}" for t, w in texts[1:])])
    may_go = forecast.verdict < Verdict.BLOCKED
    send = [("send", send_label(forecast, pending.route))] if may_go else []
    actions = [*send, *_edit_action(pending), CANCEL]
    other = (
        None
        if pending.internal or pending.route is not None
        else better_conversation(view, pending.conversation_id, forecast, now)
    )
    if other is not None:
        actions.insert(0, ("go", go_label(other)))
    return OutgoingText(f"Held back. {title}", why, tuple(actions), warned, other.id if other is not None else "")


def _current_warnings(pending: PendingReply, forecast: Forecast) -> tuple[ForecastWarning, ...]:
    """Return the warnings it was held for that still apply, and those that are new."""
    still = [w for w in pending.warned if w.code not in _TEMPORARY or w.code in forecast.warnings]
    new = forecast.unacknowledged(frozenset(a for w in still for a in w.acknowledgement))
    ids: dict[WarningCode, frozenset[str]] = {}
    for warned in (*still, *new):
        ids[warned.code] = ids.get(warned.code, frozenset()) | warned.ids
    return tuple(ForecastWarning(code, ids[code]) for code in ids)
