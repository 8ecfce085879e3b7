"""The forms for channel accounts: what an account adds, and what to type where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import Text


@dataclass(frozen=True)
class FormTexts:
    """about: what such an account adds. fields: by the key of the field, its label and where its value is found."""

    title: Text
    about: Text
    fields: Mapping[str, tuple[Text, Text]]


_ACCOUNT_SID = (Text("Account SID"), Text("In the Twilio Console. Starts with AC."))
_KEY_SID = (Text("API key SID"), Text("Starts with SK. Leave it empty to use the account's auth token."))
_TWILIO_SECRET = (Text("API key secret or auth token"), Text("In the Twilio Console, under API keys and tokens."))
# Translators: “MG…” is how the id of a Twilio Messaging Service starts.
_NUMBER_OR_SERVICE = Text("With + and the country code, or a Messaging Service SID (MG…)")
_OCTOPODS_NUMBER = Text("Your number in Octopods, with + and the country code.")
_WHATSAPP_NUMBER = Text("WhatsApp number")
_SENDS_ON_WHATSAPP = Text("Sends templates, text and files on WhatsApp.")

FORMS = {
    (Provider.OCTOPODS, ChannelKind.WHATSAPP): FormTexts(
        Text("Octopods · WhatsApp templates"),
        Text("Sends approved templates from your Octopods number and shows their delivery."),
        {
            "sender": (_WHATSAPP_NUMBER, _OCTOPODS_NUMBER),
            "secret": (Text("WhatsApp API key"), Text("In Octopods, on the WhatsApp channel's detail page.")),
        },
    ),
    (Provider.OCTOPODS, ChannelKind.SMS): FormTexts(
        Text("Octopods · SMS"),
        Text("Sends text messages (SMS) from your Octopods number and shows their delivery."),
        {
            "sender": (Text("SMS number"), _OCTOPODS_NUMBER),
            "secret": (Text("Channel API key"), Text("In Octopods, on the SMS channel's detail page.")),
        },
    ),
    (Provider.WHATSAPP, ChannelKind.WHATSAPP): FormTexts(
        Text("WhatsApp Cloud API (Meta)"),
        _SENDS_ON_WHATSAPP,
        {
            "sender": (Text("Phone number ID"), Text("In Meta's WhatsApp Manager, under API setup. Digits only.")),
            "account_id": (Text("Business account ID (WABA)"), Text("In Meta, next to the phone number ID.")),
            "secret": (
                Text("Access token"),
                Text("In Meta: the token of a system user with both WhatsApp permissions."),
            ),
            "version": (Text("Graph version"), Text("Change it only if Meta retires this version.")),
        },
    ),
    (Provider.DIALOG360, ChannelKind.WHATSAPP): FormTexts(
        Text("WhatsApp at 360dialog"),
        _SENDS_ON_WHATSAPP,
        {
            "sender": (_WHATSAPP_NUMBER, Text("With + and the country code.")),
            "secret": (Text("API key"), Text("In the 360dialog Hub, on the channel's page.")),
        },
    ),
    (Provider.TWILIO, ChannelKind.WHATSAPP): FormTexts(
        Text("WhatsApp at Twilio"),
        Text("Sends templates and text, and shows delivery and exactly when the window opened."),
        {
            "sender": (Text("WhatsApp number or Messaging Service"), _NUMBER_OR_SERVICE),
            "account_sid": _ACCOUNT_SID,
            "user": _KEY_SID,
            "secret": _TWILIO_SECRET,
        },
    ),
    (Provider.TWILIO, ChannelKind.SMS): FormTexts(
        Text("SMS at Twilio"),
        Text("Sends text messages (SMS), and shows delivery and what Octopods sent."),
        {
            "sender": (Text("SMS number or Messaging Service"), _NUMBER_OR_SERVICE),
            "account_sid": _ACCOUNT_SID,
            "user": _KEY_SID,
            "secret": _TWILIO_SECRET,
        },
    ),
    (Provider.TELEGRAM, ChannelKind.TELEGRAM): FormTexts(
        Text("Telegram bot"),
        Text("Sends text and files as the bot. Customers' messages still go to Octopods."),
        {"secret": (Text("Bot token"), Text("In Telegram, from @BotFather (/token)."))},
    ),
}
"""By provider and channel."""
