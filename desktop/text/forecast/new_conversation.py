"""What happens to a message that begins a conversation: where it arrives, and where colleagues see it."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.forecast.new_conversation import Beginning, Recipient, is_noted, nowhere
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import ForecastWarning, Verdict, WarningCode
from desktop.domain.reach import Certainty
from desktop.text.catalog import Text
from desktop.text.forecast import reasons
from desktop.text.forecast.context import ForecastContext
from desktop.text.forecast.line import added_sentences
from desktop.text.forecast.reach import MAY_NOT_ARRIVE, WONT_ARRIVE
from desktop.text.forecast.warnings import WarningText, warning_text
from desktop.text.names import first_name, place

# Translators: {place}: "on WhatsApp".
_ARRIVES = Text("Arrives {place}.")
# Translators: of a template, which WhatsApp accepts first and may still not deliver.
_SHOULD_ARRIVE = Text("Should arrive {place}.")
_ARRIVES_IF_REACHED = Text("Arrives {place} if this number can be reached there.")
_EMAIL_IF_EXISTS = Text("Arrives if this email address exists.")
_EMAIL_FAILS = Text("Might not arrive: email to {name} bounced or was marked as spam.")

# Translators: where the team sees a message that is sent directly, not through Intercom.
_NOTE = Text("Your team sees a note in {name}'s newest conversation. Nothing is shown in the Messenger.")
_OPENED = Text("Octopods starts a conversation in Intercom, where your team sees it and answers arrive.")
_POSTED = Text("Your team sees the text in a new Intercom conversation.")
_IN_INTERCOM = Text("Your team sees it as a new Intercom conversation.")
_ALSO_IN_MESSENGER = Text("{name} sees it in the Messenger too.")
_MAYBE_IN_MESSENGER = Text("{name} may see it in the Messenger too.")
_NEW_CONTACT = Text("Intercom gets a new contact.")
_EMAILED_IF_UNREAD = Text("If it stays unread, Intercom may email it.")


def new_conversation_text(
    recipient: Recipient, beginning: Beginning, forecast: Forecast, name: str, now: datetime
) -> tuple[str, str]:
    """Return where the message arrives with what stands against it, and where the team sees it."""
    context = _context(recipient, beginning, forecast, name, now)
    where = _where(context, beginning, forecast)
    added = added_sentences(context)
    sentences = [*added, where] if forecast.verdict is Verdict.BLOCKED else [where, *added]
    return " ".join(sentences), "" if forecast.verdict is Verdict.BLOCKED else _seen(recipient, beginning, context)


def warning_texts_of(
    warned: tuple[ForecastWarning, ...],
    recipient: Recipient,
    beginning: Beginning,
    forecast: Forecast,
    name: str,
    now: datetime,
) -> list[WarningText]:
    """Return title and sentences of each warning, in order."""
    context = _context(recipient, beginning, forecast, name, now)
    return [warning_text(w.code, context) for w in warned]


def _context(
    recipient: Recipient, beginning: Beginning, forecast: Forecast, name: str, now: datetime
) -> ForecastContext:
    here = nowhere(recipient, beginning.channel)
    direct = None if beginning.direct is None else find_direct_situation(recipient.thread, beginning.direct, here)
    template = beginning.template.name if beginning.template is not None else ""
    return ForecastContext(forecast, here, first_name(name), now, Reply(beginning.text, template=template), direct)


def _where(context: ForecastContext, beginning: Beginning, forecast: Forecast) -> str:
    certainty = next((r.certainty for r in forecast.reaches if r.channel is beginning.channel), None)
    at, refused = place(beginning.channel), ""
    if WarningCode.CHANNEL_REFUSED_LATELY in forecast.warnings:
        refused = f" {reasons.refusal(context)}"
    if WarningCode.EMAIL_MAY_NOT_ARRIVE in forecast.warnings:
        return _EMAIL_FAILS(name=context.name)
    if certainty is None or forecast.verdict is Verdict.BLOCKED:
        return WONT_ARRIVE(place=at) + refused
    if certainty is not Certainty.SURE:
        if refused:
            return MAY_NOT_ARRIVE(place=at) + refused
        return _EMAIL_IF_EXISTS() if beginning.channel is ChannelKind.EMAIL else _ARRIVES_IF_REACHED(place=at)
    return (_SHOULD_ARRIVE if beginning.template is not None else _ARRIVES)(place=at)


def _seen(recipient: Recipient, beginning: Beginning, context: ForecastContext) -> str:
    name = context.name
    if beginning.direct is None:
        may_be_emailed = beginning.channel is not ChannelKind.EMAIL and recipient.contact.takes_email
        new = [] if recipient.is_known else [_NEW_CONTACT()]
        return " ".join([_IN_INTERCOM(), *new, *([_EMAILED_IF_UNREAD()] if may_be_emailed else [])])
    if is_noted(recipient, beginning):
        return _NOTE(name=name)
    text = _OPENED() if beginning.is_opened_by_provider else _POSTED()
    if not recipient.is_known:
        return f"{text} {_NEW_CONTACT()}"
    return f"{text} {(_ALSO_IN_MESSENGER if recipient.has_messenger else _MAYBE_IN_MESSENGER)(name=name)}"
