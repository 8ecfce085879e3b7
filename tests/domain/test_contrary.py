"""Contrary facts: what each kind means, and what ends it at which instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import NOW, ago, conversation, failure_note, first, reply
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.bridge.notice import Notice, NoticeKind
from desktop.domain.contrary import (
    BLOCKS_CHANNEL,
    WARNS,
    ContraryFact,
    ContraryKind,
    ContrarySource,
    RecoverySignals,
    address_key,
    has_ended,
    is_same_address,
    parse_opt_out_keyword,
    read_notices,
)
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind

K = ContraryKind
AT = NOW
AFTER, BEFORE = AT + timedelta(microseconds=1), AT - timedelta(microseconds=1)
DAY, QUARTER = timedelta(hours=24), timedelta(minutes=15)


def fact(kind: ContraryKind) -> ContraryFact:
    return ContraryFact(kind, ChannelKind.WHATSAPP, AT, ContrarySource.BRIDGE_NOTICE, "n1", "1")


ENDED_BY = {
    "customer_wrote_at": {K.EXPIRED, K.UNREACHABLE, K.UNKNOWN},
    "delivered_at": {K.OPTED_OUT},
    "started_at": {K.OPTED_OUT},
    "account_delivered_at": {K.ACCOUNT, K.TEMPORARY},
}


@pytest.mark.parametrize("kind", list(K))
@pytest.mark.parametrize("what", list(ENDED_BY))
def test_what_ends_a_fact_is_newer_and_of_the_right_kind(kind: ContraryKind, what: str) -> None:
    assert has_ended(fact(kind), RecoverySignals(**{what: AFTER}), AT) is (kind in ENDED_BY[what])
    assert not has_ended(fact(kind), RecoverySignals(**{what: AT}), AT)
    assert not has_ended(fact(kind), RecoverySignals(**{what: BEFORE}), AT)


@pytest.mark.parametrize(
    ("kind", "ends_after"),
    [
        (K.EXPIRED, None),
        (K.UNREACHABLE, None),
        (K.OPTED_OUT, None),
        (K.ACCOUNT, DAY),
        (K.UNKNOWN, DAY),
        (K.TEMPORARY, QUARTER),
    ],
)
def test_what_time_alone_ends(kind: ContraryKind, ends_after: timedelta | None) -> None:
    if ends_after is None:
        assert not has_ended(fact(kind), RecoverySignals(), AT + timedelta(days=3650))
    else:
        assert not has_ended(fact(kind), RecoverySignals(), AT + ends_after - timedelta(microseconds=1))
        assert has_ended(fact(kind), RecoverySignals(), AT + ends_after)


def test_which_contrary_facts_block_a_channel_and_which_warn() -> None:
    assert {K.UNREACHABLE, K.OPTED_OUT} == BLOCKS_CHANNEL
    assert {K.UNREACHABLE, K.OPTED_OUT, K.ACCOUNT, K.UNKNOWN} == WARNS


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        (NoticeKind.WINDOW_CLOSED, K.EXPIRED),
        (NoticeKind.NOT_ON_CHANNEL, K.UNREACHABLE),
        (NoticeKind.BLOCKED, K.UNREACHABLE),
        (NoticeKind.OPTED_OUT, K.UNREACHABLE),
        (NoticeKind.CHANNEL_TROUBLE, K.ACCOUNT),
        (NoticeKind.TEMPORARY, K.TEMPORARY),
        (NoticeKind.UNKNOWN_FAILURE, K.UNKNOWN),
    ],
)
def test_what_a_notice_says(notice: NoticeKind, kind: ContraryKind) -> None:
    ours, other, note = reply(2, id="r1"), reply(1.99, id="r2"), failure_note(1)
    held = conversation("7", first(9), ours, other, note)
    told = (
        Notice(note.id, notice, "text", ("r2", "r1")),
        Notice(note.id, notice, "text", ()),
    )
    newest, own = read_notices(held, told, ChannelKind.WHATSAPP, "+1", "+2")
    assert newest == ContraryFact(
        kind, ChannelKind.WHATSAPP, ago(1.99), ContrarySource.BRIDGE_NOTICE, note.id, "7", "+1", "+2"
    )
    assert newest.account is None
    assert own == replace(newest, at=ago(1))
    assert newest.id == f"bridge_notice:7:{note.id}"
    assert read_notices(held, (), ChannelKind.WHATSAPP, "", "") == ()


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        (NoticeKind.OPTED_OUT, K.OPTED_OUT),
        (NoticeKind.BLOCKED, K.UNREACHABLE),
        (NoticeKind.NOT_ON_CHANNEL, K.UNREACHABLE),
    ],
)
def test_only_text_messages_know_an_opt_out_that_the_customers_words_do_not_end(
    notice: NoticeKind, kind: ContraryKind
) -> None:
    held, note = conversation("7", first(9), reply(2, id="r1"), failure_note(1)), failure_note(1)
    told = (Notice(note.id, notice, "text", ("r1",)),)
    assert [f.kind for f in read_notices(held, told, ChannelKind.SMS, "+1", "+2")] == [kind]


def test_facts_of_one_thing_have_one_id() -> None:
    key = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+1")
    one = ContraryFact(K.UNKNOWN, ChannelKind.SMS, AT, ContrarySource.REFUSAL, "d1", "3", account=key)
    assert one.id == replace(one, at=AFTER, kind=K.ACCOUNT).id == "refusal:3:d1"
    assert one.id != replace(one, source=ContrarySource.LATE_FAILURE).id


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((word, True) for word in ("STOP", "stopall", " Unsubscribe\n", "Cancel", "END", "quit", "revoke", "OptOut")),
        *((word, False) for word in ("START", " yes ", "Unstop")),
        *((word, None) for word in ("", "stop it", "Please stop", "no", "starts")),
    ],
)
def test_stop_and_start_are_the_whole_message(text: str, meaning: bool | None) -> None:
    assert parse_opt_out_keyword(text) is meaning


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+353 87 123 4567", "+353871234567", True),
        ("whatsapp:+353871234567", "+353871234567", True),
        ("+521 55 1234 5678", "+52 55 1234 5678", True),
        ("@Acme_Bot ", "@acme_bot", True),
        ("9001", "9001", True),
        ("9001", "9002", False),
        ("+353871234567", "+353871234568", False),
        ("", "", False),
        ("", "+353871234567", False),
        # Two forms that may be two people's numbers are not one.
        ("+5491123456789", "+541123456789", False),
        ("+22997123456", "+2290197123456", False),
    ],
)
def test_addresses_are_compared_as_numbers_and_doubtful_forms_are_not_one(one: str, other: str, *, same: bool) -> None:
    assert is_same_address(one, other) is same
    assert is_same_address(other, one) is same


def test_the_key_of_no_address() -> None:
    assert (address_key(""), address_key("  ")) == ("", "")
    assert address_key("+353 87 123 4567") == "353871234567"


@given(st.sampled_from(K), st.integers(-100_000, 100_000), st.integers(0, 100_000))
def test_nothing_older_ends_a_fact_and_nothing_over_begins_again(kind: ContraryKind, age: int, later: int) -> None:
    seen = RecoverySignals(*(AT + timedelta(seconds=age),) * 4)
    over = has_ended(fact(kind), seen, AT)
    assert over is (age > 0)
    assert has_ended(fact(kind), seen, AT + timedelta(seconds=later)) or not over
