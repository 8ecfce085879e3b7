"""Where a message on a direct route arrives: its own window, what speaks against it, and what has ended that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conversation_factory import (
    NOW,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    failure_note,
    first,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource, RecoverySignals
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectRoute, DirectSent, Route
from desktop.domain.direct_reach import (
    Address,
    find_addresses,
    find_direct_reach,
    find_direct_situation,
    find_direct_window,
)
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation, ConversationState
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.model.workspace import Workspace
from desktop.domain.reach import Certainty, Reach, find_situation
from desktop.domain.window.window import Doubt, Window, WindowKey, WindowState

W, K, S = WarningCode, ContraryKind, WindowState
WA, TG, SMS = ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS
THEIRS, LINE, STRANGER = "+353871234567", "+35315550100", "+4915112345678"
KEY = ChannelKey(Provider.TWILIO, WA, LINE)
ROUTE = Route(KEY, THEIRS, LINE)
ABLE = Capabilities(sends_free_text=True, needs_window=True, max_text=4096)
CONTACT = jennifer(bridge_attributes={"octopods_whatsapp_account_phone": LINE, "octopods_twilio_account_phone": LINE})
SURE, MAYBE = (Reach(WA),), (Reach(WA, Certainty.UNCERTAIN),)
OPEN = conversation("1", first(2), tags=("whatsapp",))
CLOSED = conversation("1", first(30), tags=("whatsapp",))


def thread(*held: Conversation, workspace: Workspace = WORKSPACE, **more: object) -> Thread:
    return assemble_thread(held, [CONTACT], workspace, **more)  # type: ignore[arg-type]


def judge(
    held: Conversation = OPEN,
    route: Route = ROUTE,
    able: Capabilities = ABLE,
    *,
    template: bool = False,
    is_clock_known: bool = True,
    now: datetime = NOW,
    workspace: Workspace = WORKSPACE,
    **more: object,
) -> tuple[tuple[Reach, ...], list[WarningCode]]:
    found = thread(held, workspace=workspace, **more)
    here = find_situation(found, held.id, workspace, is_clock_known=is_clock_known)
    places, warnings = find_direct_reach(
        find_direct_situation(found, DirectRoute(route, able), here), now, template=template
    )
    return places, [w.code for w in warnings]


def fact(kind: ContraryKind, **more: object) -> ContraryFact:
    given = {"at": ago(1), "source": ContrarySource.REFUSAL, "about": "d1", "account": KEY}
    given |= {"channel": WA, "business_address": LINE, "customer_address": THEIRS}
    return ContraryFact(kind, **(given | more))  # type: ignore[arg-type]


# --- the window ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_template", [False, True])
def test_where_it_arrives_by_its_window(*, is_template: bool) -> None:
    gap = conversation("1", first(40), tags=("whatsapp",), unseen_before=ago(1))
    expected = {
        OPEN: (SURE, []),
        conversation("1", first(23.5), tags=("whatsapp",)): (SURE, [W.CLOSING_SOON]),
        CLOSED: ((), [W.WINDOW_CLOSED]),
        conversation("1", reply(3), tags=("whatsapp",)): ((), [W.WINDOW_CLOSED]),
        gap: (MAYBE, [W.WINDOW_UNKNOWN]),
    }
    for held, outcome in expected.items():
        assert judge(held, template=is_template) == ((SURE, []) if is_template else outcome)
        assert judge(held, able=replace(ABLE, needs_window=False)) == (SURE, [])


def test_without_a_clock_whatever_depends_on_time_is_unknown() -> None:
    assert judge(OPEN, is_clock_known=False) == judge(CLOSED, is_clock_known=False) == (MAYBE, [W.WINDOW_UNKNOWN])
    never = conversation("1", reply(3), tags=("whatsapp",))
    assert judge(never, is_clock_known=False) == ((), [W.WINDOW_CLOSED])
    assert judge(OPEN, is_clock_known=False, template=True) == (SURE, [])
    sms = Route(replace(KEY, channel=SMS), THEIRS, LINE)
    assert judge(OPEN, sms, is_clock_known=False) == ((Reach(SMS),), [])


def test_warnings_rest_on_ids() -> None:
    def warned(held: Conversation) -> list[ForecastWarning]:
        found = thread(held)
        here = find_situation(found, "1", WORKSPACE)
        return find_direct_reach(find_direct_situation(found, DirectRoute(ROUTE, ABLE), here), NOW, template=False)[1]

    assert warned(CLOSED) == [ForecastWarning(W.WINDOW_CLOSED, frozenset({"source:1"}))]
    expired = conversation("1", first(9), reply(1), failure_note(0.99), tags=("whatsapp",))
    told = f"bridge_notice:1:{expired.entries[2].id}"
    assert warned(expired) == [ForecastWarning(W.WINDOW_CLOSED, frozenset({"source:1", told}))]
    assert warned(conversation("1", reply(3), tags=("whatsapp",))) == [ForecastWarning(W.WINDOW_CLOSED)]
    doubtful = conversation("1", first(40), on_channel(1, app_code="crm", id="77"), tags=("whatsapp",))
    assert warned(doubtful) == [ForecastWarning(W.WINDOW_UNKNOWN, frozenset({"77"}))]
    gap = conversation("1", first(40), tags=("whatsapp",), unseen_before=ago(1))
    assert warned(gap) == [ForecastWarning(W.WINDOW_UNKNOWN)]


def test_a_window_that_nobody_shows_is_never_known() -> None:
    found = find_direct_window(thread(conversation("1", first(2), page_url=PAGE)), Route(KEY, "+353 87 123 4567", LINE))
    assert found.key == WindowKey(WA, LINE, THEIRS)
    assert found.doubt is not None
    assert found.doubt.until == datetime.max.replace(tzinfo=UTC)
    assert found.state(NOW + timedelta(days=3650)) is S.UNKNOWN
    none = find_direct_window(thread(OPEN), Route(replace(KEY, channel=TG), "9001", "@acme"))
    assert none == Window(WindowKey(TG, "@acme", "9001"))


def test_neither_intercoms_own_window_nor_one_of_several_is_a_routes() -> None:
    carried = Route(KEY, THEIRS, "", carries_bridge=True)
    native = conversation("1", first(2), born_on="whatsapp")
    assert find_direct_window(thread(native), carried).state(NOW) is S.UNKNOWN
    assert find_direct_window(thread(native), ROUTE).state(NOW) is S.UNKNOWN
    assert find_direct_window(thread(OPEN), carried).state(NOW) is S.OPEN
    several = replace(WORKSPACE, several_numbers=frozenset({WA}))
    apart = assemble_thread([OPEN], [jennifer()], several)
    assert find_direct_window(apart, carried).state(NOW) is S.UNKNOWN
    sms = conversation("1", first(2), tags=("twilio",))
    assert find_direct_window(thread(sms), ROUTE).state(NOW) is S.UNKNOWN
    assert isinstance(find_direct_window(thread(native), ROUTE).doubt, Doubt)


# --- what speaks against it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "places", "warnings"),
    [
        (K.UNREACHABLE, (), [W.CHANNEL_REFUSED_LATELY]),
        (K.OPTED_OUT, (), [W.CHANNEL_REFUSED_LATELY]),
        (K.ACCOUNT, MAYBE, [W.CHANNEL_REFUSED_LATELY]),
        (K.UNKNOWN, MAYBE, [W.CHANNEL_REFUSED_LATELY]),
        (K.TEMPORARY, SURE, [W.CHANNEL_BUSY_LATELY]),
        (K.EXPIRED, (), [W.WINDOW_CLOSED]),
    ],
)
def test_a_contrary_word_on_the_route(
    kind: ContraryKind, places: tuple[Reach, ...], warnings: list[WarningCode]
) -> None:
    told = [fact(kind, at=ago(0.2))]
    assert judge(contrary=told) == (places, warnings)
    if kind is not K.EXPIRED:
        assert judge(contrary=told, template=True) == (places, warnings)


def test_a_blocked_route_is_not_reached_whatever_its_window() -> None:
    gap = conversation("1", first(40), tags=("whatsapp",), unseen_before=ago(0.5))
    blocked = [fact(K.UNREACHABLE)]
    assert judge(gap, contrary=blocked) == ((), [W.CHANNEL_REFUSED_LATELY, W.WINDOW_UNKNOWN])
    assert judge(CLOSED, contrary=blocked) == ((), [W.CHANNEL_REFUSED_LATELY, W.WINDOW_CLOSED])
    closing = conversation("1", first(23.5), tags=("whatsapp",))
    assert judge(closing, contrary=blocked) == ((), [W.CHANNEL_REFUSED_LATELY, W.CLOSING_SOON])
    assert judge(gap, contrary=[fact(K.ACCOUNT)]) == (MAYBE, [W.CHANNEL_REFUSED_LATELY, W.WINDOW_UNKNOWN])


@pytest.mark.parametrize(
    ("told", "speaks"),
    [
        pytest.param(fact(K.UNREACHABLE), True, id="the route itself"),
        pytest.param(fact(K.UNREACHABLE, customer_address=STRANGER), False, id="another customer"),
        pytest.param(fact(K.ACCOUNT, customer_address=STRANGER), True, id="the account"),
        pytest.param(fact(K.TEMPORARY, customer_address=STRANGER), True, id="the account, throttled"),
        pytest.param(fact(K.UNREACHABLE, channel=SMS), False, id="another channel"),
        pytest.param(fact(K.UNREACHABLE, account=None), True, id="the bridge, of the same two numbers"),
        pytest.param(fact(K.UNREACHABLE, account=None, business_address="+35315550199"), False, id="another number"),
        pytest.param(fact(K.UNREACHABLE, account=None, business_address=""), False, id="a number unknown"),
        pytest.param(fact(K.ACCOUNT, account=None, customer_address=STRANGER), False, id="the bridge, of its account"),
        pytest.param(
            fact(K.UNREACHABLE, account=replace(KEY, provider=Provider.WHATSAPP)),
            True,
            id="another account, same numbers",
        ),
        pytest.param(fact(K.UNREACHABLE, customer_address=""), False, id="a customer unknown"),
    ],
)
def test_what_speaks_of_a_route(told: ContraryFact, *, speaks: bool) -> None:
    found = thread(conversation("1", first(9), page_url=PAGE), contrary=[told])
    here = find_situation(found, "1", WORKSPACE)
    assert bool(find_direct_situation(found, DirectRoute(ROUTE, ABLE), here).contrary) is speaks


def test_what_has_ended_it() -> None:
    told = [fact(K.UNREACHABLE)]
    later = conversation("1", first(2), on_channel(0.5), tags=("whatsapp",))
    assert judge(later, contrary=told) == (SURE, [])
    sent = DirectSent("d2", "SM2", "1", ROUTE, "Hi", ago(0.6), delivery=Delivery.DELIVERED)
    assert judge(contrary=[fact(K.OPTED_OUT)], direct=[sent]) == (SURE, [])
    assert judge(contrary=[fact(K.ACCOUNT)], direct=[sent]) == (SURE, [])
    assert judge(contrary=told, direct=[sent]) == ((), [W.CHANNEL_REFUSED_LATELY])
    assert judge(contrary=[fact(K.ACCOUNT, at=ago(24))]) == (SURE, [])
    account = [fact(K.ACCOUNT, at=ago(24))]
    assert judge(contrary=account, now=NOW - timedelta(seconds=1))[1] == [W.CHANNEL_REFUSED_LATELY]


SENT = DirectSent("d2", "SM2", "1", ROUTE, "Hi", ago(3), delivery=Delivery.READ, delivery_at=ago(1))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (SENT, RecoverySignals(ago(9), ago(1), None, ago(1))),
        (replace(SENT, delivery_at=None), RecoverySignals(ago(9), ago(3), None, ago(3))),
        (replace(SENT, delivery=Delivery.DELIVERED), RecoverySignals(ago(9), ago(1), None, ago(1))),
        (replace(SENT, delivery=Delivery.SENT), RecoverySignals(ago(9))),
        (replace(SENT, delivery=Delivery.FAILED), RecoverySignals(ago(9))),
        (replace(SENT, route=replace(ROUTE, to="+353 87 123 4567")), RecoverySignals(ago(9), ago(1), None, ago(1))),
    ],
)
def test_what_was_seen_on_a_route(sent: DirectSent, expected: RecoverySignals) -> None:
    found = thread(conversation("1", first(9), tags=("whatsapp",)), direct=[sent])
    assert (
        find_direct_situation(found, DirectRoute(ROUTE, ABLE), find_situation(found, "1", WORKSPACE)).recovery
        == expected
    )


def test_what_was_seen_elsewhere_is_not_of_this_route() -> None:
    held = conversation("1", first(9), page_url=PAGE)

    def recovery(*sent: DirectSent, chats: tuple[Conversation, ...] = ()) -> RecoverySignals:
        found = thread(held, *chats, direct=sent)
        return find_direct_situation(found, DirectRoute(ROUTE, ABLE), find_situation(found, "1", WORKSPACE)).recovery

    stranger = replace(SENT, route=replace(ROUTE, to=STRANGER))
    other = replace(SENT, route=replace(ROUTE, key=replace(KEY, sender="+35315550199")))
    assert recovery() == recovery(other) == RecoverySignals()
    assert recovery(stranger) == RecoverySignals(account_delivered_at=ago(1))
    assert recovery(SENT) == RecoverySignals(delivered_at=ago(1), account_delivered_at=ago(1))
    newer = replace(SENT, draft_id="d3", delivery_at=ago(0.5))
    assert recovery(SENT, newer) == recovery(newer, SENT) == RecoverySignals(None, ago(0.5), None, ago(0.5))
    sms = conversation("2", first(5), tags=("twilio",))
    assert recovery(chats=(sms,)) == RecoverySignals()
    other_line = conversation("2", on_channel(5, line_hint="+35315550199"), tags=("whatsapp",))
    other_customer = conversation("2", on_channel(5, line_hint=LINE, customer_hint=STRANGER), tags=("whatsapp",))
    assert recovery(chats=(other_line,)) == recovery(chats=(other_customer,)) == RecoverySignals()
    assert recovery(chats=(conversation("2", on_channel(5), tags=("whatsapp",)),)) == RecoverySignals(
        customer_wrote_at=ago(5)
    )


def test_start_is_seen_on_a_route_of_text_messages() -> None:
    start = conversation("1", on_channel(5, text="STOP"), on_channel(3, text="START"), tags=("twilio",))
    key = replace(KEY, channel=SMS)
    found = thread(start)
    told = find_direct_situation(
        found, DirectRoute(Route(key, THEIRS, LINE), Capabilities()), find_situation(found, "1", WORKSPACE)
    )
    assert told.recovery == RecoverySignals(customer_wrote_at=ago(3), started_at=ago(3))
    assert [f.kind for f in told.contrary] == [K.OPTED_OUT]
    assert find_direct_reach(told, NOW, template=False) == ((Reach(SMS),), [])


# --- addresses -----------------------------------------------------------------------------------------------------


def test_addresses_on_a_channel_that_of_the_newest_chat_first() -> None:
    old = conversation("1", on_channel(9, customer_hint=STRANGER), tags=("whatsapp",), state=ConversationState.CLOSED)
    new = conversation("2", on_channel(2, customer_hint="US.13"), tags=("whatsapp",))
    telegram = conversation("3", on_channel(1, customer_hint="9001"), tags=("telegram",))
    possibly = conversation("4", first(0.5, customer_hint="+35387"))
    nobodys = conversation("5", first(0.4, customer_hint="9002"), tags=("telegram",), contact_ids=())
    found = thread(old, new, telegram, possibly, nobodys)
    assert [a.to for a in find_addresses(found, WA)] == ["US.13", STRANGER, THEIRS]
    assert [a.to for a in find_addresses(found, SMS)] == [THEIRS]
    assert find_addresses(found, TG) == (
        Address("9002", frozenset()),
        Address("9001", frozenset({"c1"}), "Jennifer Okafor"),
    )
    nobody = assemble_thread([conversation("1", first(2), tags=("whatsapp",))], [jennifer(phone="")], WORKSPACE)
    assert find_addresses(nobody, WA) == ()


def test_a_number_is_that_of_the_contacts_who_have_it_whatever_conversation_it_was_used_in() -> None:
    held = conversation("1", on_channel(2, customer_hint=STRANGER), tags=("whatsapp",))
    other = jennifer(id="c2", name="Max", phone="+49 1511 2345678")
    found = assemble_thread([held], [jennifer(), other], WORKSPACE)
    assert find_addresses(found, WA) == (
        Address(STRANGER, frozenset({"c2"}), "Max"),
        Address(THEIRS, frozenset({"c1"}), "Jennifer Okafor"),
    )


def test_what_a_bridge_wrote_counts_beside_a_number_where_the_channel_knows_none() -> None:
    contact = jennifer(bridge_attributes={"octopods_telegram_user_id": "9001", "octopods_whatsapp_user_id": "US.13"})
    found = assemble_thread([], [contact], WORKSPACE)
    assert [a.to for a in find_addresses(found, TG)] == ["9001"]
    assert [a.to for a in find_addresses(found, WA)] == [THEIRS]
