"""Turns a reason, a code with parameters, into a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.model.reason import Reason
from desktop.text.catalog import Text
from desktop.text.names import channel_name
from desktop.text.reasons import decisions

SENTENCES: Mapping[str, Text] = {str(code): text for table in (decisions.SENTENCES,) for code, text in table.items()}
"""By code. The codes of all layers are different words."""

# Translators: stands for a reason that a newer version of Reachline has written down.
_UNKNOWN = Text("Details are in the log.")


def describe(reason: Reason) -> str:
    """Return the sentence for a reason. Reasons among the parameters become sentences too."""
    entry = SENTENCES.get(reason.code, _UNKNOWN)
    return entry(**{name: _shown(name, value) for name, value in reason.params})


def _shown(name: str, value: str | Reason) -> str:
    if isinstance(value, Reason):
        return describe(value)
    return channel_name(value) if name == "channel" else value
