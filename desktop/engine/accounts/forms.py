"""What a person has to type for each kind of channel account, and where it is found."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind


@dataclass(frozen=True, slots=True)
class Field:
    """key: "sender", "secret", or a name in `ChannelConfig.ids`. where: where the provider shows it."""

    key: str
    label: str
    where: str
    placeholder: str = ""
    optional: bool = False
    preset: str = ""

    @property
    def is_secret(self) -> bool:
        return self.key == "secret"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one kind of account.

    can: one sentence on what such an account adds.
    asks_bridge: whether the bridge may use the same sender.
    """

    provider: Provider
    channel: ChannelKind
    title: str
    can: str
    fields: tuple[Field, ...]
    asks_bridge: bool = True


FORMS = (
    Form(
        Provider.OCTOPODS,
        ChannelKind.WHATSAPP,
        "Octopods · WhatsApp templates",
        "Sends approved templates from the bridge's own number and follows their delivery.",
        (
            Field("sender", "WhatsApp number", "The bridge's number, with + and country code.", "+353 1 555 0100"),
            Field("secret", "WhatsApp API key", "Octopods: the WhatsApp channel's detail page."),
        ),
    ),
    Form(
        Provider.OCTOPODS,
        ChannelKind.SMS,
        "Octopods · SMS",
        "Sends SMS from the bridge's own number and follows their delivery.",
        (
            Field("sender", "SMS number", "The bridge's number, with + and country code.", "+353 1 555 0102"),
            Field("secret", "Channel API key", "Octopods: the SMS channel's detail page."),
        ),
    ),
    Form(
        Provider.WHATSAPP,
        ChannelKind.WHATSAPP,
        "WhatsApp Cloud API (Meta)",
        "Sends templates, text and files on WhatsApp.",
        (
            Field("sender", "Phone number ID", "Meta: WhatsApp Manager, API setup. Digits only.", "106540352242922"),
            Field("account_id", "Business account ID (WABA)", "Meta: beside the phone number ID.", "102290129340398"),
            Field("secret", "Access token", "Meta: a system user's token with the two WhatsApp permissions."),
            Field("version", "Graph version", "Change it only when Meta retires this one.", preset="v26.0"),
        ),
    ),
    Form(
        Provider.DIALOG360,
        ChannelKind.WHATSAPP,
        "WhatsApp at 360dialog",
        "Sends templates, text and files on WhatsApp.",
        (
            Field("sender", "WhatsApp number", "With + and country code.", "+353 1 555 0100"),
            Field("secret", "API key", "360dialog Hub: the channel's page."),
        ),
    ),
    Form(
        Provider.TWILIO,
        ChannelKind.WHATSAPP,
        "WhatsApp at Twilio",
        "Sends templates and text, follows delivery, and shows exactly when the window opened.",
        (
            Field(
                "sender", "WhatsApp number or Messaging Service", "With + and country code, or MG…", "+353 1 555 0101"
            ),
            Field("account_sid", "Account SID", "Twilio Console: begins with AC.", "AC…"),
            Field(
                "user", "API key SID", "Begins with SK. Leave it empty to use the account's auth token.", "SK…", True
            ),
            Field("secret", "API key secret or auth token", "Twilio Console: API keys and tokens."),
        ),
    ),
    Form(
        Provider.TWILIO,
        ChannelKind.SMS,
        "SMS at Twilio",
        "Sends SMS, follows delivery, and shows what the bridge sent.",
        (
            Field("sender", "SMS number or Messaging Service", "With + and country code, or MG…", "+353 1 555 0102"),
            Field("account_sid", "Account SID", "Twilio Console: begins with AC.", "AC…"),
            Field(
                "user", "API key SID", "Begins with SK. Leave it empty to use the account's auth token.", "SK…", True
            ),
            Field("secret", "API key secret or auth token", "Twilio Console: API keys and tokens."),
        ),
    ),
    Form(
        Provider.TELEGRAM,
        ChannelKind.TELEGRAM,
        "Telegram bot",
        "Sends text and files as the bot. What customers write keeps going to the bridge.",
        (Field("secret", "Bot token", "Telegram: @BotFather, /token.", "123456:ABC…"),),
    ),
)
