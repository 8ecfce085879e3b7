"""Sentences for contrary facts: who reported what, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.domain.bridge.notice import NoticeKind
from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.history.thread import Message
from desktop.text.catalog import Phrase, Text
from desktop.text.formats import at_time
from desktop.text.names import channel_label, place

# Translators: {who}: Octopods or a provider; {when}: "at 14:02"; {name}: the customer; {place}: "on
# WhatsApp"; {channel}: WhatsApp.
_SENTENCES = {
    ContraryKind.EXPIRED: Text("{who} reported {when} that the 24-hour window was closed."),
    ContraryKind.UNREACHABLE: Text("{who} reported {when} that {name} can't be reached {place}."),
    ContraryKind.OPTED_OUT: Text("{who} reported {when} that {name} opted out of messages from you {place}."),
    ContraryKind.ACCOUNT: Text("{who} reported {when} a problem with your {channel} account."),
    ContraryKind.TEMPORARY: Text("{who} reported {when} that it couldn't deliver {place} because it was too busy."),
    ContraryKind.UNKNOWN: Text("{who} reported {when} that a message wasn't delivered {place}, for an unknown reason."),
}
# More precise sentences, for facts from notices of this kind.
_OF_NOTICES = {
    NoticeKind.BLOCKED: Text("{who} reported {when} that this number blocked you."),
    NoticeKind.NOT_ON_CHANNEL: Text("{who} reported {when} that this number isn't on {channel}."),
}
# Translators: stands for {who}.
_PROVIDER = Text("the provider")
# Translators: after the sentence about a report. {desk} is the name of a colleague's computer in the team.
_ON_DESK = Text("It was reported to {desk}, a computer of your team.")
_STOPPED = Text("{name} sent STOP {when}, so text messages (SMS) to this number are blocked.")


def contrary_sentence(fact: ContraryFact, messages: Iterable[Message], name: str, now: datetime) -> str:
    """The sentence for a fact. messages: of the thread, which may hold the report. name: what to call the customer."""
    all_messages = list(messages)
    notice = next(
        (m.notice.kind for m in all_messages if m.notice is not None and m.notice.entry_id == fact.about), None
    )
    said_at = next((m.entry.sent_at for m in all_messages if m.entry.id == fact.about), fact.at)
    if fact.source is ContrarySource.CUSTOMER:
        sentence = _STOPPED
    else:
        sentence = _OF_NOTICES.get(notice, _SENTENCES[fact.kind]) if notice is not None else _SENTENCES[fact.kind]
    where, channel = place(fact.channel), channel_label(fact.channel)
    found = sentence(who=_who(fact), when=at_time(said_at, now), name=name, place=where, channel=channel)
    return f"{found} {_ON_DESK(desk=fact.desk)}" if fact.source is ContrarySource.TEAM else found


def _who(fact: ContraryFact) -> str:
    if fact.source is ContrarySource.BRIDGE_NOTICE:
        return "Octopods"
    return fact.account.provider.display_name if fact.account is not None else Phrase(_PROVIDER())
