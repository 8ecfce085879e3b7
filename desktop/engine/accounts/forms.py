"""What a person has to type for each kind of channel account. Labels: `desktop.text.screens.account_forms`."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind


@dataclass(frozen=True, slots=True)
class Field:
    """key: "sender", "secret", or a name in `ChannelConfig.ids`. placeholder: an example of a value."""

    key: str
    placeholder: str = ""
    optional: bool = False
    preset: str = ""

    @property
    def is_secret(self) -> bool:
        return self.key == "secret"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one kind of account. asks_bridge: whether the bridge may use the same sender."""

    provider: Provider
    channel: ChannelKind
    fields: tuple[Field, ...]
    asks_bridge: bool = True


_TWILIO = (
    Field("account_sid", "AC…"),
    Field("user", "SK…", optional=True),
    Field("secret"),
)
FORMS = (
    Form(Provider.OCTOPODS, ChannelKind.WHATSAPP, (Field("sender", "+353 1 555 0100"), Field("secret"))),
    Form(Provider.OCTOPODS, ChannelKind.SMS, (Field("sender", "+353 1 555 0102"), Field("secret"))),
    Form(
        Provider.WHATSAPP,
        ChannelKind.WHATSAPP,
        (
            Field("sender", "106540352242922"),
            Field("account_id", "102290129340398"),
            Field("secret"),
            Field("version", preset="v26.0"),
        ),
    ),
    Form(Provider.DIALOG360, ChannelKind.WHATSAPP, (Field("sender", "+353 1 555 0100"), Field("secret"))),
    Form(Provider.TWILIO, ChannelKind.WHATSAPP, (Field("sender", "+353 1 555 0101"), *_TWILIO)),
    Form(Provider.TWILIO, ChannelKind.SMS, (Field("sender", "+353 1 555 0102"), *_TWILIO)),
    Form(Provider.TELEGRAM, ChannelKind.TELEGRAM, (Field("secret", "123456:ABC…"),)),
)
