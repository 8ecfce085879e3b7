"""Automations of a workspace: Intercom's tag rules, and apps that write notes (a CRM, an SLA bot)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from desktop.sandbox.intercom import mutations
from desktop.sandbox.intercom.records import OPERATOR_ID, Author, Conversation, Part, Workspace
from desktop.sandbox.model import html_text


@dataclass(frozen=True, slots=True)
class TagRule:
    """Tags a conversation `delay_s` after a customer's message that contains `word` ("" matches all).

    by: id of an admin or of the operator. parts: later messages count too, not only the first one.
    """

    word: str
    tag: str
    by: str = OPERATOR_ID
    delay_s: float = 0.0
    parts: bool = False


@dataclass(frozen=True, slots=True)
class NoteRule:
    """Writes `text` as a note `delay_s` after a customer's message, or after a teammate's reply.

    code: package code of the app that writes it; None for a person in the inbox.
    """

    text: str
    author: Author
    code: str | None = None
    delay_s: float = 0.0
    after: Literal["customer", "teammate"] = "customer"
    part_type: str = "note"


class Rules:
    """Applies tag rules and note rules to new conversations and parts."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self.tags: list[TagRule] = []
        self.notes: list[NoteRule] = []
        ws.on_conversation.append(self._on_conversation)
        ws.on_part.append(self._on_part)

    def matching_tag_rules(self, body: str, *, is_first: bool) -> list[TagRule]:
        text = html_text.to_text(body).lower()
        return [r for r in self.tags if (is_first or r.parts) and r.word.lower() in text]

    def _on_conversation(self, conversation: Conversation) -> None:
        by_customer = conversation.source.author.is_contact
        if by_customer:
            self._tag(conversation, conversation.source.body, is_first=True)
        self._note(conversation, "customer" if by_customer else "teammate")

    def _on_part(self, conversation: Conversation, part: Part) -> None:
        if not part.has_content or "note" in part.part_type:
            return
        if part.author.is_contact:
            self._tag(conversation, part.body or "", is_first=False)
        self._note(conversation, "customer" if part.author.is_contact else "teammate")

    def _tag(self, conversation: Conversation, body: str, *, is_first: bool) -> None:
        for rule in self.matching_tag_rules(body, is_first=is_first):
            self._ws.clock.call_later(rule.delay_s, partial(self._apply_tag, conversation, rule))

    def _apply_tag(self, conversation: Conversation, rule: TagRule) -> None:
        if conversation.id in self._ws.conversations:
            mutations.tag(self._ws, conversation, self._ws.ensure_tag(rule.tag), rule.by)

    def _note(self, conversation: Conversation, after: Literal["customer", "teammate"]) -> None:
        for rule in self.notes:
            if rule.after == after:
                self._ws.clock.call_later(rule.delay_s, partial(self._write, conversation, rule))

    def _write(self, conversation: Conversation, rule: NoteRule) -> None:
        if conversation.id in self._ws.conversations:
            body = html_text.from_text(rule.text)
            mutations.note(self._ws, conversation, rule.author, body, code=rule.code, part_type=rule.part_type)
