"""LibreTranslate's API, on the team's own server or another ("API usage" and its source, read 2026-11-30)."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Unpack
from urllib.parse import urlsplit

from desktop.channels.shared.exchange import BodyCredential, HttpResponse, LearningClock, Token, is_loopback
from desktop.channels.shared.loose_json import as_list, as_text, get_field, replace_surrogates
from desktop.channels.shared.provider_client import (
    ClientOptions,
    Fault,
    ProviderClient,
    header_pause_s,
    kind_of_status,
)
from desktop.channels.translation.failures import LANGUAGE, NO_KEY, describe_for
from desktop.domain.content.translation import TranslationService
from desktop.domain.model.reason import make_reason
from desktop.ports import InvalidValue, ProviderErrorKind
from desktop.ports.translation import Formality, TranslatedText, TranslationAccount, TranslationReason

_WAIT_S = 8.0
_TEST_WORD = "OK"


class LibreTranslateTranslator:
    """`Translator` of the ports. key: None for a server that needs none. Raises InvalidValue for an impossible
    address.
    """

    service = TranslationService.LIBRETRANSLATE

    def __init__(self, address: str, key: Token | None, clock: LearningClock, **options: Unpack[ClientOptions]) -> None:
        base_url = check_address(address)
        name = self.service.display_name
        self._key = key
        self._client = ProviderClient(
            name,
            base_url,
            BodyCredential(key),
            clock,
            _classify,
            describe=describe_for(name),
            retry_within_s=_WAIT_S,
            **options,
        )
        self.host = base_url.partition("://")[2]

    async def check(self) -> TranslationAccount:
        """Ask for the languages, and have one word translated: the list is given to everybody, whatever the key."""
        listed = [raw for raw in as_list(await self._client.read("/languages")) if as_text(get_field(raw, "code"))]
        if not listed:
            raise self._client.error(ProviderErrorKind.BAD_ANSWER)
        source = listed[0]
        code = as_text(get_field(source, "code"))
        targets = [t for raw in as_list(source, "targets") if (t := as_text(raw)) and t != code] or [code]
        await self.translate([_TEST_WORD], targets[0], code)
        languages = dict.fromkeys(as_text(get_field(raw, "code")) for raw in listed)
        return TranslationAccount(self.host, tuple(languages))

    async def translate(
        self, texts: Sequence[str], target: str, source: str = "", formality: Formality = Formality.DEFAULT
    ) -> tuple[TranslatedText, ...]:
        """formality: not known to this service."""
        fields: dict[str, Any] = {
            "q": [replace_surrogates(t) for t in texts],
            "source": source or "auto",
            "target": target,
            "format": "text",
        }
        if self._key is not None:
            fields["api_key"] = self._key.reveal()
        answer = await self._client.read("/translate", method="POST", json=fields)
        made = [as_text(t) for t in as_list(answer, "translatedText")]
        if len(made) != len(texts) or not all(t.strip() for t in made):
            raise self._client.error(ProviderErrorKind.BAD_ANSWER)
        detected = [as_text(get_field(raw, "language")) for raw in as_list(answer, "detectedLanguage")]
        if len(detected) != len(made):
            detected = [source] * len(made)
        return tuple(map(TranslatedText, made, detected))

    async def aclose(self) -> None:
        await self._client.aclose()


def check_address(typed: str) -> str:
    """The server's base URL without a slash at its end. Raises InvalidValue for what is none, and for one where
    messages would be readable on their way through the internet.
    """
    address = typed.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("https", "http") or parts.query or parts.fragment or "@" in parts.netloc:
        raise InvalidValue(make_reason(TranslationReason.ADDRESS_FORM), "address")
    if parts.scheme == "http" and not _is_near(host):
        raise InvalidValue(make_reason(TranslationReason.ADDRESS_NOT_SECURE), "address")
    return address


def _is_near(host: str) -> bool:
    """Whether it is this computer or one of the same private network."""
    try:
        return is_loopback(host) or ip_address(host).is_private
    except ValueError:
        return False


def _classify(answer: HttpResponse, content: Any) -> Fault:
    """What a refusal means, by the status and, for a status that says little, by the server's English sentence."""
    said = as_text(get_field(content, "error"))
    words = said.casefold()
    if "api key" in words:
        if "invalid" in words:
            return Fault(ProviderErrorKind.SIGNED_OUT, message=said)
        return Fault(ProviderErrorKind.SIGNED_OUT, NO_KEY, said)
    match answer.status:
        case 429:
            return Fault(ProviderErrorKind.THROTTLED, message=said, pause_s=header_pause_s(answer))
        case 400 if "not supported" in words or "not available as a target" in words:
            return Fault(ProviderErrorKind.REJECTED, LANGUAGE, said)
        case 400 if "exceeds text limit" in words:
            return Fault(ProviderErrorKind.TOO_LARGE, message=said)
        case _:
            return Fault(kind_of_status(answer.status), message=said)
