"""Each window of a thread now and at earlier instants: what opens it, and what only makes it unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from conversation_factory import (
    BRIDGE,
    NOW,
    PAGE,
    SECOND,
    WORKSPACE,
    ago,
    conversation,
    entry,
    event,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.delivery import Arrival
from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import (
    ChannelKind,
    Contact,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    Role,
    Tag,
)
from desktop.domain.model.reason import ReasonCode as R
from desktop.domain.model.workspace import Pin, Workspace
from desktop.domain.window.window import Window, WindowState

WA = ChannelKind.WHATSAPP
THEIRS, LINE = "+353871234567", "+35315550100"
DAY, MARGIN = timedelta(hours=24), timedelta(seconds=120)
WITHOUT_PHONE = jennifer(phone="", bridge_attributes={"octopods_whatsapp_account_phone": LINE})
LINES = jennifer(bridge_attributes={"octopods_whatsapp_account_phone": LINE})
CLOSED = ConversationState.CLOSED
S = WindowState


def thread(*held: Conversation, workspace: Workspace = WORKSPACE, contact: Contact = LINES, **more: object) -> Thread:
    found = [assemble_thread(order, [contact], workspace, **more) for order in permutations(held)]  # type: ignore[arg-type]
    assert all(f.chat(c.id).window == found[0].chat(c.id).window for f in found for c in held)
    return found[0]


def window(*held: Conversation, workspace: Workspace = WORKSPACE, **more: object) -> Window:
    return thread(*held, workspace=workspace, **more).chat("1").window


def chat(*entries: Entry, name: str = "1", **more: object) -> Conversation:
    return conversation(name, *entries, **({"tags": ("whatsapp",)} | more))


def why(found: Window) -> tuple[WindowState, R | None]:
    return found.state(NOW), found.doubt.reason.code if found.doubt else None


OLD = on_channel(30, id="30")


# --- what opens it, what makes it unknown --------------------------------------------------------------------------


def test_it_is_one_window_over_all_conversations_of_the_chat() -> None:
    new = chat(first(3), name="2")
    found = thread(chat(first(50), OLD, state=CLOSED), new)
    assert found.chat("1").window == found.chat("2").window
    assert found.chat("1").window.opened_by == "source:2"
    assert found.windows == (found.chat("2").window,)


@pytest.mark.parametrize(
    ("late", "state", "reason"),
    [
        pytest.param(on_channel(1), S.OPEN, None, id="from the channel"),
        pytest.param(in_messenger(1), S.CLOSED, None, id="typed in the Messenger"),
        pytest.param(in_messenger(1, by_email=True), S.CLOSED, None, id="by mail"),
        pytest.param(reply(1), S.CLOSED, None, id="a reply of ours"),
        pytest.param(reply(1, app_code=BRIDGE), S.CLOSED, None, id="the bridge's words under a teammate's name"),
        pytest.param(entry(1, role=Role.BOT), S.CLOSED, None, id="a bot's words"),
        pytest.param(event(1, "open", Role.CUSTOMER), S.CLOSED, None, id="an event"),
        pytest.param(failure_note(1, "Template message sent"), S.CLOSED, None, id="a template that the bridge sent"),
        pytest.param(on_channel(1, app_code="crm"), S.UNKNOWN, R.MAY_BE_FROM_CHANNEL, id="an unknown app's message"),
        pytest.param(in_messenger(1, app_code_reported=False), S.UNKNOWN, R.MAY_BE_FROM_CHANNEL, id="code absent"),
        pytest.param(entry(1, role=Role.UNKNOWN), S.UNKNOWN, R.MAY_BE_FROM_CHANNEL, id="an unknown author"),
        pytest.param(
            entry(1, role=Role.UNKNOWN, app_code=BRIDGE), S.UNKNOWN, R.MAY_BE_FROM_CHANNEL, id="and the bridge's code"
        ),
        pytest.param(on_channel(1, kind=EntryKind.UNKNOWN), S.UNKNOWN, R.MAY_BE_FROM_CHANNEL, id="an unknown kind"),
        pytest.param(on_channel(1, kind=EntryKind.NOTE), S.CLOSED, None, id="a note"),
        pytest.param(on_channel(1, text="Reacted with 👍"), S.UNKNOWN, R.REACTION, id="a reaction"),
        pytest.param(on_channel(1, text="This message was deleted"), S.UNKNOWN, R.REACTION, id="a deletion"),
    ],
)
def test_what_a_later_entry_does_to_a_window_that_has_closed(late: Entry, state: WindowState, reason: R | None) -> None:
    found = window(chat(first(50), OLD, late))
    assert why(found) == (state, reason)
    assert found.opened_at == (ago(1) if state is S.OPEN else ago(30))
    if state is S.UNKNOWN:
        assert found.doubt is not None
        assert (found.doubt.message_id, found.doubt.until) == (late.id, ago(1) + DAY - MARGIN)


def test_words_about_a_reaction_that_the_customer_typed_first_are_a_message() -> None:
    assert window(chat(first(1, text="This message was deleted"))).state(NOW) is S.OPEN


@pytest.mark.parametrize("text", ["Jen changed their number", "Jen hat eine neue Telefonnummer"])
def test_a_line_about_a_new_number_that_begins_a_conversation_opens_nothing(text: str) -> None:
    assert window(chat(first(1, text=text))).state(NOW) is not S.OPEN


@pytest.mark.parametrize(
    ("late", "state"),
    [
        (conversation("2", first(1)), S.UNKNOWN),
        (conversation("2", first(1), page_url=PAGE), S.CLOSED),
        (conversation("2", first(1), born_on="email"), S.CLOSED),
        (conversation("2", first(1, by_email=True)), S.CLOSED),
        (conversation("2", in_messenger(1)), S.CLOSED),
        (conversation("2", in_messenger(1, app_code="crm")), S.UNKNOWN),
        (conversation("2", entry(1, role=Role.UNKNOWN)), S.UNKNOWN),
        (conversation("2", reply(1)), S.CLOSED),
        (conversation("2", on_channel(1), tags=("telegram",)), S.CLOSED),
    ],
)
def test_what_another_conversation_does_to_it(late: Conversation, state: WindowState) -> None:
    assert window(chat(first(50), OLD), late).state(NOW) is state


def test_a_message_that_a_person_placed_elsewhere_no_longer_opens() -> None:
    held = chat(first(50), on_channel(1, id="9"))
    assert window(held).state(NOW) is S.OPEN
    told = replace(WORKSPACE, message_channels={("1", "9"): ChannelKind.MESSENGER})
    assert window(held, workspace=told).state(NOW) is S.CLOSED


def test_a_pin_opens_nothing_for_messages_that_say_something_themselves() -> None:
    pinned = replace(WORKSPACE, pins={"1": Pin(WA)})
    held = conversation("1", first(30), in_messenger(1), in_messenger(2, by_email=True))
    assert why(window(held, workspace=pinned)) == (S.CLOSED, None)
    other = conversation("1", first(30), in_messenger(1, app_code="crm"))
    assert why(window(other, workspace=pinned)) == (S.UNKNOWN, R.MAY_BE_FROM_CHANNEL)


# --- a new number --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_shuffled", [False, True])
def test_messages_from_before_a_change_of_number_may_be_from_the_old_one(*, is_shuffled: bool) -> None:
    told = on_channel(2, text="Jennifer changed their phone number")
    entries = (first(9), on_channel(5), told)
    found = window(chat(*(entries[::-1] if is_shuffled else entries)))
    assert found.state(NOW) is S.UNKNOWN
    assert found.opened_by is None
    assert window(chat(*entries, on_channel(1))).opened_at == ago(1)
    assert window(chat(first(9), on_channel(5, text="Reacted with 👍"))).opened_at == ago(9)


def test_an_address_that_the_contact_no_longer_has_makes_every_opener_doubtful() -> None:
    held = chat(on_channel(5, customer_hint="+4915112345678"))
    assert why(window(held)) == (S.UNKNOWN, R.NUMBER_CHANGED)
    assert why(window(chat(on_channel(5, customer_hint=THEIRS)))) == (S.OPEN, None)


# --- Intercom's own channel ----------------------------------------------------------------------------------------


def test_a_native_chat_with_origin_55_opens_no_window() -> None:
    moved = conversation("1", first(30), in_messenger(1), born_on="whatsapp", current_channel="messenger")
    found = window(moved)
    assert why(found) == (S.UNKNOWN, R.MAY_BE_FROM_CHANNEL)
    assert found.opened_at == ago(30)
    stays = conversation("1", first(30), in_messenger(1), born_on="whatsapp")
    assert window(stays).opened_at == ago(1)


def test_intercoms_own_number_and_the_bridges_share_nothing() -> None:
    native = conversation("1", first(30), born_on="whatsapp")
    bridged = chat(first(1), name="2")
    both = thread(native, bridged)
    assert [both.chat(i).window.state(NOW) for i in ("1", "2")] == [S.CLOSED, S.OPEN]
    turned = thread(conversation("1", first(1), born_on="whatsapp"), chat(first(30), name="2"))
    assert [turned.chat(i).window.state(NOW) for i in ("1", "2")] == [S.OPEN, S.CLOSED]


def test_a_possibly_mapped_chat_is_no_doubt_about_intercoms_own_number() -> None:
    native = conversation("1", first(30), born_on="whatsapp")
    assert window(native, conversation("2", first(1))).state(NOW) is S.CLOSED
    assert window(native, conversation("2", unseen_before=ago(1))).state(NOW) is S.CLOSED


def test_intercoms_own_channel_is_not_late() -> None:
    slow = replace(WORKSPACE, bridge_delay=timedelta(minutes=10))
    native = conversation("1", first(3), born_on="whatsapp")
    assert window(native, workspace=slow).closes_at == ago(3) + DAY - MARGIN
    assert window(chat(first(3)), workspace=slow).closes_at == ago(3) + DAY - timedelta(minutes=10)


# --- history that is missing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "state"),
    [
        pytest.param(chat(first(50), OLD, unseen_before=ago(1)), S.UNKNOWN, id="of the chat itself"),
        pytest.param(chat(name="2", updated_at=ago(1), unseen_before=ago(1)), S.UNKNOWN, id="another one of the chat"),
        pytest.param(conversation("2", first(60), unseen_before=ago(1)), S.UNKNOWN, id="possibly mapped"),
        pytest.param(conversation("2", unseen_before=ago(1)), S.UNKNOWN, id="not read yet"),
        pytest.param(conversation("2", unseen_before=ago(1), page_url=PAGE), S.CLOSED, id="web, not read yet"),
        pytest.param(conversation("2", first(60), page_url=PAGE, unseen_before=ago(1)), S.CLOSED, id="web, cut off"),
        pytest.param(
            conversation("2", first(60), tags=("telegram",), unseen_before=ago(1)), S.CLOSED, id="another chat, cut off"
        ),
        pytest.param(conversation("2", unseen_before=ago(30)), S.CLOSED, id="so old that it does not matter"),
    ],
)
def test_what_may_be_missing(gap: Conversation, state: WindowState) -> None:
    held = [gap] if gap.id == "1" else [chat(first(50), OLD, event(29.9, "close"), state=CLOSED), gap]
    found = window(*held)
    assert found.state(NOW) is state
    assert why(found)[1] is (R.OLDER_MESSAGES_MISSING if state is S.UNKNOWN else None)


def test_missing_history_of_a_possibly_mapped_chat_is_not_forgotten() -> None:
    possibly = conversation("2", in_messenger(60), unseen_before=ago(1))
    found = window(chat(first(50), OLD), possibly)
    assert why(found) == (S.UNKNOWN, R.OLDER_MESSAGES_MISSING)
    assert why(window(chat(first(50), OLD), replace(possibly, unseen_before=None))) == (S.CLOSED, None)


def test_an_unknown_apps_message_does_not_count_as_known() -> None:
    unknown = on_channel(1, app_code="crm")
    assert why(window(chat(first(50), OLD, unknown))) == (S.UNKNOWN, R.MAY_BE_FROM_CHANNEL)
    assert why(window(chat(unknown, tags=()), chat(first(50), name="2"))) != (S.OPEN, None)


def test_a_conversation_not_read_yet_that_may_mirror_nothing_leaves_it_unknown() -> None:
    no_tags = replace(WORKSPACE, bridge_channels=frozenset(), bridge_codes=frozenset())
    # Where there is no bridge, only Intercom's own number has a window.
    native = conversation("1", first(30), born_on="whatsapp")
    assert window(native, conversation("2", unseen_before=ago(1)), workspace=no_tags).state(NOW) is S.UNKNOWN


# --- several numbers -----------------------------------------------------------------------------------------------


def test_a_chat_with_which_of_several_numbers_is_not_known_may_be_this_one() -> None:
    told = replace(WORKSPACE, several_numbers=frozenset({WA}))
    old = chat(first(50), OLD, event(29, "close"), state=CLOSED)
    found = window(old, chat(first(1), name="2"), workspace=told, contact=jennifer())
    assert why(found) == (S.UNKNOWN, R.OTHER_NUMBER_POSSIBLE)
    turned = thread(old, chat(first(1), name="2"), workspace=told, contact=jennifer())
    assert turned.chat("2").window.state(NOW) is S.OPEN
    surely = chat(first(50), OLD, on_channel(0.5))
    assert thread(surely, chat(first(1), name="2"), contact=jennifer()).chat("1").window.state(NOW) is S.OPEN


def test_a_chat_that_is_surely_another_is_no_doubt() -> None:
    old = chat(first(50), OLD)
    found = window(old, chat(first(1), name="2"), contact=jennifer())
    assert why(found) == (S.CLOSED, None)


# --- expired -------------------------------------------------------------------------------------------------------


def test_the_bridges_word_that_it_had_expired_closes_it() -> None:
    held = chat(first(9), reply(1), failure_note(0.99))
    found = window(held)
    assert found.state(NOW) is S.CLOSED
    assert found.expired_by == f"bridge_notice:1:{held.entries[2].id}"
    newer = chat(first(9), reply(1), failure_note(0.99), on_channel(0.5))
    assert window(newer).state(NOW) is S.OPEN
    other = chat(first(9), reply(1), failure_note(0.99, "Failed to send: the user blocked us"))
    assert window(other).state(NOW) is S.OPEN


def test_of_two_words_the_newer_counts_and_then_the_older_at_an_earlier_instant() -> None:
    held = chat(
        first(9),
        reply(8, id="8"),
        failure_note(7.99),
        on_channel(6),
        reply(5, id="5"),
        reply(1, id="1"),
        failure_note(0.99),
    )
    found = thread(held)
    assert found.chat("1").window.expired_by.endswith(held.entries[6].id)
    arrived = {m.id: m.arrived[0].arrival for m in found.messages if m.arrived}
    assert arrived == {"8": Arrival.FAILED, "5": Arrival.EXPECTED, "1": Arrival.FAILED}
    # Sent after the notice, and before anything newer came in.
    late = chat(first(9), reply(8), failure_note(7.99), reply(7, id="7"))
    assert {m.id: m.arrived[0].arrival for m in thread(late).messages if m.arrived}["7"] is Arrival.NOT_EXPECTED


def test_a_word_on_another_chat_closes_nothing_here() -> None:
    fact = ContraryFact(ContraryKind.EXPIRED, WA, ago(1), ContrarySource.REFUSAL, "d1", "", "+35315550199", THEIRS)
    assert window(chat(first(9)), contrary=[fact]).state(NOW) is S.OPEN
    assert window(chat(first(9)), contrary=[replace(fact, business_address=LINE)]).state(NOW) is S.CLOSED
    unplaced = replace(WORKSPACE, several_numbers=frozenset({WA}))
    kept = [replace(fact, business_address="", customer_address=THEIRS)]
    assert window(chat(first(9)), workspace=unplaced, contact=jennifer(), contrary=kept).state(NOW) is S.OPEN


# --- earlier instants ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "arrival"),
    [
        ([first(2), reply(1)], Arrival.EXPECTED),
        ([first(50), reply(1)], Arrival.NOT_EXPECTED),
        ([first(50), reply(49), on_channel(1)], Arrival.EXPECTED),
        ([reply(3), on_channel(1)], Arrival.NOT_EXPECTED),
        ([on_channel(3, id="1"), reply(3, id="2")], Arrival.EXPECTED),
        ([first(50), in_messenger(9, app_code="crm"), reply(1)], Arrival.UNKNOWN),
        ([first(50), reply(9), in_messenger(8, app_code="crm")], Arrival.NOT_EXPECTED),
        # A later message that lasts less long does not hide an earlier one.
        ([first(50), on_channel(8), in_messenger(7, app_code="crm"), reply(1)], Arrival.EXPECTED),
    ],
)
def test_how_the_window_was_when_we_replied(entries: list[Entry], arrival: Arrival) -> None:
    found = thread(chat(*entries))
    assert [m.arrived[0].arrival for m in found.messages if m.arrived] == [arrival]


def test_a_reply_into_a_window_that_never_opened_is_not_expected() -> None:
    held = chat(reply(3))
    found = thread(held)
    assert found.chat("1").window.state(NOW) is S.NEVER
    assert found.messages[0].arrived[0].arrival is Arrival.NOT_EXPECTED


# --- rows ----------------------------------------------------------------------------------------------------------

KEY = ChannelKey(Provider.TWILIO, WA, LINE)


def row(age: float, text: str = "Hi", **more: object) -> ProviderMessage:
    given = {"key": KEY, "remote_id": f"SM{age}", "from_customer": True, "business_address": LINE}
    given |= {"customer_address": THEIRS, "sent_at": ago(age), "text_digest": text_digest(text)}
    return ProviderMessage(**(given | more))  # type: ignore[arg-type]


def test_a_row_has_the_providers_time_and_a_margin_of_60_seconds() -> None:
    found = window(chat(first(50), OLD), provider_messages=[row(3)])
    assert (found.opened_by, found.closes_at) == ("row:twilio:SM3", ago(3) + DAY - timedelta(seconds=60))
    quick = replace(WORKSPACE, row_margin=timedelta(seconds=5))
    assert (
        window(chat(first(50), OLD), provider_messages=[row(3)], workspace=quick).closes_at == ago(3 + 5 * SECOND) + DAY
    )


def test_a_row_that_intercom_does_not_show_is_a_message_of_the_customer_all_the_same() -> None:
    assert thread(chat(first(50), OLD), provider_messages=[row(3)]).chat("1").recovery.customer_wrote_at == ago(3)
    assert thread(chat(first(50), OLD)).chat("1").recovery.customer_wrote_at == ago(30)


def test_a_word_on_two_numbers_closes_no_chat_of_which_nobody_knows_whether_it_is_with_them() -> None:
    one = chat(on_channel(5, line_hint=LINE, customer_hint=THEIRS))
    other = chat(on_channel(2, customer_hint=THEIRS), name="2")
    fact = ContraryFact(ContraryKind.EXPIRED, WA, ago(1), ContrarySource.REFUSAL, "d1", "", LINE, THEIRS)
    found = thread(one, other, contact=jennifer(), contrary=[fact])
    assert [found.chat(i).window.key.conversation_id for i in "12"] == ["1", "2"]
    assert [found.chat(i).window.expired_by for i in "12"] == ["", ""]


@pytest.mark.parametrize(
    "strange",
    [
        row(3, business_address=""),
        row(3, customer_address=""),
        row(3, business_address="MG1"),
        row(3, customer_address="US.13"),
        row(3, customer_address="+4915112345678"),
        row(3, business_address="+35315550199"),
        row(3, from_customer=False),
        row(3, key=replace(KEY, channel=ChannelKind.SMS)),
    ],
)
def test_a_row_of_another_pair_of_numbers_or_of_a_sender_without_one_opens_no_chat(strange: ProviderMessage) -> None:
    assert window(chat(first(50), OLD), provider_messages=[strange]).state(NOW) is S.CLOSED
    nowhere = thread(chat(first(50), OLD), contact=jennifer(), provider_messages=[row(3)])
    assert nowhere.chat("1").window.state(NOW) is S.CLOSED


@pytest.mark.parametrize(
    ("strange", "contact"),
    [
        (row(3, business_address=""), jennifer()),
        (row(3, business_address="MG1"), jennifer()),
        (row(3, customer_address=""), WITHOUT_PHONE),
        (row(3, customer_address="US.13"), WITHOUT_PHONE),
    ],
)
def test_a_row_without_a_number_opens_no_chat_whose_number_is_not_known_either(
    strange: ProviderMessage, contact: Contact
) -> None:
    found = thread(chat(first(50), OLD), contact=contact, provider_messages=[strange])
    assert found.chat("1").window.state(NOW) is S.CLOSED
    assert found.listed_windows == ()


def test_replies_in_chats_of_other_kinds_are_tied_to_no_row() -> None:
    sent = row(1, "It left our hub this morning.", from_customer=False)
    plain = conversation("2", reply(1.01, id="2"), page_url=PAGE)
    native = conversation("3", reply(1.01, id="3"), born_on="whatsapp")
    other = conversation("4", reply(1.01, id="4"), tags=("telegram",))
    found = thread(chat(first(9), reply(1.02, id="1")), plain, native, other, provider_messages=[sent])
    assert {m.id: m.provider_message for m in found.messages if m.arrived} == {
        "1": sent,
        "2": None,
        "3": None,
        "4": None,
    }


def test_a_number_that_no_chat_mirrors_has_a_window_that_is_never_surely_closed() -> None:
    found = thread(chat(first(50), OLD), provider_messages=[row(3, business_address="+353 1 555 0199"), row(3.5)])
    [listed] = found.listed_windows
    assert (listed.key.channel, listed.key.business_address, listed.key.customer_address) == (
        WA,
        "+35315550199",
        THEIRS,
    )
    assert listed.closes_at == ago(3) + DAY - timedelta(seconds=60)
    assert listed.doubt is not None
    assert listed.doubt.reason.code is R.LISTED_ONLY
    assert listed.doubt.until == datetime.max.replace(tzinfo=UTC)
    assert listed.state(NOW + 300 * DAY) is S.UNKNOWN
    sms = row(3, key=replace(KEY, channel=ChannelKind.SMS), business_address="+35315550199")
    assert thread(chat(first(50), OLD), provider_messages=[sms]).listed_windows == ()


def test_a_hand_tag_shares_no_window() -> None:
    by_hand = conversation("2", first(1), tags=(Tag("whatsapp", ago(0.5), "7001"),), delivered_as="customer_initiated")
    found = thread(chat(first(50), OLD), by_hand)
    assert not found.chat("2").window.exists
    assert why(found.chat("1").window) == (S.UNKNOWN, R.MAY_BE_FROM_CHANNEL)
