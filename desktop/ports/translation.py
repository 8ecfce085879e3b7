"""The port for services that translate by machine, and how the team's account at one is described."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from desktop.domain.content.translation import TranslationService
from desktop.domain.model.frozen import frozen


class TranslationReason(StrEnum):
    """Why something was not translated. {provider}: the service's name."""

    KEY_REFUSED = "translation_key_refused"
    KEY_NEEDED = "translation_key_needed"
    QUOTA_USED_UP = "translation_quota_used_up"
    LANGUAGE_REFUSED = "translation_language_refused"
    NOT_THE_SERVICE = "translation_not_the_service"
    ADDRESS_FORM = "translation_address_form"
    ADDRESS_NOT_SECURE = "translation_address_not_secure"
    NOT_SET_UP = "translation_not_set_up"
    NO_TEXT = "translation_no_text"
    SAME_LANGUAGE = "translation_same_language"
    TOO_LONG = "translation_too_long"  # {count}
    KEY_NOT_SAVED = "translation_key_not_saved"
    KEY_NOT_DELETED = "translation_key_not_deleted"
    KEY_GONE = "translation_key_gone"


class Formality(StrEnum):
    """How formal what is sent to customers shall be, in languages that tell."""

    DEFAULT = "default"
    MORE = "more"
    LESS = "less"


MAX_TEXT = 20_000
"""Characters of one text; longer ones are refused here: DeepL takes 128 KiB in a request."""

MAX_TEXTS = 20
"""Texts in one request."""


@frozen
class TranslationConfig:
    """The team's account, without its key.

    address: of the team's own server, "" for the service's own.
    language: what the agent reads and writes, as the service codes it. languages: all into which it translates.
    has_key: False for a server that needs none.
    """

    service: TranslationService
    language: str
    languages: tuple[str, ...] = ()
    address: str = ""
    formality: Formality = Formality.DEFAULT
    has_key: bool = True


@frozen
class TranslationAccount:
    """What the service said when it was tested.

    host: where texts are sent to, for people. languages: codes into which it translates.
    used, limit: characters of the present period; None if it doesn't count, or doesn't tell.
    """

    host: str
    languages: tuple[str, ...]
    used: int | None = None
    limit: int | None = None


@frozen
class TranslatedText:
    """source_language: as the service detected it, or as it was told; "" if it didn't say."""

    text: str
    source_language: str = ""


class Translator(Protocol):
    """One account at one service. Every call but `aclose` raises ProviderError."""

    @property
    def service(self) -> TranslationService: ...

    @property
    def host(self) -> str:
        """Where texts are sent to, for people."""
        ...

    async def check(self) -> TranslationAccount:
        """Test address and key. Sends no text of anybody."""
        ...

    async def translate(
        self, texts: Sequence[str], target: str, source: str = "", formality: Formality = Formality.DEFAULT
    ) -> tuple[TranslatedText, ...]:
        """Translate at most `MAX_TEXTS` texts, in their order. source: "" lets the service detect it."""
        ...

    async def aclose(self) -> None:
        """Close the connections; the translator is not used afterwards."""
        ...
