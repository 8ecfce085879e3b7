"""Composer drafts: what is being written, one text for each conversation and kind, between two saves. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from desktop.domain.direct import Route
from desktop.domain.model.warning import Acknowledgement
from desktop.engine.commands import SaveDraft, SendDirect, SendReply
from desktop.engine.views import Draft, ThreadView
from desktop.ports import OutgoingFile


def mint() -> str:
    return uuid4().hex


@dataclass(slots=True)
class Writing:
    """A draft as it stands in the composer.

    draft_id: minted when it was last empty; the outbox's key, so it never serves two replies.
    seen_upto: the highest `Entry.arrival` that the agent had seen when it was last touched; None while it is empty.
    saved: nothing changed since the last `SaveDraft`.
    route: the way past Intercom it is to go; None through it. Never kept: a draft that comes back is a reply again.
    """

    customer_id: str
    conversation_id: str
    internal: bool
    draft_id: str = field(default_factory=mint)
    text: str = ""
    files: tuple[OutgoingFile, ...] = ()
    seen_upto: int | None = None
    saved: bool = True
    route: Route | None = None

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.files

    def command(self) -> SaveDraft:
        return SaveDraft(
            self.draft_id,
            self.customer_id,
            self.conversation_id,
            self.text,
            self.files,
            internal=self.internal,
            seen_upto=self.seen_upto,
        )

    def touch(self, seen_upto: int | None) -> None:
        """The agent changed it, having seen everything up to this arrival."""
        if seen_upto is not None and not self.is_empty:
            self.seen_upto = max(self.seen_upto or 0, seen_upto)

    def sending(self, acknowledged: Acknowledgement) -> SendReply | SendDirect:
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
        )


class DraftBook:
    """All writings of this session. What was typed here wins over what the store says; the store fills in the rest."""

    def __init__(self) -> None:
        self._writings: dict[tuple[str, bool], Writing] = {}
        # Ids that were sent or emptied: a view read a moment earlier may still bring them back.
        self._spent: set[str] = set()

    def open(self, view: ThreadView, conversation_id: str, *, internal: bool) -> Writing:
        """The writing of this conversation and kind; from the stored draft where nothing was typed here."""
        key = (conversation_id, internal)
        held = self._writings.setdefault(key, Writing(view.customer_id, conversation_id, internal))
        stored = next((d for d in view.drafts if (d.conversation_id, d.internal) == key), None)
        if stored is not None and held.is_empty and held.saved and stored.draft_id not in self._spent:
            self._writings[key] = _restored(stored, view.customer_id)
        return self._writings[key]

    def edit(self, writing: Writing, text: str, files: tuple[OutgoingFile, ...]) -> SaveDraft | None:
        """Take over what is typed. Emptying it gives the command that forgets the old draft; its id is never used
        again."""
        was_empty = writing.is_empty
        if (writing.text, writing.files) == (text, files):
            return None
        writing.text, writing.files, writing.saved = text, files, False
        if not was_empty and writing.is_empty:
            writing.text = ""
            forget = writing.command()
            self._renew(writing)
            writing.text = text
            return forget
        return None

    def move(self, here: Writing, there: Writing) -> SaveDraft | None:
        """The words of one writing are the other's; gives the command that forgets where they were."""
        self.edit(there, here.text, here.files)
        there.touch(here.seen_upto)
        here.route = None
        return self.edit(here, "", ())

    def is_changed(self, draft: Draft) -> bool:
        """What is typed differs from what is kept."""
        writing = next((w for w in self._writings.values() if w.draft_id == draft.draft_id), None)
        return writing is not None and (writing.text, writing.files) != (draft.text, draft.files)

    def unsaved(self) -> list[SaveDraft]:
        """Commands for every writing that changed since it was last saved; they count as saved from now on."""
        changed = [w for w in self._writings.values() if not w.saved]
        for writing in changed:
            writing.saved = True
        return [w.command() for w in changed if not w.is_empty]

    def sent(self, draft_id: str) -> Writing | None:
        """The engine has it: empty the writing and mint its next id. None if no writing bears that id."""
        writing = next((w for w in self._writings.values() if w.draft_id == draft_id), None)
        if writing is not None:
            self._renew(writing)
            writing.route = None
        return writing

    def reply_of(self, conversation_id: str, text: str) -> Writing | None:
        """The reply to this conversation, if it says just this and has no files."""
        writing = self._writings.get((conversation_id, False))
        return writing if writing is not None and (writing.text, writing.files) == (text, ()) else None

    def go_through_intercom(self) -> None:
        """Nothing that is being written goes past it any more."""
        for writing in self._writings.values():
            writing.route = None

    def _renew(self, writing: Writing) -> None:
        self._spent.add(writing.draft_id)
        writing.draft_id = mint()
        writing.text, writing.files = "", ()
        writing.seen_upto, writing.saved = None, True


def _restored(draft: Draft, customer_id: str) -> Writing:
    return Writing(
        customer_id,
        draft.conversation_id,
        draft.internal,
        draft.draft_id,
        draft.text,
        draft.files,
        draft.seen_upto,
    )
