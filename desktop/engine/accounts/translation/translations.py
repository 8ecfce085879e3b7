"""Translates what the agent asks for, with the team's account, and keeps it. Nothing is sent by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from desktop.domain.content.translation import (
    OwnText,
    Translation,
    best_target,
    is_same_language,
)
from desktop.domain.model.facts import Entry, MessageKey, Role
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.accounts.views import Refusal, TranslatedDraft, TranslationView
from desktop.engine.changes import Changes, Feed
from desktop.engine.commands import SetCustomerLanguage, ShowTranslation, TranslateCustomer
from desktop.ports import ProviderError
from desktop.ports.translation import (
    MAX_TEXT,
    MAX_TEXTS,
    TranslatedText,
    TranslationConfig,
    TranslationReason,
    Translator,
)
from desktop.store import contacts, conversations, entries
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.history import translations

log = logging.getLogger(__name__)

NOT_SET_UP = make_reason(TranslationReason.NOT_SET_UP)


class Translations:
    """Translates messages and drafts by the account in use; none until `use` is called. Loop's thread.

    Owns the translators it is given.
    """

    def __init__(self, store: Store, feed: Feed) -> None:
        self._store = store
        self._feed = feed
        self._config: TranslationConfig | None = None
        self._translator: Translator | None = None
        self._replaced: list[Translator] = []
        self._under_way: set[MessageKey] = set()

    def use(self, config: TranslationConfig | None, translator: Translator | None) -> None:
        """Use this account from now on; None for none. The one before is closed by `aclose`: it may be translating."""
        if self._translator is not None:
            self._replaced.append(self._translator)
        self._config, self._translator = config, translator
        self._feed.publish(Changes(accounts=True))

    @property
    def view(self) -> TranslationView | None:
        """None while no account is set up."""
        if self._config is None or self._translator is None:
            return None
        return TranslationView(
            self._config.service, self._translator.host, self._config.language, self._config.languages
        )

    async def translate_messages(self, keys: Sequence[MessageKey], *, again: bool = False) -> Reason:
        """Translate messages of customers into the agent's language, and keep that. Returns why some could not be
        translated, `NO_REASON` where all are, or need no translation.

        At most `MAX_TEXTS`; those beyond, under way, without text, or translated already (unless `again`) are left out.
        """
        config, translator = self._config, self._translator
        if config is None or translator is None:
            return NOT_SET_UP
        wanted, said = [key for key in dict.fromkeys(keys) if key not in self._under_way][:MAX_TEXTS], NO_REASON
        self._under_way.update(wanted)
        try:
            found = await self._store.read(_texts_of, wanted, "" if again else config.language)
            short = [entry for entry in found if len(entry.text) <= MAX_TEXT]
            for batch in _batches(short):
                made = await translator.translate([entry.text for entry in batch], config.language)
                self._feed.publish(await self._store.write(_keep, batch, made, config))
                if all(is_same_language(m.source_language, config.language) for m in made):
                    said = make_reason(TranslationReason.SAME_LANGUAGE)
            return said if len(short) == len(found) else make_reason(TranslationReason.TOO_LONG, count=MAX_TEXT)
        except ProviderError as error:
            log.info("%d messages not translated: %s", len(wanted), error.kind)
            return error.reason
        except KnownError as cause:
            return cause.reason
        finally:
            self._under_way.difference_update(wanted)

    async def translate_draft(self, text: str, target: str) -> TranslatedDraft | Refusal:
        """Translate what the agent wrote. target: the customer's language. Keeps and sends nothing."""
        config, translator = self._config, self._translator
        if config is None or translator is None:
            return Refusal(NOT_SET_UP)
        if not text.strip():
            return Refusal(make_reason(TranslationReason.NO_TEXT))
        if len(text) > MAX_TEXT:
            return Refusal(make_reason(TranslationReason.TOO_LONG, count=MAX_TEXT))
        code = best_target(target, config.languages) or target
        try:
            made = (await translator.translate([text], code, formality=config.formality))[0]
        except ProviderError as error:
            log.info("a draft is not translated: %s", error.kind)
            return Refusal(error.reason, error.kind)
        return TranslatedDraft(made.text, OwnText(text, made.source_language, code, config.service))

    async def aclose(self) -> None:
        """Close the connections, also those of accounts that were replaced."""
        for translator in (*self._replaced, *filter(None, [self._translator])):
            await translator.aclose()
        self._replaced.clear()
        self._config = self._translator = None


def _batches(found: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Parts that are at most as long as one text may be, so that no request is too large."""
    batch: list[Entry] = []
    for entry in found:
        if batch and sum(len(e.text) for e in batch) + len(entry.text) > MAX_TEXT:
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


def _texts_of(db: Database, keys: Sequence[MessageKey], translated_into: str) -> list[Entry]:
    """The messages that are to be translated. translated_into: those with a translation into it are left out."""
    known = translations.of_conversations(db, {key[0] for key in keys}) if translated_into else {}
    found = []
    for conversation_id in dict.fromkeys(key[0] for key in keys):
        ids = {key[1] for key in keys if key[0] == conversation_id}
        found += [e for e in entries.of_ids(db, conversation_id, ids) if e.text.strip()]
    return [
        entry
        for entry in found
        if entry.key not in known or not is_same_language(known[entry.key].target_language, translated_into)
    ]


def _keep(db: Database, batch: Sequence[Entry], made: Sequence[TranslatedText], config: TranslationConfig) -> Changes:
    """Keep what was made of messages that have not changed since, and learn the customers' languages."""
    concerned: set[str] = set()
    for conversation_id in dict.fromkeys(entry.conversation_id for entry in batch):
        of_it = [(e, m) for e, m in zip(batch, made, strict=True) if e.conversation_id == conversation_id]
        now = {e.id: e.text for e in entries.of_ids(db, conversation_id, {e.id for e, _ in of_it})}
        for entry, text in of_it:
            is_same = is_same_language(text.source_language, config.language)
            if now.get(entry.id) == entry.text and not is_same:
                kept = Translation(entry.text, text.text, text.source_language, config.language, config.service)
                translations.save(db, entry.key, kept)
        customer_id = conversations.customer_of(db, conversation_id)
        if customer_id is not None:
            concerned.add(customer_id)
            detected = [m.source_language for e, m in of_it if e.role is Role.CUSTOMER]
            translations.learn_language(db, customer_id, detected)
    return Changes(threads=frozenset(concerned))


def change_translation(db: Database, command: ShowTranslation | SetCustomerLanguage | TranslateCustomer) -> Changes:
    """Store what the agent says about translating. Runs on the store's thread."""
    if isinstance(command, ShowTranslation):
        if not translations.set_shown(db, command.message, command.shown):
            return Changes()
        customer_id = conversations.customer_of(db, command.message[0])
        return Changes() if customer_id is None else Changes(threads=frozenset({customer_id}))
    customer_id = contacts.resolve_customer(db, command.customer_id)
    known = translations.language(db, customer_id)
    if isinstance(command, SetCustomerLanguage):
        known = replace(known, code=command.code, is_chosen=bool(command.code))
    else:
        known = replace(known, translates=command.translates)
    is_new = translations.save_language(db, customer_id, known)
    return Changes(threads=frozenset({customer_id})) if is_new else Changes()
