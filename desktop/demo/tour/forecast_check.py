"""The tour's judge: what was forecast on Send, held against what the customer's screens then show."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.demo.sandbox_control import Json
from desktop.domain.forecast import Forecast
from desktop.domain.model.facts import ChannelKind
from desktop.domain.reach import Certainty

JUDGED = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM, ChannelKind.MESSENGER, ChannelKind.EMAIL)


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that went out: who it was for, its words, and what was forecast when Send was pressed."""

    customer: str
    text: str
    forecast: Forecast


def as_json(found: Forecast) -> Json:
    """Channels and codes by their words."""
    return {
        "reaches": [r.channel.value for r in found.reaches if r.certainty is not Certainty.UNCERTAIN],
        "uncertain": [r.channel.value for r in found.reaches if r.certainty is Certainty.UNCERTAIN],
        "unproven": [r.channel.value for r in found.reaches if r.certainty is Certainty.UNPROVEN],
        "verdict": found.verdict.word,
        "warnings": [w.value for w in found.warnings],
    }


def standing_on(screens: Json) -> dict[str, list[str]]:
    """Channel word -> what stands there, oldest first, as `who: words`."""
    seen: dict[str, list[str]] = {}
    for channel in ("whatsapp", "sms", "telegram"):
        lines = screens.get(channel, {}).values()
        seen[channel] = [f"{item['who']}: {item['text']}" for items in lines for item in items]
    seen["messenger"] = [
        f"{item['who']}: {item['text']}" for talk in screens.get("messenger", []) for item in talk["items"]
    ]
    seen["email"] = [f"{item['who']}: {item['text']}" for item in screens.get("email", [])]
    return seen


def belied(sent: Sent, screens: Json) -> list[str]:
    """Where the forecast and her screens disagree. What was said to be uncertain cannot be belied."""
    certainty = {r.channel: r.certainty for r in sent.forecast.reaches}
    seen = standing_on(screens)
    lies = []
    for channel in JUDGED:
        promised = channel in certainty
        if certainty.get(channel) is Certainty.UNCERTAIN:
            continue
        arrived = _plain(f"business: {sent.text}") in map(_plain, seen[channel.value])
        if promised != arrived:
            lies.append(f"{sent.customer} on {channel}: {'promised' if promised else 'not foretold'}")
    return lies


def _plain(text: str) -> str:
    """A template's header, body and footer stand apart here and close together on a phone."""
    return " ".join(text.split())
