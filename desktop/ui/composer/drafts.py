"""The drafts of this session, one for each conversation and kind, with their unsaved changes. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from desktop.domain.content.snippets import SnippetAction
from desktop.domain.content.translation import OwnText
from desktop.domain.direct import Route
from desktop.domain.model.formatting import Spans
from desktop.domain.model.outgoing import Schedule
from desktop.domain.model.warning import Acknowledgement
from desktop.engine.commands import SaveDraft, SendDirect, SendReply
from desktop.engine.views import Draft, ThreadView
from desktop.ports import OutgoingFile


def new_draft_id() -> str:
    return uuid4().hex


@dataclass(slots=True)
class ComposerDraft:
    """A draft in the composer.

    draft_id: created when the draft was last empty; the outbox's key, so never used for two replies.
    seen_upto: the highest `Entry.arrival` that the agent had seen at the last edit; None while it is empty.
    is_saved: nothing has changed since the last `SaveDraft`.
    spans: the text's formatting.
    route: the direct route; None for Intercom. Not stored: a restored draft goes through Intercom.
    actions: what is done once it is sent and accepted.
    own: what the agent wrote, where the text is a translation of it.
    schedule: what Send makes it wait for, since it was a scheduled reply; None for at once.
    """

    customer_id: str
    conversation_id: str
    internal: bool
    draft_id: str = field(default_factory=new_draft_id)
    text: str = ""
    files: tuple[OutgoingFile, ...] = ()
    seen_upto: int | None = None
    is_saved: bool = True
    route: Route | None = None
    actions: tuple[SnippetAction, ...] = ()
    spans: Spans = ()
    own: OwnText | None = None
    schedule: Schedule | None = None

    def schedule_left(self, now: datetime) -> Schedule | None:
        """The schedule, unless its time has passed."""
        schedule = self.schedule
        return None if schedule is None or (schedule.at is not None and schedule.at <= now) else schedule

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.files

    def save_command(self) -> SaveDraft:
        return SaveDraft(
            self.draft_id,
            self.customer_id,
            self.conversation_id,
            self.text,
            self.files,
            internal=self.internal,
            seen_upto=self.seen_upto,
            actions=self.actions,
            spans=self.spans,
            own=self.own,
            schedule=self.schedule,
        )

    def mark_seen(self, seen_upto: int | None) -> None:
        """Note that the agent edited the draft having seen everything up to this arrival."""
        if seen_upto is not None and not self.is_empty:
            self.seen_upto = max(self.seen_upto or 0, seen_upto)

    def send_command(self, acknowledged: Acknowledgement, schedule: Schedule | None = None) -> SendReply | SendDirect:
        if self.route is None:
            return SendReply(
                self.draft_id,
                self.customer_id,
                self.conversation_id,
                self.text,
                self.files,
                self.internal,
                acknowledged,
                self.seen_upto,
                schedule,
                self.actions,
                self.spans,
                self.own,
            )
        return SendDirect(
            self.draft_id,
            self.customer_id,
            self.conversation_id,
            self.route,
            self.text,
            self.files,
            acknowledged=acknowledged,
            seen_upto=self.seen_upto,
            schedule=schedule,
            actions=self.actions,
            spans=self.spans,
            own=self.own,
        )


class DraftBook:
    """All drafts of this session. Text typed here takes precedence over stored drafts."""

    def __init__(self) -> None:
        self._drafts: dict[tuple[str, bool], ComposerDraft] = {}
        # Ids of sent or emptied drafts: a view loaded a moment earlier may still contain them.
        self._used_ids: set[str] = set()

    def open(self, view: ThreadView, conversation_id: str, *, internal: bool) -> ComposerDraft:
        """Return the draft of this conversation and kind, from the stored one if nothing was typed here."""
        key = (conversation_id, internal)
        draft = self._drafts.setdefault(key, ComposerDraft(view.customer_id, conversation_id, internal))
        stored = next((d for d in view.drafts if (d.conversation_id, d.internal) == key), None)
        if stored is not None and draft.is_empty and draft.is_saved and stored.draft_id not in self._used_ids:
            self._drafts[key] = _from_stored(stored, view.customer_id)
        return self._drafts[key]

    def edit(
        self, draft: ComposerDraft, text: str, files: tuple[OutgoingFile, ...], spans: Spans = ()
    ) -> SaveDraft | None:
        """Replace text, files and formatting. Returns the command that deletes the stored draft if this empties it."""
        was_empty = draft.is_empty
        if (draft.text, draft.files, draft.spans) == (text, files, spans):
            return None
        draft.text, draft.files, draft.spans, draft.is_saved = text, files, spans, False
        if not was_empty and draft.is_empty:
            draft.text = ""
            deletion = draft.save_command()
            self._reset(draft)
            draft.text = text
            return deletion
        return None

    def move(self, source: ComposerDraft, target: ComposerDraft) -> SaveDraft | None:
        """Move the content. Returns the command that deletes the stored draft it came from."""
        self.edit(target, source.text, source.files, source.spans)
        target.own = source.own
        target.mark_seen(source.seen_upto)
        target.actions = source.actions
        # A message is waited for in its own conversation.
        target.schedule = source.schedule if source.schedule is not None and source.schedule.awaits is None else None
        source.route = None
        return self.edit(source, "", ())

    def is_changed(self, stored: Draft) -> bool:
        """Whether anything that is sent differs from a stored draft."""
        draft = self.find_by_id(stored.draft_id)
        stored_content = (stored.text, stored.files, stored.spans)
        return draft is not None and (draft.text, draft.files, draft.spans) != stored_content

    def take_unsaved(self) -> list[SaveDraft]:
        """Return a command for every changed draft and mark them as saved."""
        changed = [w for w in self._drafts.values() if not w.is_saved]
        for draft in changed:
            draft.is_saved = True
        return [w.save_command() for w in changed if not w.is_empty]

    def clear_sent(self, draft_id: str) -> ComposerDraft | None:
        """Empty a draft that was sent and give it a new id. None if no draft has this id."""
        draft = self.find_by_id(draft_id)
        if draft is not None:
            self._reset(draft)
            draft.route = None
        return draft

    def find_by_id(self, draft_id: str) -> ComposerDraft | None:
        """Return the draft with this id."""
        return next((w for w in self._drafts.values() if w.draft_id == draft_id), None)

    def find(self, conversation_id: str, *, internal: bool) -> ComposerDraft | None:
        """Return a draft that was opened in this session."""
        return self._drafts.get((conversation_id, internal))

    def set_actions(self, draft: ComposerDraft, actions: tuple[SnippetAction, ...]) -> None:
        """Replace what is done once it is sent."""
        draft.actions, draft.is_saved = actions, False

    def set_schedule(self, draft: ComposerDraft, schedule: Schedule | None) -> None:
        """Replace what Send makes it wait for."""
        draft.schedule, draft.is_saved = schedule, False

    def find_reply(self, conversation_id: str, text: str) -> ComposerDraft | None:
        """Return the reply to this conversation if it has exactly this text and no files."""
        draft = self.find(conversation_id, internal=False)
        return draft if draft is not None and (draft.text, draft.files) == (text, ()) else None

    def clear_routes(self) -> None:
        """Let every draft go through Intercom."""
        for draft in self._drafts.values():
            draft.route = None

    def _reset(self, draft: ComposerDraft) -> None:
        self._used_ids.add(draft.draft_id)
        draft.draft_id = new_draft_id()
        draft.text, draft.files, draft.spans, draft.actions = "", (), (), ()
        draft.own, draft.schedule, draft.seen_upto, draft.is_saved = None, None, None, True


def _from_stored(stored: Draft, customer_id: str) -> ComposerDraft:
    return ComposerDraft(
        customer_id,
        stored.conversation_id,
        stored.internal,
        stored.draft_id,
        stored.text,
        stored.files,
        stored.seen_upto,
        actions=stored.actions,
        spans=stored.spans,
        own=stored.own,
        schedule=stored.schedule,
    )
