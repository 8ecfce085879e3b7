"""Messages past Intercom on disk: kept whole, told in any order, theirs who owns the conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reasons import said

from desktop.domain.content.template import Button, ButtonKind, Category, Header, HeaderKind, Status, Template, fill
from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.model.outgoing import Event
from desktop.domain.model.reason import NO_REASON
from desktop.ports import DeliveryFact
from desktop.store import conversations, customers
from desktop.store.outgoing import direct_messages, outbox
from desktop.store.search.messages import MessageSearch, find

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100")
ROUTE = Route(KEY, "+353871234567", "+35315550100", carries_bridge=True)
SENT = DirectSent("d1", "SM1", "v1", ROUTE, "Hello", NOW, "7001", "Sam")
FULL = DirectSent(
    "d1",
    "SM1",
    "v1",
    ROUTE,
    "Hello",
    NOW,
    "7001",
    "Sam",
    template="order_update",
    template_id="HX1",
    file_names=("a.pdf",),
    delivery=Delivery.FAILED,
    final=True,
    delivery_at=NOW + timedelta(seconds=2),
    reason=said("They sent STOP."),
    remark=said("Taken late."),
    provider_address="+353871234568",
    failure=ContraryKind.OPTED_OUT,
)
TEMPLATE = Template(
    "594425",
    "order_update",
    "en",
    "Hi {{1}}, your order {{2}} has shipped.",
    Status.APPROVED,
    Category.UTILITY,
    Header(HeaderKind.TEXT, "Order {{1}}"),
    "Harbour Parcels",
    (Button(ButtonKind.URL, "Track", "https://shop.example/{{1}}"),),
    examples={"body.1": "Jennifer"},
    known_at=NOW,
    lag=timedelta(minutes=5),
)


def converse(db, conversation_id="v1", contact_id="c1"):
    customers.save(db, Contact(contact_id, role="lead", name=contact_id))
    conversations.save(db, Conversation(conversation_id, NOW, NOW, contact_ids=(contact_id,)))


@pytest.mark.parametrize("sent", [SENT, FULL])
def test_what_is_kept_comes_back_whole(db, sent):
    direct_messages.save(db, sent)
    assert direct_messages.load(db, "d1") == sent


def test_a_message_is_taken_once(db):
    direct_messages.save(db, FULL)
    direct_messages.save(db, replace(SENT, text="Other words"))
    assert direct_messages.load(db, "d1") == FULL
    assert direct_messages.load(db, "d2") is None


TOLD = (
    DeliveryFact("SM1", Delivery.SENT, final=False, at=NOW + timedelta(seconds=1)),
    DeliveryFact("SM1", Delivery.FAILED, final=True, at=NOW + timedelta(seconds=2), reason=said("Not reachable.")),
    DeliveryFact("SM1", Delivery.DELIVERED, final=False, at=NOW + timedelta(seconds=3)),
)


@pytest.mark.parametrize("order", list(permutations(TOLD)))
def test_facts_in_any_order_end_alike(db, order):
    direct_messages.save(db, SENT)
    for fact in (*order, order[0]):
        direct_messages.save_delivery(db, "d1", fact)
    end = direct_messages.load(db, "d1")
    assert (end.delivery, end.delivery_at, end.reason) == (Delivery.DELIVERED, NOW + timedelta(seconds=3), NO_REASON)
    assert end.final
    assert direct_messages.not_final(db) == ()


def test_only_what_is_new_is_news(db):
    direct_messages.save(db, SENT)
    assert [direct_messages.save_delivery(db, "d1", fact) for fact in (TOLD[0], TOLD[0], TOLD[1], TOLD[0])] == [
        True,
        False,
        True,
        False,
    ]
    assert not direct_messages.save_delivery(db, "unknown", TOLD[0])
    assert not direct_messages.mark_final(db, "d1"), "it is final already"
    direct_messages.save(db, replace(SENT, draft_id="d2"))
    assert [d.draft_id for d in direct_messages.not_final(db)] == ["d2"]
    assert direct_messages.mark_final(db, "d2")
    assert direct_messages.not_final(db) == ()


def test_messages_follow_their_conversation_to_whoever_owns_it(db):
    converse(db)
    direct_messages.save(db, FULL)
    direct_messages.save(db, replace(SENT, draft_id="d2", conversation_id="elsewhere"))
    [sent] = [d for c in ("c1",) for d in direct_messages.of_customer(db, whose(db, "v1"))]
    assert sent == FULL
    customers.merge_contact(db, "c1", "c9")
    assert direct_messages.of_customer(db, whose(db, "v1")) == (FULL,)


def whose(db, conversation_id):
    customer_id = conversations.customer_of(db, conversation_id)
    assert customer_id is not None
    return customer_id


def test_words_go_with_their_conversation_and_the_name_stays(db):
    converse(db)
    direct_messages.save(db, FULL)
    conversations.remove(db, "v1")
    left = direct_messages.load(db, "d1")
    assert (left.text, left.file_names, left.remote_id) == ("", (), "SM1")


def test_direct_messages_are_found_too(db):
    converse(db)
    direct_messages.save(db, replace(SENT, text="100% certain_thing"))
    found = find(db, MessageSearch("100% CERTAIN_")).messages
    assert [(f.key, f.direct_channel) for f in found] == [(("v1", "direct:d1"), SENT.route.channel)]
    assert find(db, MessageSearch("certainXthing")).messages == ()


def test_what_was_used_is_what_did_not_fail(db):
    converse(db)
    converse(db, "v2", "c2")
    template = replace(SENT, template="order_update", template_id="HX1")
    later = NOW + timedelta(hours=1)
    other = replace(KEY, sender="+35315550777")
    for message in (
        template,
        replace(template, draft_id="d2", sent_at=later, conversation_id="v2"),
        replace(template, draft_id="d3", sent_at=later, template_id="HX2", delivery=Delivery.FAILED),
        replace(template, draft_id="d4", sent_at=later, template_id="HX3", route=replace(ROUTE, key=other)),
        replace(SENT, draft_id="d5", sent_at=later),
    ):
        direct_messages.save(db, message)
    assert direct_messages.templates_used(db, KEY) == {"HX1": later}
    assert direct_messages.templates_used_with(db, whose(db, "v1")) == {"HX1": NOW, "HX3": later}
    assert direct_messages.templates_used_with(db, whose(db, "v2")) == {"HX1": later}


def test_names_at_a_provider_are_those_of_one_sender(db):
    direct_messages.save(db, SENT)
    direct_messages.save(db, replace(SENT, draft_id="d2", remote_id=""))
    direct_messages.save(
        db, replace(SENT, draft_id="d3", remote_id="SM9", route=replace(ROUTE, key=replace(KEY, sender="x")))
    )
    direct_messages.save(db, replace(SENT, draft_id="d4", remote_id="SM4", sent_at=NOW - timedelta(days=1)))
    assert direct_messages.remote_ids(db, KEY, NOW) == {"SM1"}
    assert direct_messages.remote_ids(db, KEY, NOW - timedelta(days=2)) == {"SM1", "SM4"}


def test_a_name_is_known_at_its_own_sender_only(db):
    direct_messages.save(db, SENT)
    assert direct_messages.is_known(db, KEY, "SM1")
    assert not direct_messages.is_known(db, KEY, "SM2")
    assert not direct_messages.is_known(db, replace(KEY, sender="x"), "SM1")


@given(
    st.text(),
    st.dictionaries(st.sampled_from(["header.1", "body.1", "body.2", "button.0"]), st.text(), max_size=4),
)
def test_a_filled_template_comes_back_as_it_was_filled(name, values):
    filled = fill(replace(TEMPLATE, name=name), values)
    assert direct_messages.filled_from_json(direct_messages.filled_to_json(filled)) == filled
    route = replace(ROUTE, to=name)
    assert direct_messages.route_from_json(direct_messages.route_to_json(route)) == route


def test_half_a_surrogate_pair_breaks_nothing(db):
    direct_messages.save(
        db, replace(FULL, text="\ud83d", author_name="\ud83d", reason=said("\ud83d"), file_names=("\ud83d",))
    )
    assert direct_messages.load(db, "d1").text == "?"
    filled = fill(TEMPLATE, {"body.1": "\ud83d"})
    queue(db, template=filled)
    assert outbox.load(db, "d1").template == filled


# --- in the outbox ----------------------------------------------------------------------------------------------------


def queue(db, draft_id="d1", conversation_id="v1", **more):
    row = outbox.OutgoingReply(draft_id, "c1", conversation_id, "7001", "text", (), False, 0, NOW, **more)
    outbox.insert(db, row, ())
    return row


def test_where_a_reply_goes_is_known_after_a_crash(db):
    filled = fill(TEMPLATE, {"body.1": "Jennifer", "body.2": "A-1042"})
    queue(db, route=ROUTE, template=filled)
    queue(db, "d2")
    row = outbox.load(db, "d1")
    assert (row.route, row.template) == (ROUTE, filled)
    assert (outbox.load(db, "d2").route, outbox.load(db, "d2").template) == (None, None)
    outbox.finish(db, "d1")
    row = outbox.load(db, "d1")
    assert (row.route, row.template, row.text) == (ROUTE, None, ""), "nothing of the customer's is kept twice"


def test_values_of_a_template_are_wiped_with_the_words_that_were_taken_back(db):
    queue(db, route=ROUTE, template=fill(TEMPLATE, {"body.1": "Jennifer"}))
    outbox.cancel(db, "d1", NOW)
    outbox.forget_cancelled(db, NOW + outbox.UNDO_FOR)
    assert (outbox.load(db, "d1").text, outbox.load(db, "d1").template) == ("", None)


def test_the_first_claim_whose_end_nobody_knows_is_remembered(db):
    queue(db, route=ROUTE)
    for minute in (1, 2):
        outbox.claim(db, "d1", NOW + timedelta(minutes=minute))
        outbox.apply_event(db, "d1", Event.ANSWER_LOST)
        outbox.apply_event(db, "d1", Event.SEND_AGAIN)
    assert outbox.load(db, "d1").lost_at == NOW + timedelta(minutes=1)


def test_a_reply_past_intercom_is_never_looked_for_among_intercoms_entries(db):
    for draft_id, route in (("d1", ROUTE), ("d2", None)):
        row = queue(db, draft_id, route=route)
        outbox.claim(db, draft_id, NOW)
        outbox.apply_event(db, draft_id, Event.ANSWER_LOST)
        assert outbox.has_earlier_unconfirmed(db, "v1", "later")
    assert [r.draft_id for r in outbox.unmatched(db, "v1")] == ["d2"]
    assert [r.draft_id for r in outbox.lost_attempts(db, row)] == ["d2"]
    assert outbox.lost_attempts(db, replace(row, draft_id="d1")) == ()


@pytest.mark.parametrize("event", [None, Event.ANSWER_LOST, Event.HOLD])
def test_a_note_about_a_message_holds_nobody_and_waits_for_nobody(db, event):
    queue(db, "d1")
    queue(db, "note", note_of="d0")
    outbox.claim(db, "d1", NOW)
    outbox.apply_event(db, "d1", Event.ANSWER_LOST)
    assert outbox.next_due(db, NOW).draft_id == "note"
    outbox.apply_event(db, "d1", Event.CANCEL)
    queue(db, "d2")
    if event is Event.ANSWER_LOST:
        outbox.claim(db, "note", NOW)
    if event is not None:
        outbox.apply_event(db, "note", event)
        assert outbox.next_due(db, NOW).draft_id == "d2"
        assert not outbox.has_earlier_unconfirmed(db, "v1", "d2")
