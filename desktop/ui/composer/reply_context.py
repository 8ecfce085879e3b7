"""Composer's standing: what is about to be sent, and how things stand where it would go. No widgets."""

from __future__ import annotations

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.forecast import Forecast, Reply, RouteSituation, route_situation
from desktop.domain.model.facts import Attachment, Contact
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import Verdict
from desktop.engine.views import ThreadView
from desktop.ui.composer.drafts import Writing
from desktop.ui.composer.macro_filling import first_blank
from desktop.ui.wording import words
from desktop.ui.wording.alternatives import text_routes


def reply_of(view: ThreadView, writing: Writing, me_id: str, *, offline: bool) -> Reply:
    """For a forecast."""
    files = tuple(Attachment(f.name, "", f.content_type, len(f.data)) for f in writing.files)
    unconfirmed = any(
        e.state is State.UNCONFIRMED and e.conversation_id == writing.conversation_id and not e.internal
        for e in view.pending_replies
    )
    return Reply(
        writing.text,
        files,
        writing.internal,
        "" if writing.is_empty else writing.draft_id,
        writing.seen_upto,
        me_id,
        offline=offline,
        earlier_unconfirmed=unconfirmed,
    )


def situation_of(view: ThreadView, writing: Writing) -> RouteSituation | None:
    """Return the situation where the draft would go; a note always goes through Intercom."""
    conversation = view.situations.get(writing.conversation_id)
    route = None if writing.internal else writing.route
    return route_situation(view.thread, conversation, view.direct_routes, route)


def routes_of(view: ThreadView, writing: Writing) -> tuple[DirectRoute, ...]:
    """The ways past Intercom it can go; a note never leaves it."""
    return () if writing.internal else text_routes(view, writing.conversation_id)


def route_now(view: ThreadView, writing: Writing) -> Route | None:
    """Its route by what is known now: the same account and address; None where it goes through Intercom, or where that
    account is gone."""
    was = writing.route
    direct_routes = routes_of(view, writing) if was is not None else ()
    return next((w.route for w in direct_routes if was and (w.route.key, w.route.to) == (was.key, was.to)), None)


def contact_of(view: ThreadView, conversation_id: str) -> Contact | None:
    """Whom the conversation is with; of several the one that Intercom names first."""
    chat = view.thread.chat(conversation_id)
    ids = chat.conversation.contact_ids if chat is not None else ()
    return next((c for i in ids for c in view.thread.contacts if i == c.id or i in c.merged_ids), None)


def why_not_yet(writing: Writing, judged: Forecast | None) -> str:
    """Why it cannot be sent as it is, for the agent; "" where it can."""
    blank = first_blank(writing.text)
    if blank is not None:
        return f"Fill in “{blank[1]}” before you send: the customer's details don't say it."
    if judged is not None and judged.verdict is Verdict.BLOCKED:
        return "This cannot be sent yet: see the line above."
    if writing.route is not None and len(writing.files) > 1:
        return f"{words.channel(writing.route.channel)} takes one file at a time: send them one by one."
    return ""
