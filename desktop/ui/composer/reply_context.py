"""What the composer needs to know of the draft and its conversation. No widgets."""

from __future__ import annotations

from desktop.domain.content.files import FileRoute, bridge_file_route, direct_file_route
from desktop.domain.content.placeholders import ReplyValues, find_blanks
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.forecast import Forecast, Reply, RouteSituation, find_route_situation
from desktop.domain.model.facts import Attachment, Contact
from desktop.domain.model.presence import Colleague
from desktop.domain.model.warning import Verdict
from desktop.engine.views import ThreadView
from desktop.text.names import channel_label
from desktop.text.screens import composer as texts
from desktop.ui.composer.alternatives import has_unconfirmed_reply, text_routes
from desktop.ui.composer.drafts import ComposerDraft


def build_reply(
    view: ThreadView, draft: ComposerDraft, me_id: str, *, offline: bool, colleagues: tuple[Colleague, ...] = ()
) -> Reply:
    """Return the draft as the forecast needs it."""
    files = tuple(Attachment(f.name, "", f.content_type, len(f.data)) for f in draft.files)
    return Reply(
        draft.text,
        files,
        draft.internal,
        "" if draft.is_empty else draft.draft_id,
        draft.seen_upto,
        me_id,
        offline=offline,
        earlier_unconfirmed=has_unconfirmed_reply(view, draft.conversation_id),
        colleagues=colleagues,
        spans=draft.spans,
    )


def find_draft_situation(view: ThreadView, draft: ComposerDraft) -> RouteSituation | None:
    """Return the situation where the draft would go; a note always goes through Intercom."""
    conversation = view.situations.get(draft.conversation_id)
    route = None if draft.internal else draft.route
    return find_route_situation(view.thread, conversation, view.direct_routes, route)


def find_text_routes(view: ThreadView, draft: ComposerDraft) -> tuple[DirectRoute, ...]:
    """Return the direct routes the draft can take; a note has none."""
    return () if draft.internal else text_routes(view, draft.conversation_id)


def current_route(view: ThreadView, draft: ComposerDraft) -> Route | None:
    """Return the view's route with the draft's account and address; None for Intercom or if the account is gone."""
    if draft.route is None:
        return None
    target = (draft.route.key, draft.route.to)
    return next((d.route for d in find_text_routes(view, draft) if (d.route.key, d.route.to) == target), None)


def find_contact(view: ThreadView, conversation_id: str) -> Contact | None:
    """Return the contact of a conversation; of several the one that Intercom lists first."""
    chat = view.thread.chat(conversation_id)
    ids = chat.conversation.contact_ids if chat is not None else ()
    return next((c for i in ids for c in view.thread.contacts if i == c.id or i in c.merged_ids), None)


def reply_values(view: ThreadView, conversation_id: str, agent_name: str) -> ReplyValues:
    """Return what placeholders stand for in a conversation."""
    chat = view.thread.chat(conversation_id)
    subject = chat.conversation.title if chat is not None else ""
    return ReplyValues(find_contact(view, conversation_id), agent_name, conversation_id, subject)


def find_file_route(view: ThreadView, draft: ComposerDraft) -> FileRoute:
    """Return the route that a file of the draft would take."""
    if draft.internal:
        return FileRoute.INTERCOM
    if draft.route is not None:
        return direct_file_route(draft.route.key.provider)
    situation = view.situations.get(draft.conversation_id)
    mapping = situation.mapping if situation is not None else None
    return (bridge_file_route(mapping.channel) if mapping is not None else None) or FileRoute.INTERCOM


def sending_obstacle(draft: ComposerDraft, forecast: Forecast | None) -> str:
    """Return why the draft cannot be sent as it is, as a sentence for the agent; "" if it can."""
    blanks = find_blanks(draft.text)
    if blanks:
        return texts.FILL_IN(blank=blanks[0][1])
    if forecast is not None and forecast.verdict is Verdict.BLOCKED:
        return texts.BLOCKED()
    if draft.route is not None and len(draft.files) > 1:
        return texts.ONE_FILE(channel=channel_label(draft.route.channel))
    return ""
