"""DeepL's API for text (v2; "Translate text", "Languages", "Usage" and "Error handling", read 2026-11-30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from desktop.channels.shared.exchange import HeaderCredential, HttpResponse, LearningClock, Token
from desktop.channels.shared.loose_json import as_list, as_number, as_text, get_field, replace_surrogates
from desktop.channels.shared.provider_client import (
    ClientOptions,
    Fault,
    ProviderClient,
    header_pause_s,
    kind_of_status,
)
from desktop.channels.translation.failures import LANGUAGE, QUOTA, describe_for
from desktop.domain.content.translation import TranslationService
from desktop.ports import ProviderErrorKind
from desktop.ports.translation import Formality, TranslatedText, TranslationAccount

HOST, FREE_HOST = "https://api.deepl.com", "https://api-free.deepl.com"
FREE_SUFFIX = ":fx"
"""How keys of the free plan end; they are accepted by another host than all others."""

NO_LIMIT = 1_000_000_000_000
"""What `character_limit` is where there is none."""

_WAIT_S = 8.0
"""A read that took longer is not tried again at once: somebody waits for it."""

# The source has no region, except where DeepL lists one.
_REGIONLESS = ("EN", "PT", "ES", "ZH")
_FORMALITY = {Formality.MORE: "prefer_more", Formality.LESS: "prefer_less"}


class DeepLTranslator:
    """`Translator` of the ports. host: None for the one that accepts this kind of key."""

    service = TranslationService.DEEPL

    def __init__(
        self,
        key: Token,
        clock: LearningClock,
        *,
        hosts: tuple[str, str] = (HOST, FREE_HOST),
        **options: Unpack[ClientOptions],
    ) -> None:
        base_url = hosts[1] if key.reveal().endswith(FREE_SUFFIX) else hosts[0]
        name = self.service.display_name
        self._client = ProviderClient(
            name,
            base_url,
            HeaderCredential("Authorization", key, "DeepL-Auth-Key "),
            clock,
            _classify,
            describe=describe_for(name),
            retry_within_s=_WAIT_S,
            **options,
        )
        self.host = base_url.partition("://")[2]

    async def check(self) -> TranslationAccount:
        """Ask for the languages and how much of the plan is used."""
        listed = as_list(await self._client.read("/v2/languages", params={"type": "target"}))
        languages = tuple(code for raw in listed if (code := as_text(get_field(raw, "language"))))
        if not languages:
            raise self._client.error(ProviderErrorKind.BAD_ANSWER)
        usage = await self._client.read("/v2/usage")
        limit = as_number(get_field(usage, "character_limit"))
        used = as_number(get_field(usage, "character_count"))
        return TranslationAccount(self.host, languages, used, None if limit is None or limit >= NO_LIMIT else limit)

    async def translate(
        self, texts: Sequence[str], target: str, source: str = "", formality: Formality = Formality.DEFAULT
    ) -> tuple[TranslatedText, ...]:
        fields: dict[str, Any] = {"text": [replace_surrogates(t) for t in texts], "target_lang": target.upper()}
        if source:
            fields["source_lang"] = _source(source)
        if formality in _FORMALITY:
            fields["formality"] = _FORMALITY[formality]
        answer = await self._client.read("/v2/translate", method="POST", json=fields)
        found = tuple(
            TranslatedText(as_text(get_field(raw, "text")), as_text(get_field(raw, "detected_source_language")).lower())
            for raw in as_list(answer, "translations")
        )
        if len(found) != len(texts) or not all(t.text.strip() for t in found):
            raise self._client.error(ProviderErrorKind.BAD_ANSWER)
        return found

    async def aclose(self) -> None:
        await self._client.aclose()


def _source(code: str) -> str:
    upper = code.upper()
    base = upper.partition("-")[0]
    return base if base in _REGIONLESS else upper


def _classify(answer: HttpResponse, content: Any) -> Fault:
    """What a refusal means. DeepL says it by the status; its sentence is in English."""
    message = as_text(get_field(content, "message"))
    detail = as_text(get_field(content, "detail"))
    said = detail or message
    match answer.status:
        case 403:
            return Fault(ProviderErrorKind.SIGNED_OUT, message=said)
        case 456:
            return Fault(ProviderErrorKind.BILLING, QUOTA, said)
        case 429 | 529:
            return Fault(ProviderErrorKind.THROTTLED, message=said, pause_s=header_pause_s(answer))
        case 414:
            return Fault(ProviderErrorKind.TOO_LARGE, message=said)
        case 400 if "_lang" in said:
            return Fault(ProviderErrorKind.REJECTED, LANGUAGE, said)
        case _:
            return Fault(kind_of_status(answer.status), message=said)
