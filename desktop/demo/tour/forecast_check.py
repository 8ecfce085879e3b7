"""Compares the forecast at the time of Send with what the customer's screens show afterwards."""

from __future__ import annotations

from desktop.demo.sandbox_control import Json
from desktop.domain.forecast import Forecast
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.domain.reach import Certainty
from desktop.text.demo.tour import ARRIVED, DID_NOT_ARRIVE
from desktop.text.names import place

CHECKED_CHANNELS = (
    ChannelKind.WHATSAPP,
    ChannelKind.SMS,
    ChannelKind.TELEGRAM,
    ChannelKind.MESSENGER,
    ChannelKind.EMAIL,
)


@frozen
class SentReply:
    """A reply and its forecast at the time of Send. customer: their name."""

    customer: str
    text: str
    forecast: Forecast


def forecast_json(forecast: Forecast) -> Json:
    """Return the forecast for `tour.json`."""
    return {
        "reaches": [r.channel.value for r in forecast.reaches if r.certainty is not Certainty.UNCERTAIN],
        "uncertain": [r.channel.value for r in forecast.reaches if r.certainty is Certainty.UNCERTAIN],
        "unproven": [r.channel.value for r in forecast.reaches if r.certainty is Certainty.UNPROVEN],
        "verdict": forecast.verdict.word,
        "warnings": [w.value for w in forecast.warnings],
    }


def texts_by_channel(screens: Json) -> dict[str, list[str]]:
    """Return channel name -> texts on that screen as `who: text`, oldest first."""
    texts: dict[str, list[str]] = {}
    for channel in ("whatsapp", "sms", "telegram"):
        lines = screens.get(channel, {}).values()
        texts[channel] = [f"{item['who']}: {item['text']}" for items in lines for item in items]
    texts["messenger"] = [
        f"{item['who']}: {item['text']}" for chat in screens.get("messenger", []) for item in chat["items"]
    ]
    texts["email"] = [f"{item['who']}: {item['text']}" for item in screens.get("email", [])]
    return texts


def mismatches(sent: SentReply, screens: Json) -> list[str]:
    """Return where the forecast and the screens disagree. A channel that was uncertain cannot be wrong."""
    certainty = {r.channel: r.certainty for r in sent.forecast.reaches}
    texts = texts_by_channel(screens)
    found = []
    for channel in CHECKED_CHANNELS:
        promised = channel in certainty
        if certainty.get(channel) is Certainty.UNCERTAIN:
            continue
        wait_for_arrival = _normalized(f"business: {sent.text}") in map(_normalized, texts[channel.value])
        if promised != wait_for_arrival:
            mismatch = DID_NOT_ARRIVE if promised else ARRIVED
            found.append(mismatch(customer=sent.customer, place=place(channel)))
    return found


def _normalized(text: str) -> str:
    """Ignore line breaks: a template's parts are separated differently on the phone."""
    return " ".join(text.split())
