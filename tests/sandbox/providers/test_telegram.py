"""The Bot API driven by `python-telegram-bot` and `aiogram`, and by plain HTTP for encodings they do not use."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World
from desktop.sandbox.world.sample_files import make_pdf, make_png, sample

pytestmark = pytest.mark.slow

CUSTOMER_ID = 9001
DAY = 86_400


@pytest.fixture(scope="module")
def aiogram() -> Any:
    """The module, imported on demand, because that takes seconds."""
    return importlib.import_module("aiogram")


@pytest.fixture
async def bot(sandbox: Sandbox, stage: World) -> AsyncIterator[Bot]:
    urls = sandbox.urls["telegram"]
    root = urls["base_url"]
    async with Bot(urls["token"], base_url=f"{root}/bot", base_file_url=f"{root}/file/bot") as bot:
        yield bot


@pytest.fixture
async def other(aiogram: Any, sandbox: Sandbox, stage: World) -> AsyncIterator[Any]:
    urls = sandbox.urls["telegram"]
    async with aiogram_bot(aiogram, urls["token"], urls["base_url"]) as bot:
        yield bot


def aiogram_bot(aiogram: Any, token: str, root: str) -> Any:
    client = aiogram.client
    session = client.session.aiohttp.AiohttpSession(api=client.telegram.TelegramAPIServer.from_base(root))
    return aiogram.Bot(token, session=session)


@pytest.fixture
async def http(sandbox: Sandbox, stage: World) -> AsyncIterator[httpx.AsyncClient]:
    urls = sandbox.urls["telegram"]
    async with httpx.AsyncClient(base_url=f"{urls['base_url']}/bot{urls['token']}", verify=False) as client:
        yield client


@pytest.fixture
def free(stage: World) -> World:
    """The bot without the bridge's webhook."""
    stage.settings.telegram_webhook = ""
    return stage


def chat(world: World, customer: Customer) -> list[str]:
    return [i["text"] for i in world.screens(customer)["telegram"]["telegram"] if i["text"]]


async def test_the_bot_and_its_owner(aiogram: Any, bot: Bot, other: Any, stage: World) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (110201543, "HarbourParcelsBot", True)
    assert (await other.get_me()).username == "HarbourParcelsBot"
    assert (await bot.get_webhook_info()).url.startswith("https://bridge.example.com/")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    with pytest.raises(aiogram.exceptions.TelegramConflictError, match="webhook is active"):
        await other.get_updates()
    stage.settings.telegram_webhook = ""
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.get_updates() == ()


async def test_text_goes_out_and_is_quoted(bot: Bot, other: Any, stage: World, customer: Customer) -> None:
    conversation = stage.write(customer, "telegram", "Hola")
    sent = await bot.send_message(CUSTOMER_ID, "Hi Jennifer")
    assert (sent.text, sent.chat.id, sent.chat.first_name, sent.from_user.id) == (
        "Hi Jennifer",
        CUSTOMER_ID,
        "Jennifer",
        110201543,
    )
    answer = await other.send_message(CUSTOMER_ID, "And again", reply_parameters={"message_id": sent.message_id})
    assert answer.reply_to_message.text == "Hi Jennifer"
    assert answer.message_id != sent.message_id
    stage.teammate_reply(conversation, "7001", "From the inbox")
    assert chat(stage, customer) == ["Hola", "Hi Jennifer", "And again", "From the inbox"]


async def test_files_go_out_in_every_way(aiogram: Any, bot: Bot, other: Any, stage: World, customer: Customer) -> None:
    stage.write(customer, "telegram", "Hola")
    photo, paper = make_png(30, 20), make_pdf()
    shown = await bot.send_photo(CUSTOMER_ID, photo.data, caption="Look", filename="label.png")
    assert (shown.caption, shown.photo[0].file_size) == ("Look", len(photo.data))
    sent = await other.send_document(CUSTOMER_ID, aiogram.types.BufferedInputFile(paper.data, "invoice.pdf"))
    assert (sent.document.file_name, sent.document.mime_type) == ("invoice.pdf", "application/pdf")
    again = await bot.send_document(CUSTOMER_ID, sent.document.file_id)
    assert again.document.file_size == len(paper.data)
    await bot.send_photo(CUSTOMER_ID, "https://files.example.com/parcel.jpg")
    spoken = await bot.send_voice(CUSTOMER_ID, sample("voice_note").data, filename="note.ogg")
    assert spoken.voice.file_size == len(sample("voice_note").data)
    items = stage.screens(customer)["telegram"]["telegram"][1:]
    names = ["label.png", "invoice.pdf", "invoice.pdf", "parcel.jpg", "note.ogg"]
    assert [i["attachments"][0]["name"] for i in items] == names
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_photo(CUSTOMER_ID, "no-such-file")


async def test_updates_are_confirmed_by_offset(bot: Bot, free: World, customer: Customer) -> None:
    for number in range(4):
        free.write(customer, "telegram", f"Number {number}")
    first = await bot.get_updates(limit=2)
    assert [u.message.text for u in first] == ["Number 0", "Number 1"]
    assert [u.update_id for u in await bot.get_updates(limit=2)] == [u.update_id for u in first]
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [u.message.text for u in rest] == ["Number 2", "Number 3"]
    assert [u.message.text for u in await bot.get_updates(offset=-1)] == ["Number 3"]
    assert [u.message.text for u in await bot.get_updates()] == ["Number 3"]
    free.advance(DAY + 1)
    assert await bot.get_updates() == ()


async def test_an_edit_is_told_and_a_deletion_is_not(bot: Bot, free: World, customer: Customer) -> None:
    free.write(customer, "telegram", "At 9")
    free.edit(customer, "At 10", "telegram")
    free.unsend(customer, "telegram")
    written, edited = await bot.get_updates()
    assert edited.edited_message.text == "At 10"
    assert edited.edited_message.message_id == written.message.message_id
    assert edited.edited_message.edit_date is not None


async def test_files_of_the_customer_can_be_downloaded(bot: Bot, other: Any, free: World, customer: Customer) -> None:
    photo, paper = make_png(30, 20), make_pdf()
    free.write(customer, "telegram", "Look", attachments=[photo])
    free.write(customer, "telegram", "", attachments=[paper])
    one, two = await bot.get_updates()
    assert (one.message.caption, one.message.photo[0].width) == ("Look", 30)
    file = await bot.get_file(one.message.photo[0].file_id)
    assert bytes(await file.download_as_bytearray()) == photo.data
    path = (await other.get_file(two.message.document.file_id)).file_path
    assert (await other.download_file(path)).read() == paper.data


async def test_a_long_poll_waits_until_the_customer_writes(bot: Bot, free: World, customer: Customer) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    done, _ = await asyncio.wait([poll], timeout=0.3)
    assert not done
    free.write(customer, "telegram", "At last")
    (update,) = await asyncio.wait_for(poll, 10)
    assert update.message.text == "At last"


async def test_a_long_poll_ends_with_nothing(bot: Bot, free: World) -> None:
    loop = asyncio.get_running_loop()
    before = loop.time()
    assert await bot.get_updates(timeout=1) == ()
    assert loop.time() - before >= 0.9


async def test_a_new_poll_terminates_the_others(
    aiogram: Any, bot: Bot, other: Any, free: World, customer: Customer
) -> None:
    two = {asyncio.create_task(bot.get_updates(timeout=40)), asyncio.create_task(other.get_updates(timeout=40))}
    (thrown,), (waiting,) = await asyncio.wait(two, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises((Conflict, aiogram.exceptions.TelegramConflictError), match="terminated by other getUpdates"):
        await thrown
    # The waiting poll has arrived, because it terminated the first one.
    last = asyncio.create_task(other.get_updates(timeout=40))
    with pytest.raises((Conflict, aiogram.exceptions.TelegramConflictError), match="terminated by other getUpdates"):
        await asyncio.wait_for(waiting, 20)
    free.write(customer, "telegram", "Hello")
    assert [u.message.text for u in await asyncio.wait_for(last, 20)] == ["Hello"]


async def test_a_block_is_told_and_refuses(aiogram: Any, bot: Bot, other: Any, free: World, customer: Customer) -> None:
    free.write(customer, "telegram", "Leave me alone")
    free.block(customer, "telegram")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(CUSTOMER_ID, "But")
    with pytest.raises(aiogram.exceptions.TelegramForbiddenError):
        await other.send_message(CUSTOMER_ID, "But")
    _, told = await bot.get_updates()
    assert (told.my_chat_member.old_chat_member.status, told.my_chat_member.new_chat_member.status) == (
        "member",
        "kicked",
    )
    free.unblock(customer, "telegram")
    await bot.send_message(CUSTOMER_ID, "Thank you")
    assert chat(free, customer) == ["Leave me alone", "Thank you"]


async def test_allowed_updates_last(http: httpx.AsyncClient, free: World, customer: Customer) -> None:
    await http.get("/getUpdates", params={"allowed_updates": json.dumps(["my_chat_member"])})
    free.write(customer, "telegram", "Unheard")
    free.block(customer, "telegram")
    kinds = [set(u) for u in (await http.get("/getUpdates")).json()["result"]]
    assert kinds == [{"update_id", "my_chat_member"}]


async def test_refused_sends(aiogram: Any, bot: Bot, other: Any, stage: World, customer: Customer) -> None:
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(CUSTOMER_ID, "Hello?")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "Hello?")
    stage.write(customer, "telegram", "Hola")
    for text, words in (("", "text is empty"), ("x" * 4097, "too long")):
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            await bot.send_message(CUSTOMER_ID, text)
    with pytest.raises(aiogram.exceptions.TelegramBadRequest, match="message to be replied not found"):
        await other.send_message(CUSTOMER_ID, "Hi", reply_parameters={"message_id": 999})
    assert chat(stage, customer) == ["Hola"]


async def test_too_many_messages_to_one_chat(
    aiogram: Any, bot: Bot, other: Any, stage: World, customer: Customer
) -> None:
    stage.settings.telegram_burst = 2
    stage.write(customer, "telegram", "Hola")
    for text in ("One", "Two"):
        await bot.send_message(CUSTOMER_ID, text)
    with pytest.raises(aiogram.exceptions.TelegramRetryAfter) as refused:
        await other.send_message(CUSTOMER_ID, "Three")
    assert refused.value.retry_after == 1
    stage.advance(1)
    await bot.send_message(CUSTOMER_ID, "Three")
    assert chat(stage, customer) == ["Hola", "One", "Two", "Three"]


async def test_unknown_tokens_and_methods(
    aiogram: Any, sandbox: Sandbox, http: httpx.AsyncClient, stage: World
) -> None:
    root, token = sandbox.urls["telegram"]["base_url"], sandbox.urls["telegram"]["token"]
    revoked = token[:-1] + ("Y" if token[-1] == "X" else "X")
    answers = [await http.get(f"{root}/bot{t}/getMe") for t in ("rubbish", "12:short", revoked)]
    assert [a.json()["description"] for a in answers] == ["Not Found", "Not Found", "Unauthorized"]
    assert [a.status_code for a in answers] == [404, 404, 401]
    assert (await http.get("/getMee")).json() == {"ok": False, "error_code": 404, "description": "Not Found"}
    stranger = Bot(revoked, base_url=f"{root}/bot")
    await stranger.request.initialize()
    with pytest.raises(InvalidToken):
        await stranger.get_me()
    await stranger.request.shutdown()
    async with aiogram_bot(aiogram, revoked, root) as another:
        with pytest.raises(aiogram.exceptions.TelegramUnauthorizedError):
            await another.get_me()


async def test_four_encodings_and_names_in_any_case(http: httpx.AsyncClient, stage: World, customer: Customer) -> None:
    stage.write(customer, "telegram", "Hola")
    fields: dict[str, Any] = {"chat_id": str(CUSTOMER_ID)}
    answers = [
        await http.get("/sendMessage", params={**fields, "text": "query & GET"}),
        await http.post("/SENDMESSAGE", params={**fields, "text": "query & POST"}),
        await http.post("/sendmessage", data={**fields, "text": "Größe = ünïcode"}),
        await http.post("/sendMessage", json={"chat_id": CUSTOMER_ID, "text": "JSON 👍"}),
        await http.post("/sendMessage", files={n: (None, v) for n, v in {**fields, "text": "a\r\nb"}.items()}),
    ]
    assert all(a.json()["ok"] for a in answers), [a.text for a in answers]
    assert chat(stage, customer)[1:] == ["query & GET", "query & POST", "Größe = ünïcode", "JSON 👍", "a\r\nb"]


async def test_any_error_can_be_provoked(
    bot: Bot, stage: World, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the client's future type, about which it warns otherwise
    stage.write(customer, "telegram", "Hola")
    stage.settings.provoked += [
        Provoked("telegram", 403, path="/sendMessage", text="Forbidden: user is deactivated"),
        Provoked("telegram", 429, path="/sendMessage", retry_after_s=17),
        Provoked("telegram", 409),
    ]
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(CUSTOMER_ID, "x")
    with pytest.raises(RetryAfter) as wait:
        await bot.send_message(CUSTOMER_ID, "x")
    assert wait.value.retry_after == timedelta(seconds=17)
    with pytest.raises(Conflict):
        await bot.get_updates()
    assert chat(stage, customer) == ["Hola"]
