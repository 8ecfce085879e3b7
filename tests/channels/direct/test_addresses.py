"""Every channel: customers by whatever address the provider knows them, files, and lists of what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.delivery import Delivery
from desktop.ports import (
    Accepted,
    OutgoingFile,
    ProviderErrorKind,
    Refused,
)
from desktop.sandbox.world.sample_files import make_png

WHATSAPP = ("whatsapp", "360dialog", "twilio-whatsapp", "octopods-whatsapp")
TWILIO = ("twilio-whatsapp", "twilio-sms")


@pytest.mark.ours(*WHATSAPP)
async def test_a_customer_who_hides_their_number(stage, account, channel, way, send):
    user_id = f"US.1349120865530274{next(stage.numbers):04d}"
    customer = stage.person(account, phone=None, bsuid=user_id)
    outcome = await send(channel, await account.written(channel, customer, way))
    if account.word == "octopods":
        assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.BAD_ADDRESS)
        assert stage.sent_to(customer) == []
        return
    assert (type(outcome), outcome.address) == (Accepted, user_id)
    assert len(stage.screen(account, customer)) == 1
    if channel.capabilities.lists_messages:
        found = await channel.messages(stage.now() - timedelta(hours=1), user_id)
        assert {(m.customer_address, m.from_customer) for m in found.messages} >= {(user_id, True)}


FORMS = [
    ("+5531987{0:06d}", "+553187{0:06d}"),
    ("+5211551{0:06d}", "+5211551{0:06d}"),
    ("+52551{0:07d}", "+521551{0:07d}"),
]


@pytest.mark.ours(*WHATSAPP)
@pytest.mark.parametrize(("today", "at_whatsapp"), FORMS, ids=["brazil", "mexico-old", "mexico"])
async def test_numbers_that_whatsapp_knows_in_an_older_form(stage, account, channel, way, today, at_whatsapp, send):
    number = next(stage.numbers)
    today, at_whatsapp = today.format(number), at_whatsapp.format(number)
    customer = stage.person(account, phone=today)
    outcome = await send(channel, await account.written(channel, customer, way))
    assert isinstance(outcome, Accepted)
    assert len(stage.screen(account, customer)) == 1
    told = {"twilio": today, "octopods": ""}.get(account.word, at_whatsapp)
    assert outcome.address == told
    if channel.capabilities.lists_messages and today != at_whatsapp:
        since = stage.now() - timedelta(hours=1)
        with_current_form, with_older_form = [
            (await channel.messages(since, form)).messages for form in (today, at_whatsapp)
        ]
        assert {m.customer_address for m in with_older_form if m.from_customer} == {at_whatsapp}
        assert [m.from_customer for m in with_current_form] == [False]


async def test_what_is_no_address_is_not_sent_to(stage, account, channel, way, send):
    before, customer = stage.state(), stage.person(account)
    out = await account.written(channel, customer, way)
    before = stage.state()
    for to in ("0871234567", "Jennifer", "+", " ", "@jennifer", "00", "+1" * 9, "US.", "-100123"):
        outcome = await send(channel, replace(out, to=to))
        assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.BAD_ADDRESS), to
    assert stage.state() == before


@pytest.mark.ours("twilio-whatsapp", "twilio-sms", "octopods-whatsapp", "octopods-sms", "whatsapp", "360dialog")
async def test_a_number_may_be_written_with_spaces(stage, account, channel, way, send):
    customer = stage.person(account)
    out = await account.written(channel, customer, way)
    phone = customer.phone
    spaced = f" {phone[:4]} ({phone[4:6]}) {phone[6:9]}-{phone[9:]} "
    assert isinstance(await send(channel, replace(out, to=spaced)), Accepted)
    assert len(stage.screen(account, customer)) == 1


@pytest.mark.ours("whatsapp", "360dialog", "telegram")
@pytest.mark.parametrize(
    ("name", "content_type", "data"),
    [
        ("parcel.png", "image/png", make_png(60, 40).data),
        ("Rechnung größer; neu.pdf", "application/pdf", b"%PDF-1.7\r\n--boundary\r\n\x00\xff"),
        (
            "prices.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            b"PK",
        ),
        ("empty.txt", "text/plain", b"x"),
    ],
)
@pytest.mark.parametrize("text", ["Look at the label", ""])
async def test_a_file_arrives_whole(stage, account, channel, name, content_type, data, text):
    customer = stage.person(account)
    outcome = await channel.send_text(account.message(customer, text, file=OutgoingFile(name, content_type, data)))
    assert isinstance(outcome, Accepted), outcome
    (row,), (item,) = stage.sent_to(customer), stage.screen(account, customer)
    assert item["text"] == text
    (file,) = row.files
    assert (file.data, file.content_type) == (data, content_type)
    assert file.name == name
    assert len(item["attachments"]) == 1


@pytest.mark.slow
@pytest.mark.ours("whatsapp", "360dialog", "telegram")
@pytest.mark.parametrize("name", ["caf\udce9.pdf", 'a"b\r\nX: y.pdf', "\ud83d.png", "", "a/b\\c.pdf"])
@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "", "text/plain; charset=utf-8"])
async def test_an_odd_name_does_not_keep_a_file_back(stage, account, channel, name, content_type):
    """Names come from the agent's disk, where anything is possible."""
    customer = stage.person(account)
    file = OutgoingFile(name, content_type, b"%PDF-1.7")
    outcome = await channel.send_text(account.message(customer, "Look", file=file))
    if (name, content_type) == ("", "") and account.channel == "whatsapp":
        assert isinstance(outcome, Refused), "nothing tells what it is"
        assert outcome.kind is ProviderErrorKind.FILE
        return
    assert isinstance(outcome, Accepted), outcome
    (row,) = stage.sent_to(customer)
    assert [f.data for f in row.files] == [b"%PDF-1.7"]


@pytest.mark.ours("whatsapp", "360dialog")
@pytest.mark.parametrize("name", ["setup.exe", "wide.gif", "photo.heic", "all.zip", "README"])
async def test_what_whatsapp_does_not_take_is_refused_before_anything_goes_up(stage, account, channel, name):
    customer = stage.person(account)
    before = stage.state()
    outcome = await channel.send_text(account.message(customer, "Look", file=OutgoingFile(name, "", b"x")))
    assert (type(outcome), outcome.kind) == (Refused, ProviderErrorKind.FILE)
    assert stage.state() == before


@pytest.mark.ours("whatsapp", "360dialog")
async def test_a_table_of_plain_text_goes_as_plain_text_under_its_own_name(stage, account, channel):
    customer = stage.person(account)
    await channel.send_text(account.message(customer, "", file=OutgoingFile("prices.csv", "", b"a;b")))
    ((file,),) = [row.files for row in stage.sent_to(customer)]
    assert (file.name, file.content_type, file.data) == ("prices.csv", "text/plain", b"a;b")


@pytest.mark.ours("whatsapp", "360dialog")
@pytest.mark.parametrize(("name", "size"), [("photo.jpg", 6_000_000), ("film.mp4", 17_000_000)])
async def test_what_is_too_large_for_its_own_form_goes_as_a_document(stage, account, channel, name, size):
    customer = stage.person(account)
    outcome = await channel.send_text(account.message(customer, "", file=OutgoingFile(name, "", bytes(size))))
    assert isinstance(outcome, Accepted), outcome
    ((file,),) = [row.files for row in stage.sent_to(customer)]
    assert (file.name, len(file.data)) == (name, size)


@pytest.mark.ours("whatsapp", "360dialog", "telegram")
async def test_a_file_that_is_too_large_is_not_sent(stage, account, channel):
    customer = stage.person(account)
    file = OutgoingFile("a.pdf", "application/pdf", b"\x00" * (channel.capabilities.max_file_bytes + 1))
    caption = "x" * (channel.capabilities.max_caption + 1)
    for out in (
        account.message(customer, "", file=file),
        account.message(customer, caption, file=replace(file, data=b"x")),
    ):
        outcome = await channel.send_text(out)
        assert isinstance(outcome, Refused)
        assert outcome.kind in (ProviderErrorKind.TOO_LARGE, ProviderErrorKind.FILE)
    assert stage.sent_to(customer) == []


@pytest.mark.ours("whatsapp", "360dialog")
async def test_files_outside_the_window_fail_as_words_do(stage, account, channel):
    customer = stage.person(account, wrote_ago_s=25 * 3600)
    file = OutgoingFile("parcel.png", "image/png", make_png(60, 40).data)
    outcome = await channel.send_text(account.message(customer, "Look", file=file))
    assert isinstance(outcome, Accepted)
    stage.advance(60)
    assert stage.screen(account, customer) == []


@pytest.mark.ours(*TWILIO)
@pytest.mark.parametrize("page", [1, 3, 20])
async def test_both_directions_newest_first(stage, account, channel, page):
    stage.settings.message_page_limit = page
    since = stage.now()
    customer, other = stage.person(account, wrote_ago_s=1), stage.person(account, wrote_ago_s=1)
    for number in range(3):
        stage.writes(account, customer, f"inbound {number}")
        stage.advance(5)
        assert isinstance(await channel.send_text(account.message(customer, f"ours {number}")), Accepted)
        stage.advance(5)
    found = await channel.messages(since, account.address(customer))
    assert found.complete
    texts = ["ours 2", "inbound 2", "ours 1", "inbound 1", "ours 0", "inbound 0"]
    assert [m.text for m in found.messages] == [*texts, f"Hello from {customer.name.split()[1]}"]
    assert [m.from_customer for m in found.messages] == [False, True, False, True, False, True, True]
    assert {m.customer_address for m in found.messages} == {account.address(customer)}
    assert {m.business_address for m in found.messages} == {account.line.address}
    assert all(
        m.made_by_api and m.delivery.delivery >= Delivery.DELIVERED for m in found.messages if not m.from_customer
    )
    assert [m.sent_at for m in found.messages] == sorted((m.sent_at for m in found.messages), reverse=True)
    everybody = await channel.messages(since)
    assert everybody.complete
    assert {m.customer_address for m in everybody.messages} == {account.address(customer), account.address(other)}


@pytest.mark.ours(*TWILIO)
async def test_what_still_waits_in_the_queue_is_listed_too(stage, account, channel):
    """Twilio gives it no date yet."""
    stage.settings.sent_after_s = 3600
    customer = stage.person(account)
    since = stage.now() - timedelta(minutes=5)
    accepted = await channel.send_text(account.message(customer))
    found = await channel.messages(since, account.address(customer))
    assert found.complete
    assert accepted.entry_id in [m.remote_id for m in found.messages]


@pytest.mark.ours(*TWILIO)
async def test_a_list_that_was_cut_off_says_so(stage, account, channel):
    stage.settings.message_page_limit = 1
    customer, since = stage.person(account), stage.now() - timedelta(minutes=5)
    for number in range(22):
        stage.writes(account, customer, f"inbound {number}")
    found = await channel.messages(since, account.address(customer))
    assert not found.complete
    assert found.messages
    assert found.messages[0].text == "inbound 21"


@pytest.mark.ours("whatsapp", "360dialog", "telegram", "octopods-whatsapp", "octopods-sms")
async def test_where_nothing_can_be_listed_an_absence_proves_nothing(stage, account, channel):
    found = await channel.messages(stage.now() - timedelta(days=1), account.address(stage.person(account)))
    assert (found.messages, found.complete) == ((), False)
