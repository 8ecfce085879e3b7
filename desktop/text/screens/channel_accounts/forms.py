"""What a person has to type for each kind of channel account, and what such an account adds."""

from __future__ import annotations

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.text.catalog import Text


@frozen
class Field:
    """key: "sender", "secret", or a name in `ChannelConfig.ids`. hint: where the value is found. placeholder: an
    example of a value."""

    key: str
    label: Text
    hint: Text
    placeholder: str = ""
    optional: bool = False
    preset: str = ""

    @property
    def is_secret(self) -> bool:
        return self.key == "secret"


@frozen
class Form:
    """about: what such an account adds. asks_bridge: whether the bridge may use the same sender."""

    provider: Provider
    channel: ChannelKind
    title: Text
    about: Text
    fields: tuple[Field, ...]
    asks_bridge: bool = True


# Translators: “MG…” is how the id of a Twilio Messaging Service starts.
_NUMBER_OR_SERVICE = Text("With + and the country code, or a Messaging Service SID (MG…, a group of numbers)")
_OCTOPODS_NUMBER = Text("Your number in Octopods, with + and the country code.")
_WHATSAPP_NUMBER = Text("WhatsApp number")
_SENDS_ON_WHATSAPP = Text("Sends templates, text and files on WhatsApp.")
_TWILIO = (
    Field(
        "account_sid",
        Text("Account SID"),
        Text("The ID of your Twilio account, in the Twilio Console. Starts with AC."),
        "AC…",
    ),
    Field(
        "user",
        Text("API key SID"),
        Text("The ID of the key. Starts with SK. Leave it empty to use your Twilio account's auth token."),
        "SK…",
        optional=True,
    ),
    Field("secret", Text("API key secret or auth token"), Text("In the Twilio Console, under API keys and tokens.")),
)

FORMS = (
    Form(
        Provider.OCTOPODS,
        ChannelKind.WHATSAPP,
        Text("WhatsApp templates through Octopods"),
        Text("Sends approved templates from your Octopods number and shows their delivery."),
        (
            Field("sender", _WHATSAPP_NUMBER, _OCTOPODS_NUMBER, "+353 1 555 0100"),
            Field("secret", Text("WhatsApp API key"), Text("In Octopods, on the WhatsApp channel's detail page.")),
        ),
    ),
    Form(
        Provider.OCTOPODS,
        ChannelKind.SMS,
        Text("SMS through Octopods"),
        Text("Sends text messages (SMS) from your Octopods number and shows their delivery."),
        (
            Field("sender", Text("SMS number"), _OCTOPODS_NUMBER, "+353 1 555 0102"),
            Field("secret", Text("Channel API key"), Text("In Octopods, on the SMS channel's detail page.")),
        ),
    ),
    Form(
        Provider.WHATSAPP,
        ChannelKind.WHATSAPP,
        Text("WhatsApp Cloud API (Meta)"),
        _SENDS_ON_WHATSAPP,
        (
            Field(
                "sender",
                Text("Phone number ID"),
                Text("In Meta's WhatsApp Manager, under API setup. Digits only."),
                "106540352242922",
            ),
            Field(
                "account_id",
                Text("WhatsApp Business Account ID (WABA)"),
                Text("In Meta, next to the phone number ID."),
                "102290129340398",
            ),
            Field(
                "secret",
                Text("Access token"),
                Text("In Meta: the token of a system user with both WhatsApp permissions."),
            ),
            Field(
                "version",
                Text("Graph API version"),
                Text("Change it only if Meta retires this version."),
                preset="v26.0",
            ),
        ),
    ),
    Form(
        Provider.DIALOG360,
        ChannelKind.WHATSAPP,
        Text("WhatsApp through 360dialog"),
        _SENDS_ON_WHATSAPP,
        (
            Field("sender", _WHATSAPP_NUMBER, Text("With + and the country code."), "+353 1 555 0100"),
            Field("secret", Text("API key"), Text("In the 360dialog Hub, on the channel's page.")),
        ),
    ),
    Form(
        Provider.TWILIO,
        ChannelKind.WHATSAPP,
        Text("WhatsApp through Twilio"),
        Text("Sends templates and text, and shows delivery and exactly when the window opened."),
        (
            Field("sender", Text("WhatsApp number or Messaging Service"), _NUMBER_OR_SERVICE, "+353 1 555 0101"),
            *_TWILIO,
        ),
    ),
    Form(
        Provider.TWILIO,
        ChannelKind.SMS,
        Text("SMS through Twilio"),
        Text("Sends text messages (SMS), and shows delivery and what Octopods sent."),
        (
            Field("sender", Text("SMS number or Messaging Service"), _NUMBER_OR_SERVICE, "+353 1 555 0102"),
            *_TWILIO,
        ),
    ),
    Form(
        Provider.TELEGRAM,
        ChannelKind.TELEGRAM,
        Text("Telegram bot"),
        Text("Sends text and files as the bot. Customers' messages still go to Octopods."),
        (Field("secret", Text("Bot token"), Text("In Telegram, from @BotFather (/token)."), "123456:ABC…"),),
    ),
)
