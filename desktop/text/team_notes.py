"""The note in Intercom that tells the team what was sent outside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.domain.content.translation import Translation
from desktop.domain.direct import DirectSent, Route
from desktop.text.catalog import Text
from desktop.text.formats import date_and_time_utc
from desktop.text.names import channel_name, place
from desktop.text.reasons.describe import describe
from desktop.text.thread.languages import language_name

# Translators: colleagues read it in Intercom. {author} is a teammate, {place} is for example "on WhatsApp", {address}
# is the customer's phone number.
_MESSAGE_BY = Text("{author} sent this {place} to {address}, outside Intercom.")
_MESSAGE = Text("This was sent {place} to {address}, outside Intercom.")
_TEMPLATE_BY = Text("{author} sent the {channel} template “{template}” to {address}, outside Intercom.")
_TEMPLATE = Text("The {channel} template “{template}” was sent to {address}, outside Intercom.")
# Translators: {provider} is a company such as Twilio. The note stays, whatever becomes of the message.
_ACCEPTED = Text("{provider} accepted it; delivery isn't confirmed yet.")
# Translators: {sender} is our phone number, {at} date and time.
_SENDER = Text("Sent from {sender} ({at}).")
_FILES = Text("Attached: {names}")
# Translators: colleagues read it in Intercom; what the agent wrote follows. {service} is a company such as DeepL,
# {language} for example "Spanish".
_OWN_TEXT_BY = Text("{author} wrote this, and {service} translated it into {language} by machine before it was sent:")
_OWN_TEXT = Text("This was written, and {service} translated it into {language} by machine before it was sent:")


def own_text_note(kept: Translation, author_name: str) -> str:
    """What the agent wrote before the message was translated, for colleagues. author_name: "" if unknown."""
    language, service = language_name(kept.target_language), kept.service.display_name
    if author_name:
        head = _OWN_TEXT_BY(author=author_name, service=service, language=language)
    else:
        head = _OWN_TEXT(service=service, language=language)
    return f"{head}\n\n{kept.source_text}"


def direct_message_note(sent: DirectSent) -> str:
    """What was sent to whom, from where and when, what its provider said, and the message itself."""
    route = sent.route
    values = {"author": sent.author_name, "address": route.to}
    if sent.template:
        entry = _TEMPLATE_BY if sent.author_name else _TEMPLATE
        what = entry(channel=channel_name(route.channel), template=sent.template, **values)
    else:
        what = (_MESSAGE_BY if sent.author_name else _MESSAGE)(place=place(route.channel), **values)
    outcome = describe(sent.reason) or _ACCEPTED(provider=route.key.provider.display_name)
    ending = direct_message_ending(route, sent.sent_at, sent.text, sent.file_names)
    return " ".join(filter(None, (what, outcome, describe(sent.remark), ending)))


def direct_message_ending(route: Route, sent_at: datetime, text: str, file_names: Iterable[str]) -> str:
    """The end of the note, which is known before the provider answers: from where and when, and the message itself."""
    sender = _SENDER(sender=route.our_address or route.key.sender, at=date_and_time_utc(sent_at))
    names = ", ".join(file_names)
    return "\n\n".join(filter(None, (sender, text, _FILES(names=names) if names else "")))
