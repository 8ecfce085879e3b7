"""Turns a reason, a code with parameters, into a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from desktop.domain.delivery import ArrivalReason
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import JOINED, STORED_TEXT, Reason
from desktop.text.catalog import Plural, Text
from desktop.text.formats import date_and_time
from desktop.text.names import channel_label, channel_name, password_store, place
from desktop.text.reasons import (
    accounts,
    commands,
    decisions,
    delivery,
    identity,
    machine,
    media,
    outbox,
    providers,
    snippets,
    templates,
    translation,
)

_TABLES: tuple[Mapping[str, Text | Plural], ...] = (
    {str(code): text for code, text in decisions.SENTENCES.items()},
    {str(code): text for code, text in outbox.SENTENCES.items()},
    {str(code): text for code, text in commands.SENTENCES.items()},
    {str(code): text for code, text in delivery.SENTENCES.items()},
    {str(code): text for code, text in identity.SENTENCES.items()},
    {str(code): text for code, text in templates.SENTENCES.items()},
    {str(code): text for code, text in providers.FAILURES.items()},
    {str(code): text for code, text in providers.SENTENCES.items()},
    {str(code): text for code, text in accounts.SENTENCES.items()},
    {str(code): text for code, text in machine.SENTENCES.items()},
    {str(code): text for code, text in media.SENTENCES.items()},
    {str(code): text for code, text in snippets.SENTENCES.items()},
    {str(code): text for code, text in translation.SENTENCES.items()},
    # Translators: a sentence that an earlier version stored, in English.
    {STORED_TEXT: Text("{text}")},
)
SENTENCES = {code: text for table in _TABLES for code, text in table.items()}
"""By code. The codes of all layers are different words."""

# Translators: stands for a reason that a newer version of Reachline has written down.
_UNKNOWN = Text("Details are in the log.")


def describe(reason: Reason) -> str:
    """Return the sentence for a reason, "" for none. Reasons among the parameters become sentences too.

    {store} is of passwords, on this system; {label} and {place} are of the channel.
    """
    if not reason:
        return ""
    if reason.code == JOINED:
        return " ".join(_shown(name, value) for name, value in reason.params)
    entry = SENTENCES.get(reason.code, _UNKNOWN)
    values = {"store": password_store()} | {name: _shown(name, value) for name, value in reason.params}
    kind = dict(reason.params).get("channel")
    if kind in list(ChannelKind):
        values |= {"label": channel_label(ChannelKind(kind)), "place": place(ChannelKind(kind))}
    if reason.code == ArrivalReason.NOTICE and "text" in values:
        values["text"] = delivery.bridge_quote(values["text"])
    if not entry.placeholders <= values.keys():
        # Stored by a version whose entry needed less.
        return _UNKNOWN()
    return entry(int(values.pop("count")), **values) if isinstance(entry, Plural) else entry(**values)


def _shown(name: str, value: str | Reason) -> str:
    if isinstance(value, Reason):
        return describe(value)
    if name == "at":
        return date_and_time(datetime.fromisoformat(value))
    return channel_name(value) if name == "channel" else value
