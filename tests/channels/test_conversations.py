"""What becomes of each kind of answer: pairs of Intercom's JSON and our facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation, map_search_hit
from desktop.domain.model.facts import ASSIGNED_TO_NOBODY, Attachment, ConversationState, EntryKind, Role, Tag

MESSAGE, NOTE, EVENT, UNKNOWN = EntryKind.MESSAGE, EntryKind.NOTE, EntryKind.EVENT, EntryKind.UNKNOWN
BEGAN = datetime.fromtimestamp(1_790_000_000, UTC)


def only_part(answers, **part):
    return map_conversation(answers.conversation(answers.part(**part))).entries[1]


@pytest.mark.parametrize(
    ("part", "kind", "text"),
    [
        ({"part_type": "comment"}, MESSAGE, "Hello"),
        ({"part_type": "open"}, MESSAGE, "Hello"),
        ({"part_type": "close", "by": "admin"}, MESSAGE, "Hello"),
        ({"part_type": "assignment", "by": "admin"}, MESSAGE, "Hello"),
        ({"part_type": "something_new"}, UNKNOWN, "Hello"),
        ({"part_type": "note", "by": "admin"}, NOTE, "Hello"),
        ({"part_type": "channel_and_reply_time_expectation", "by": "bot"}, EVENT, "Hello"),
        ({"part_type": "open", "body": None}, EVENT, ""),
        ({"part_type": "assignment", "body": "", "by": "admin"}, EVENT, ""),
        ({"part_type": "snoozed", "body": "<p></p>", "by": "admin"}, EVENT, ""),
        ({"part_type": "something_new", "body": None}, EVENT, ""),
        ({"part_type": "comment", "body": None, "redacted": True}, MESSAGE, ""),
        ({"part_type": "comment", "body": "<p>This message was deleted</p>", "redacted": True}, MESSAGE, None),
    ],
)
def test_words_decide_what_a_part_is(answers, part, kind, text):
    entry = only_part(answers, **part)
    assert entry.kind is kind
    assert entry.event == part["part_type"]
    assert entry.text == ("This message was deleted" if text is None else text)


MESSAGES = (
    "comment quick_reply assignment assign_and_reopen assign_and_unsnooze open close snoozed unsnoozed "
    "default_assignment away_mode_assignment message_strategy_assignment"
)
NOTES = "note note_and_reopen note_and_unsnooze note_and_close notes close_and_note assign_and_note"
EVENTS = (
    "timer_unsnooze participant participant_added participant_removed conversation_attribute_updated_by_admin "
    "conversation_attribute_updated_by_user conversation_attribute_updated_by_workflow custom_action_started "
    "custom_action_finished operator_workflow_event merged_primary_conversation channel_and_reply_time_expectation "
    "language_detection_details fin_guidance_applied company_updated ticket_state_updated_by_admin "
    "ticket_attribute_updated_by_admin ticket_closed conversation_tags_updated priority_changed "
    "conversation_sla_applied_by_rule conversation_sla_removed conversation_sla_target_missed call_summary "
    "conversation_summary conversation_rating_changed conversation_rating_remark_added attribute_collector "
    "attribute_collection"
)


@pytest.mark.parametrize(
    ("part_type", "kind"),
    [(word, kind) for words, kind in ((MESSAGES, MESSAGE), (EVENTS, EVENT)) for word in words.split()],
)
def test_documented_part_types(answers, part_type, kind):
    """Intercom API 2.16, and part types that its answers are known to hold."""
    assert only_part(answers, part_type=part_type).kind is kind
    assert only_part(answers, part_type=part_type.upper()).kind is kind
    assert only_part(answers, part_type=part_type, body=None).kind is EVENT


@pytest.mark.parametrize("part_type", NOTES.split())
def test_whatever_is_called_a_note_is_one(answers, part_type):
    assert only_part(answers, part_type=part_type, by="admin").kind is NOTE
    assert only_part(answers, part_type=part_type, by="admin", body=None).kind is NOTE


@pytest.mark.parametrize("part_type", ["comment_v2", "hologram", "tickets", "conversation_renamed", "x_note", ""])
def test_an_undocumented_part_type_with_words_is_of_unknown_kind(answers, part_type):
    assert only_part(answers, part_type=part_type).kind is UNKNOWN
    assert only_part(answers, part_type=part_type, body="", attachments=[{"name": "a.jpg", "url": "x"}]).kind is UNKNOWN
    assert only_part(answers, part_type=part_type, body=None).kind is EVENT


@pytest.mark.parametrize(
    ("assigned_to", "expected"),
    [
        ({"type": "admin", "id": "7002"}, "teammate:7002"),
        ({"type": "admin", "id": 7002}, "teammate:7002"),
        ({"type": "team", "id": "501"}, "team:501"),
        ({"type": "bot", "id": "9"}, "teammate:9"),
        ({"type": "nobody_admin", "id": None}, ASSIGNED_TO_NOBODY),
        ({"type": "admin", "id": None}, ""),
        ({"id": "7002"}, ""),
        (None, ""),
        ({}, ""),
        ("7002", ""),
    ],
)
def test_to_whom_it_was_assigned(answers, assigned_to, expected):
    entry = only_part(answers, part_type="assignment", body=None, by="admin", assigned_to=assigned_to)
    assert (entry.kind, entry.assigned_to) == (EVENT, expected)


def test_a_file_alone_is_a_message(answers):
    photo = {"type": "upload", "name": "photo.jpg", "url": "https://files.example.com/1?e=1&s=2"}
    photo |= {"content_type": "image/jpeg", "filesize": "183201", "width": 1024, "height": None}
    entry = only_part(answers, body=None, attachments=[photo])
    assert entry.kind is MESSAGE
    assert entry.attachments == (
        Attachment("photo.jpg", "https://files.example.com/1?e=1&s=2", "image/jpeg", 183201, 1024, None),
    )


def test_a_redacted_part_keeps_its_place_and_loses_its_files(answers):
    entry = only_part(answers, redacted=True, body=None, attachments=[{"name": "a.jpg", "url": "https://x.example/a"}])
    assert (entry.redacted, entry.attachments, entry.kind) == (True, (), MESSAGE)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("admin", Role.TEAMMATE),
        ("team", Role.TEAMMATE),
        ("bot", Role.BOT),
        ("user", Role.CUSTOMER),
        ("lead", Role.CUSTOMER),
        ("contact", Role.CUSTOMER),
        ("visitor", Role.CUSTOMER),
        ("operator", Role.BOT),
        ("fin", Role.BOT),
        (" Admin", Role.TEAMMATE),
        ("not_invented_yet", Role.UNKNOWN),
        ("anonymous", Role.UNKNOWN),
        ("", Role.UNKNOWN),
        (None, Role.UNKNOWN),
        (["lead"], Role.UNKNOWN),
    ],
)
def test_the_author_type_gives_the_role(answers, kind, role):
    assert only_part(answers, author={"type": kind, "id": 5, "name": "A &amp;amp; B"}).role is role


@pytest.mark.parametrize("kind", ["not_invented_yet", "anonymous", "", None])
def test_an_author_of_an_unlisted_type_is_the_customer_if_the_conversation_names_them(answers, kind):
    assert only_part(answers, author={"type": kind, "id": "c1"}).role is Role.CUSTOMER
    assert only_part(answers, author={"type": kind, "id": ""}).role is Role.UNKNOWN
    assert only_part(answers, author={"type": "admin", "id": "c1"}).role is Role.TEAMMATE


def test_names_are_decoded_once_and_ids_are_text(answers):
    entry = only_part(answers, id=45763812690, author={"type": "lead", "id": 5, "name": "A &amp;amp; B"})
    assert (entry.id, entry.author_id, entry.author_name) == ("45763812690", "5", "A &amp; B")


def test_the_app_code_tells_three_things_apart(answers):
    without = answers.part()
    del without["app_package_code"]
    made, typed, silent = map_conversation(
        answers.conversation(answers.part(1, app_package_code=answers.bridge), answers.part(2), without | {"id": "3"})
    ).entries[1:]
    assert (made.app_code, made.app_code_reported) == (answers.bridge, True)
    assert (typed.app_code, typed.app_code_reported) == (None, True)
    assert (silent.app_code, silent.app_code_reported) == (None, False)


@pytest.mark.parametrize(("headers", "by_email"), [(None, False), ({}, False), ({"subject": "Re: parcel"}, True)])
def test_mail_headers(answers, headers, by_email):
    assert only_part(answers, email_message_metadata=headers).by_email is by_email


def test_the_first_message(answers):
    source = answers.source(url="https://shop.example.com/cart", subject="<p>Parcel</p>")
    found = map_conversation(answers.conversation(source=source))
    first = found.entries[0]
    assert (first.id, first.event, first.text) == (f"source:{found.id}", "source", "Hi, where is my parcel?")
    assert (first.is_first, first.sent_at, first.role) == (True, BEGAN, Role.CUSTOMER)
    assert (first.app_code, first.app_code_reported) == (None, False)
    assert (found.page_url, found.born_on, found.title) == ("https://shop.example.com/cart", "conversation", "Parcel")


@pytest.mark.parametrize(
    ("author", "delivered_as", "role"),
    [
        ({}, "customer_initiated", Role.CUSTOMER),
        (None, "customer_initiated", Role.CUSTOMER),
        ({"type": "", "id": ""}, "admin_initiated", Role.TEAMMATE),
        ({}, "operator_initiated", Role.BOT),
        ({}, "automated", Role.BOT),
        ({}, None, Role.UNKNOWN),
        ({"type": "", "id": "c1"}, None, Role.CUSTOMER),
        ({"type": "hologram", "id": "z"}, "customer_initiated", Role.UNKNOWN),
        ({}, "campaigns_initiated", Role.BOT),
        ({"type": "admin", "id": "7001"}, "admin_initiated", Role.TEAMMATE),
        ({"type": "admin", "id": "7001"}, "automated", Role.TEAMMATE),
        ({"type": "bot", "id": "9"}, "operator_initiated", Role.BOT),
        ({"type": "lead", "id": "c1"}, "customer_initiated", Role.CUSTOMER),
    ],
)
def test_who_wrote_first(answers, author, delivered_as, role):
    source = answers.source(author=author, delivered_as=delivered_as)
    assert map_conversation(answers.conversation(source=source)).entries[0].role is role


@pytest.mark.parametrize("url", [None, "", "none", "android-app://com.example", 7])
def test_only_a_web_address_is_a_page(answers, url):
    assert map_conversation(answers.conversation(source=answers.source(url=url))).page_url is None


def test_a_subject_stands_in_for_missing_words(answers):
    source = answers.source(body=None, subject="Where is my parcel?", type="email")
    assert map_conversation(answers.conversation(source=source)).entries[0].text == "Where is my parcel?"


@pytest.mark.parametrize("nobody", [0, None, "0", ""])
def test_nobody_is_assigned(answers, nobody):
    found = map_conversation(answers.conversation(admin_assignee_id=nobody, team_assignee_id=nobody))
    assert (found.assignee_id, found.team_id) == (None, None)


def test_fields_of_the_conversation(answers):
    found = map_conversation(
        answers.conversation(
            id=215471234500001,
            admin_assignee_id=7001,
            team_assignee_id="501",
            state="snoozed",
            snoozed_until="1790090000",
            tags=answers.tags("WhatsApp", "VIP &amp; friends"),
            channel={"initial": "messenger", "current": "whatsapp"},
        )
    )
    assert found.id == "215471234500001"
    assert (found.assignee_id, found.team_id, found.read) == ("7001", "501", False)
    assert (found.state, found.snoozed_until) == (
        ConversationState.SNOOZED,
        datetime.fromtimestamp(1790090000, UTC),
    )
    assert found.tags == (Tag("WhatsApp"), Tag("VIP & friends"))
    assert (found.current_channel, found.contact_ids) == ("whatsapp", ("c1",))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (
            {"name": "x", "applied_at": BEGAN.timestamp(), "applied_by": {"type": "admin", "id": 7003}},
            Tag("x", BEGAN, "7003"),
        ),
        ({"name": "x", "applied_at": "1790000000", "applied_by": "7003"}, Tag("x", BEGAN, "7003")),
        ({"name": "x", "applied_at": None, "applied_by": None}, Tag("x")),
        ({"name": "x", "applied_at": {}, "applied_by": []}, Tag("x")),
        ("x", Tag("x")),
    ],
)
def test_who_put_a_tag_on_and_when(answers, tag, expected):
    found = map_conversation(answers.conversation(tags={"tags": [tag, {"name": ""}, None, {}]}))
    assert found.tags == (expected,)


def test_who_began_it_and_on_which_channel(answers):
    raw = answers.conversation(
        source=answers.source(delivered_as="Automated", type="WhatsApp"),
        channel={"initial": "WhatsApp", "current": None},
        first_contact_reply={"type": "conversation", "url": "https://shop.example/b"},
    )
    found = map_conversation(raw)
    assert (found.delivered_as, found.born_on, found.initial_channel) == ("automated", "whatsapp", "whatsapp")
    assert (found.current_channel, found.page_url) == (None, "https://shop.example/b")
    both = answers.conversation(
        source=answers.source(url="https://a.example"), first_contact_reply={"url": "https://b.example"}
    )
    assert map_conversation(both).page_url == "https://a.example"
    assert map_conversation(answers.conversation(first_contact_reply="x", channel="y")).page_url is None


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"state": "closed", "open": True}, ConversationState.CLOSED),
        ({"state": "parked", "open": False}, ConversationState.CLOSED),
        ({"state": None, "open": None}, ConversationState.OPEN),
    ],
)
def test_the_state_word_decides(answers, given, state):
    assert map_conversation(answers.conversation(**given)).state is state


@pytest.mark.parametrize("time", [1_790_000_060, "1790000060", 1_790_000_060.0, "2026-09-21T14:14:20Z"])
def test_times_in_every_form(answers, time):
    assert only_part(answers, created_at=time).sent_at == datetime.fromtimestamp(1_790_000_060, UTC)


@pytest.mark.parametrize("time", [None, "", "soon", -5, 1e30, True, {}, "9999-12-31T23:59:59-23:00"])
def test_a_part_without_a_time_takes_that_of_the_part_before(answers, time):
    odd = answers.part(2) | {"created_at": time}
    found = map_conversation(answers.conversation(answers.part(1), odd))
    assert found.entries[2].sent_at == BEGAN + timedelta(minutes=1)


def test_a_conversation_without_times_borrows_what_it_can(answers):
    dated = map_conversation(answers.conversation(answers.part(3), created_at=None, updated_at=None))
    assert dated.created_at == dated.updated_at == BEGAN + timedelta(minutes=3)
    by_update = map_conversation(answers.conversation(created_at=None))
    assert by_update.created_at == by_update.updated_at == BEGAN


class TestUnseen:
    def test_none_when_all_is_here(self, answers):
        assert map_conversation(answers.conversation(answers.part())).unseen_before is None

    def test_the_oldest_part_held_when_the_provider_counts_more(self, answers):
        raw = answers.conversation(answers.part(5), answers.part(4), statistics={"count_conversation_parts": "700"})
        assert map_conversation(raw).unseen_before == BEGAN + timedelta(minutes=4)

    def test_total_count_counts_too(self, answers):
        parts = {"conversation_parts": [answers.part(2)], "total_count": 2}
        raw = answers.conversation(statistics=None, conversation_parts=parts)
        assert map_conversation(raw).unseen_before == BEGAN + timedelta(minutes=2)

    @pytest.mark.parametrize(("held", "is_cut_off"), [(499, False), (500, True)])
    def test_exactly_500_parts_without_a_count_may_have_been_cut_off(self, answers, held, is_cut_off):
        raw = answers.conversation(*(answers.part(n) for n in range(held)), statistics=None)
        del raw["conversation_parts"]["total_count"]
        assert map_conversation(raw).unseen_before == (BEGAN if is_cut_off else None)
        counted = answers.conversation(
            *(answers.part(n) for n in range(500)), statistics={"count_conversation_parts": 500}
        )
        assert map_conversation(counted).unseen_before is None

    def test_without_any_parts_everything_up_to_the_last_change_may_be_missing(self, answers):
        listed = answers.conversation(statistics=None, updated_at=1_790_000_600)
        del listed["conversation_parts"]
        assert map_conversation(listed).unseen_before == BEGAN + timedelta(minutes=10)


def test_a_head_has_no_entries_and_says_what_it_does_not_hold(answers):
    listed = answers.conversation(answers.part(), updated_at=1_790_000_600)
    del listed["conversation_parts"]
    found = map_search_hit(listed)
    assert (found.entry_count, found.conversation.entries) == (1, ())
    assert found.conversation.unseen_before == found.conversation.updated_at == BEGAN + timedelta(minutes=10)


class TestContact:
    def test_a_contacts_fields_and_bridge_attributes_are_mapped(self, answers):
        found = map_contact(
            answers.contact(
                custom_attributes={
                    "Octopods_Channel": "whatsapp",
                    "octopods_twilio_whatsapp_account_phone": 35315550100,
                    "octopods_telegram_user_id": None,
                    "Plan": "gold",
                    "orders": 3,
                    "vip": True,
                },
                location={"type": "location", "city": "Cork", "region": None, "country": "Ireland"},
            )
        )
        assert (found.name, found.phone, found.takes_email) == ("Jennifer O'Kafor", "+353871234567", True)
        assert found.bridge_attributes == {
            "octopods_channel": "whatsapp",
            "octopods_twilio_whatsapp_account_phone": "35315550100",
        }
        assert found.attributes == {"Plan": "gold", "orders": "3", "vip": "true"}
        assert found.location == "Cork, Ireland"

    @pytest.mark.parametrize(
        "given",
        [
            {"email": None},
            {"email": ""},
            {"unsubscribed_from_emails": True},
            {"has_hard_bounced": True},
            {"marked_email_as_spam": True},
        ],
    )
    def test_who_takes_no_mail(self, answers, given):
        found = map_contact(answers.contact(**given))
        assert found.takes_email is False
        assert found.email_fails is any(word in given for word in ("has_hard_bounced", "marked_email_as_spam"))

    def test_seen_on_the_web_only_where_no_phone_explains_it(self, answers):
        web = map_contact(answers.contact(last_seen_at=100, browser="firefox", ios_last_seen_at=50))
        assert web.web_seen_at == web.messenger_seen_at == datetime.fromtimestamp(100, UTC)
        phone = map_contact(answers.contact(last_seen_at=100, browser="firefox", ios_last_seen_at=100))
        assert (phone.web_seen_at, phone.ios_seen_at) == (None, datetime.fromtimestamp(100, UTC))
        assert map_contact(answers.contact(last_seen_at=100, browser=None)).web_seen_at is None
        assert map_contact(answers.contact()).messenger_seen_at is None
