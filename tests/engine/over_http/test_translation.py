"""Messages and replies are translated on request over real HTTP, and kept with both texts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import DirectStage, open_direct_stage
from msgspec import structs

from desktop.app.connect import Hosts, LiveConnector
from desktop.domain.content.translation import CustomerLanguage, TranslationService
from desktop.domain.history.thread import Message
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import MessageKey
from desktop.domain.model.reason import NO_REASON
from desktop.engine.accounts.views import Refusal, TranslatedDraft
from desktop.engine.commands import (
    Done,
    EditPending,
    ForgetCustomer,
    SaveDraft,
    SendDirect,
    SendReply,
    SetCustomerLanguage,
    ShowTranslation,
    TranslateCustomer,
)
from desktop.ports.translation import TranslationConfig, TranslationReason
from desktop.store import retention
from desktop.store.core.columns import fetch_all

pytestmark = pytest.mark.slow

SPANISH, ENGLISH = "¡Buenos días! Mi paquete todavía no ha llegado.", "Good morning! My parcel has not arrived yet."
OWN, SENT = "Your parcel arrives tomorrow between 9 and 11.", "Su paquete llega mañana entre las 9 y las 11."


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        connector = LiveConnector(Hosts.of_sandbox(made.sandbox.urls), made.clock)
        config = TranslationConfig(TranslationService.DEEPL, "EN-GB")
        translator = connector.translator(config, made.sandbox.urls["deepl"]["free_key"])
        languages = (await translator.check()).languages
        made.engine.translation.use(replace(config, languages=languages), translator)
        made.customer_writes("whatsapp", SPANISH)
        await made.engine.poller.run_once()
        yield made


async def message(stage: DirectStage, text: str) -> Message:
    return next(m for m in (await stage.view()).thread.messages if m.entry.text == text)


def sent_to_service(stage: DirectStage) -> list[str]:
    with stage.sandbox.lock:
        return list(stage.sandbox.world.translated)


async def kept(stage: DirectStage, table: str = "translations") -> int:
    assert stage.store is not None
    return len(await stage.store.read(fetch_all, f"SELECT 1 FROM {table}"))


async def test_a_message_is_translated_when_asked_for_and_kept(stage: DirectStage) -> None:
    translation, do = stage.engine.translation, stage.engine.command_handler.do
    assert sent_to_service(stage) == [], "nothing by itself"
    key = (await message(stage, SPANISH)).key
    english = (await message(stage, "Where is my parcel?")).key
    assert await translation.translate_messages([key, key]) == NO_REASON
    found = (await message(stage, SPANISH)).translation
    assert found is not None
    assert (found.source_text, found.translated_text) == (SPANISH, ENGLISH)
    assert (found.source_language, found.service, found.is_shown) == ("es", TranslationService.DEEPL, True)
    view = await stage.view()
    assert view.language == CustomerLanguage("es")
    assert next(m for m in view.thread.chats[0].messages if m.key == key).translation == found
    # Not asked for twice; one in the agent's language is not kept.
    assert await translation.translate_messages([key]) == NO_REASON
    assert (await translation.translate_messages([english])).code == TranslationReason.SAME_LANGUAGE
    assert await translation.translate_messages([("gone", "gone")]) == NO_REASON
    assert (sent_to_service(stage), await kept(stage)) == ([SPANISH, "Where is my parcel?"], 1)
    await translation.translate_messages([key], again=True)
    assert sent_to_service(stage).count(SPANISH) == 2

    assert await do(ShowTranslation(key, False)) == Done()
    hidden = (await message(stage, SPANISH)).translation
    assert hidden == replace(found, is_shown=False)
    await do(TranslateCustomer(view.customer_id, True))
    await do(SetCustomerLanguage(view.customer_id, "PT-BR"))
    await translation.translate_messages([key], again=True)
    assert (await stage.view()).language == CustomerLanguage("PT-BR", is_chosen=True, translates=True)
    # It survives the program, and needs no service to be read.
    await stage.restart()
    assert (await message(stage, SPANISH)).translation is not None
    assert stage.engine.translation.view is None
    assert (await stage.engine.translation.translate_messages([key])).code == TranslationReason.NOT_SET_UP


async def test_translations_go_with_their_messages(stage: DirectStage) -> None:
    assert stage.store is not None
    key: MessageKey = (await message(stage, SPANISH)).key
    translate = stage.engine.translation.translate_messages
    await translate([key])
    with stage.sandbox.lock:
        stage.sandbox.world.redact(key[1])
    await stage.engine.poller.run_once()
    await stage.engine.open_conversation._reader.conversation(key[0], background=False)
    assert (await kept(stage)) == 0, "redacted"

    stage.customer_writes("whatsapp", SPANISH)
    await stage.engine.poller.run_once()
    key = (await message(stage, SPANISH)).key
    await translate([key])
    assert await kept(stage) == 1
    assert await stage.store.write(retention.wipe_batch, stage.clock.now() + timedelta(days=400))
    assert await kept(stage) == 0, "wiped by age"

    stage.customer_writes("whatsapp", f"{SPANISH} Gracias")
    await stage.engine.poller.run_once()
    view = await stage.view()
    await translate([view.thread.messages[-1].key])
    await stage.engine.command_handler.do(
        SaveDraft("d0", view.customer_id, key[0], SENT, own=(await own_text(stage)).own)
    )
    assert [await kept(stage, t) for t in ("translations", "own_texts", "customer_languages")] == [1, 1, 1]
    assert await stage.engine.command_handler.do(ForgetCustomer(view.customer_id)) == Done()
    assert [await kept(stage, t) for t in ("translations", "own_texts", "customer_languages")] == [0, 0, 0]


async def own_text(stage: DirectStage) -> TranslatedDraft:
    made = await stage.engine.translation.translate_draft(OWN, "es")
    assert isinstance(made, TranslatedDraft)
    return made


async def test_what_the_agent_wrote_is_kept_for_the_team_and_the_customer_sees_the_translation(
    stage: DirectStage,
) -> None:
    do, view = stage.engine.command_handler.do, await stage.view()
    made, chat = await own_text(stage), view.thread.chats[0].id
    assert (made.text, made.own.text, made.own.target_language, made.own.language) == (SENT, OWN, "ES", "en")
    draft = SaveDraft("d1", view.customer_id, chat, made.text, own=made.own)
    await do(draft)
    assert [d.own for d in (await stage.view()).drafts] == [made.own]
    edited = f"{SENT} Un saludo."
    sending = SendReply("d1", view.customer_id, chat, edited, seen_upto=view.newest_arrival, own=made.own)
    assert await do(sending) == Done()
    pending = await stage.pending("d1")
    assert pending is not None
    assert (pending.text, pending.own) == (edited, made.own)
    # Back into the composer, and sent again.
    assert await do(EditPending("d1")) == Done()
    [draft_again] = (await stage.view()).drafts
    assert (draft_again.text, draft_again.own) == (edited, made.own)
    assert await do(replace_id(sending, draft_again.draft_id)) == Done()
    await stage.run_outbox()
    await stage.engine.poller.run_once()
    await stage.run_outbox()

    assert stage.phone_texts("whatsapp") == [edited], "the translation alone"
    ours = (await message(stage, edited)).translation
    assert ours is not None
    assert (ours.source_text, ours.translated_text, ours.is_ours) == (OWN, edited, True)
    [note] = stage.notes()
    assert "DeepL translated it into Spanish by machine" in note
    assert OWN in note
    assert await kept(stage, "own_texts") == 1, "of the cancelled one, for an hour"

    direct_route = await stage.direct_route(Provider.WHATSAPP)
    direct = SendDirect("d3", view.customer_id, chat, direct_route.route, SENT, seen_upto=10**6, own=made.own)
    assert await do(direct) == Done()
    await stage.run_outbox()
    assert stage.phone_texts("whatsapp") == [edited, SENT]
    found = (await stage.direct("d3")).translation
    assert found is not None
    assert found.source_text == OWN
    assert sum(OWN in note for note in stage.notes()) == 2


def replace_id(sending: SendReply, draft_id: str) -> SendReply:
    return structs.replace(sending, draft_id=draft_id)


async def test_what_the_service_refuses_changes_nothing(stage: DirectStage) -> None:
    translation = stage.engine.translation
    key = (await message(stage, SPANISH)).key
    with stage.sandbox.lock:
        stage.sandbox.world.settings.deepl_character_limit = 5
    assert (await translation.translate_messages([key])).code == TranslationReason.QUOTA_USED_UP
    refused = await translation.translate_draft(OWN, "es")
    assert isinstance(refused, Refusal)
    assert refused.reason.code == TranslationReason.QUOTA_USED_UP
    for text, code in ((" \n", TranslationReason.NO_TEXT), ("a" * 20_001, TranslationReason.TOO_LONG)):
        refused = await translation.translate_draft(text, "es")
        assert isinstance(refused, Refusal)
        assert refused.reason.code == code
    assert (await kept(stage), (await stage.view()).language.code) == (0, "")
    # Refused requests were not counted as under way.
    with stage.sandbox.lock:
        stage.sandbox.world.settings.deepl_character_limit = 500_000
    assert await translation.translate_messages([key]) == NO_REASON
    assert await kept(stage) == 1
