"""Who can be written to first, and what is said before: numbers, consent, and where the message arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import NOW, WORKSPACE, conversation, jennifer, on_channel
from direct_routes import CUSTOMER_PHONE, octopods_route, sms_route, telegram_route, whatsapp_route

from desktop.domain.content.template import Category, Status, Template
from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectRoute, DirectSent
from desktop.domain.forecast.new_conversation import Beginning, Recipient, forecast_new_conversation, is_noted
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.identity.number_check import NumberKind, check_number
from desktop.domain.model.facts import ChannelKind, Contact, ConversationState
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.domain.reach import Certainty, Reach

W = WarningCode
SURE, UNCERTAIN = Certainty.SURE, Certainty.UNCERTAIN
STRANGER = Contact("", "lead", phone=CUSTOMER_PHONE)
MARKETING = Template("1", "sale", "en", "Sale!", Status.APPROVED, Category.MARKETING)
NEWS = replace(MARKETING, category=Category.UTILITY)


def opening(direct: DirectRoute) -> DirectRoute:
    return replace(direct, capabilities=replace(direct.capabilities, opens_conversations=True))


def recipient(contact: Contact = STRANGER, thread: Thread | None = None, conversation_id: str = "") -> Recipient:
    known = thread if thread is not None else Thread((), (), (contact,))
    return Recipient(contact, known, WORKSPACE, check_number(contact.phone), (), conversation_id)


def codes(who: Recipient, beginning: Beginning) -> tuple[WarningCode, ...]:
    return forecast_new_conversation(who, beginning, NOW).warnings


def reaches(who: Recipient, beginning: Beginning) -> tuple[Reach, ...]:
    return forecast_new_conversation(who, beginning, NOW).reaches


@pytest.mark.parametrize(
    ("spelling", "region", "kind", "digits"),
    [
        ("087 123 4567", "IE", NumberKind.MOBILE, "353871234567"),
        ("087 123 4567", "", NumberKind.INVALID, ""),
        ("+353 1 555 0100", "", NumberKind.FIXED_LINE, "35315550100"),
        ("0012025550123", "", NumberKind.UNCLEAR, "12025550123"),
        ("+353999999999", "", NumberKind.DOUBTFUL, "353999999999"),
        ("+999123456789", "", NumberKind.DOUBTFUL, "999123456789"),
        ("Jennifer", "IE", NumberKind.INVALID, ""),
        # WhatsApp goes on using forms that the plan has given up.
        ("+5215512345678", "", NumberKind.UNCLEAR, "5215512345678"),
    ],
)
def test_what_a_number_is(spelling: str, region: str, kind: NumberKind, digits: str) -> None:
    found = check_number(spelling, region)
    assert (found.kind, found.digits) == (kind, digits)
    assert found.e164 == (f"+{digits}" if digits else "")


def test_a_number_is_shown_as_people_write_it_and_has_its_other_forms() -> None:
    assert check_number("+353871234567").shown == "+353 87 123 4567"
    assert (check_number("+353871234567").region, check_number("+353871234567").forms) == ("IE", ())
    assert check_number("+5531987654321").forms == ("553187654321",)
    assert check_number("+553187654321").shown == "+553187654321"


def test_where_a_message_arrives_and_who_sees_it() -> None:
    cloud, octopods, sms = whatsapp_route(), opening(octopods_route()), sms_route()
    by_template = Beginning(ChannelKind.WHATSAPP, cloud, "Hi", template=NEWS)
    messenger = Reach(ChannelKind.MESSENGER, UNCERTAIN)
    assert reaches(recipient(), by_template) == (Reach(ChannelKind.WHATSAPP, UNCERTAIN), messenger)
    user = recipient(Contact("c-1", "user", phone=CUSTOMER_PHONE, email="j@example.com", takes_email=True))
    copies = (Reach(ChannelKind.MESSENGER), Reach(ChannelKind.EMAIL, UNCERTAIN))
    assert reaches(user, by_template) == (Reach(ChannelKind.WHATSAPP, UNCERTAIN), *copies)
    assert reaches(user, Beginning(ChannelKind.MESSENGER, text="Hi")) == copies
    assert reaches(user, Beginning(ChannelKind.EMAIL, text="Hi")) == (Reach(ChannelKind.EMAIL),)
    # With a conversation, a note tells colleagues; Octopods begins another one.
    talked = assemble_thread([conversation("1", on_channel(26), tags=("whatsapp",))], [jennifer()], WORKSPACE)
    known = recipient(jennifer(), talked, "1")
    assert is_noted(known, by_template)
    assert reaches(known, by_template) == (Reach(ChannelKind.WHATSAPP),), "they have written from there"
    assert not is_noted(known, Beginning(ChannelKind.WHATSAPP, octopods, "Hi", template=NEWS))
    # An SMS was delivered before.
    sent = DirectSent("d", "1", "1", sms.route, "Hi", NOW, delivery=Delivery.DELIVERED)
    thread = assemble_thread([conversation("1")], [jennifer()], WORKSPACE, [sent])
    assert reaches(recipient(jennifer(), thread, "1"), Beginning(ChannelKind.SMS, sms, "Hi"))[0].certainty is SURE
    bounced = recipient(Contact("c-1", email="j@example.com", email_fails=True))
    assert codes(bounced, Beginning(ChannelKind.EMAIL, text="Hi")) == (W.EMAIL_MAY_NOT_ARRIVE,)
    assert reaches(bounced, Beginning(ChannelKind.EMAIL, text="Hi")) == (Reach(ChannelKind.EMAIL, UNCERTAIN),)


def test_what_speaks_against_it() -> None:
    sms, whatsapp = sms_route(), whatsapp_route()
    landline = recipient(Contact("", phone="+35315550100"))
    assert codes(landline, Beginning(ChannelKind.SMS, sms, "Hi")) == (W.FIXED_LINE,)
    assert codes(landline, Beginning(ChannelKind.WHATSAPP, whatsapp, "Hi", template=NEWS)) == ()
    odd = recipient(Contact("", phone="+353999999999"))
    assert codes(odd, Beginning(ChannelKind.SMS, sms, "Hi")) == (W.NUMBER_DOUBTFUL,)
    none = recipient(Contact("", phone="12"))
    assert forecast_new_conversation(none, Beginning(ChannelKind.SMS, sms, "Hi"), NOW).verdict is Verdict.BLOCKED
    similar = replace(recipient(), similar=("Ada",))
    assert codes(similar, Beginning(ChannelKind.SMS, sms, "Hi")) == (W.SIMILAR_NUMBER,)
    assert codes(recipient(), Beginning(ChannelKind.WHATSAPP, whatsapp, "Hi", template=MARKETING)) == (
        W.CONSENT_UNKNOWN,
    )
    unsubscribed = recipient(Contact("c-1", phone=CUSTOMER_PHONE, email="j@example.com"))
    assert codes(unsubscribed, Beginning(ChannelKind.WHATSAPP, whatsapp, "Hi", template=MARKETING)) == (W.UNSUBSCRIBED,)
    assert codes(unsubscribed, Beginning(ChannelKind.EMAIL, text="Hi", subject="Hi", draft_id="d")) == (W.OPTED_OUT,)
    reader = recipient(Contact("c-1", email="j@example.com", takes_email=True))
    assert codes(reader, Beginning(ChannelKind.EMAIL, text="Hi", draft_id="d")) == (W.NO_SUBJECT,)
    assert codes(reader, Beginning(ChannelKind.MESSENGER, draft_id="d", is_offline=True)) == (
        W.EMPTY_TEXT,
        W.QUEUED_OFFLINE,
    )


def test_after_stop_no_text_message_leaves_from_any_number_of_ours() -> None:
    stop = ContraryFact(
        ContraryKind.OPTED_OUT,
        ChannelKind.SMS,
        NOW - timedelta(days=30),
        ContrarySource.CUSTOMER,
        "e",
        "1",
        "+35319990000",
        CUSTOMER_PHONE,
    )
    thread = Thread((), (), (STRANGER,), contrary=(stop,))
    assert codes(recipient(thread=thread), Beginning(ChannelKind.SMS, sms_route(), "Hi")) == (W.OPTED_OUT,)
    whatsapp = Beginning(ChannelKind.WHATSAPP, whatsapp_route(), "Hi", template=NEWS)
    assert codes(recipient(thread=thread), whatsapp) == ()


def test_a_bot_writes_only_where_it_has_a_chat() -> None:
    bot = telegram_route()
    beginning = Beginning(ChannelKind.TELEGRAM, bot, "Hi")
    assert codes(recipient(), beginning) == (W.NO_CHAT,)
    assert codes(recipient(), replace(beginning, direct=None)) == (W.NO_CHAT,)
    started = Contact("c-1", bridge_attributes={"octopods_telegram_user_id": bot.route.to})
    assert codes(recipient(started), beginning) == ()


def test_whoever_is_talking_already_is_answered_there() -> None:
    on_whatsapp = conversation("1", on_channel(2), tags=("whatsapp",))
    thread = assemble_thread([on_whatsapp], [jennifer()], WORKSPACE)
    here = recipient(jennifer(), thread, "1")
    template = Beginning(ChannelKind.WHATSAPP, whatsapp_route(), "Hi", template=NEWS)
    found = forecast_new_conversation(here, template, NOW)
    assert {w.code: w.ids for w in found.warned} == {W.TALKING_ELSEWHERE: frozenset({"1"})}
    assert codes(here, Beginning(ChannelKind.MESSENGER, text="Hi")) == (W.TALKING_ELSEWHERE,)
    closed = assemble_thread([replace(on_whatsapp, state=ConversationState.CLOSED)], [jennifer()], WORKSPACE)
    assert codes(recipient(jennifer(), closed, "1"), Beginning(ChannelKind.MESSENGER, text="Hi")) == ()
    assert codes(recipient(jennifer(), closed, "1"), template) == (W.TALKING_ELSEWHERE,), "its window is open"
