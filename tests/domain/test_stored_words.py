"""Words and numbers of the domain that are stored, shown in answers and compared: they are written down and stay."""

from __future__ import annotations

import importlib
import pkgutil
from enum import StrEnum

import pytest

import desktop.domain
from desktop.domain.delivery import Delivery
from desktop.domain.identity.phone import Match
from desktop.domain.model.warning import Verdict

MODULES = [importlib.import_module(m.name) for m in pkgutil.walk_packages(desktop.domain.__path__, "desktop.domain.")]
ENUMS = sorted(
    {
        found
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
    },
    key=lambda e: e.__qualname__,
)
NAMED_BY_OTHERS = {"DIALOG360": "360dialog", "GSM7": "GSM-7", "UCS2": "UCS-2"}
VOCABULARY = {
    "Arrival": "expected not_expected unknown accepted sent failed delivered read",
    "ArrivalReason": (
        "in_messenger by_email place_not_reported chat_unknown notice closed_then unknown_then not_forwarded "
        "forwarding_untested no_error accepted_only accepted_so_far accepted_from_bridge sent sent_at not_delivered "
        "not_delivered_at delivered delivered_at read read_at"
    ),
    "Author": "customer teammate bot bridge unknown",
    "ButtonKind": "quick_reply url copy_code plain",
    "Category": "marketing utility authentication unknown",
    "Certainty": "sure unproven uncertain",
    "ChangedFact": "state assignee team tag untag priority",
    "ChannelKind": "whatsapp telegram sms messenger email facebook instagram viber line wechat twitter phone unknown",
    "Client": "web ios android unknown",
    "CommandReason": (
        "closing actions_outdated actions_wait command_broke not_connected_yet fact_gone no_pattern contact_gone "
        "same_contact no_country "
        "no_view_name snippet_incomplete too_few_days too_little_room unsettled_reply change_needs_connection "
        "change_unconfirmed changed_since tag_gone no_tag_name contact_unconfirmed value_not_taken no_note_text "
        "no_company_name no_such_company only_lead_into_user reply_gone conversation_gone placeholder_left "
        "nothing_to_send not_unconfirmed not_cancellable not_editable not_sendable_again template_not_editable "
        "draft_in_the_way not_schedulable time_is_past trying_now sent_when_online sent_after_earlier "
        "message_gone reaction_no_account reaction_id_unknown reaction_not_taken reaction_window_closed "
        "reaction_window_unknown reaction_refused_lately reaction_unconfirmed "
        "new_needs_connection contact_pending recipient_unconfirmed no_recipient new_not_editable"
    ),
    "ContraryKind": "expired unreachable opted_out account temporary unknown",
    "ContrarySource": "bridge_notice refusal late_failure listed customer team",
    "ConversationState": "open closed snoozed",
    "Encoding": "GSM-7 UCS-2",
    "EntryKind": "message note event unknown",
    "Event": (
        "schedule due claim accepted refused not_sent answer_lost found_at_provider hold release send_again cancel"
    ),
    "FileForm": "image video audio voice document photo file",
    "FileProblem": "no_files empty no_ending kind_not_taken too_many_bytes too_many_pixels too_long_and_narrow",
    "FileRoute": ("intercom bridge_whatsapp bridge_telegram bridge_sms whatsapp_cloud 360dialog telegram no_files"),
    "FilterName": "from on after before has tag is",
    "HeaderKind": "text image video document",
    "ListView": "closing_soon mine unassigned mentions open snoozed closed all messenger_only",
    "MatchReason": (
        "said_by_teammate contacts_merged same_phone same_address same_email similar_phone same_name "
        "same_phone_of_many same_address_of_many same_email_of_many"
    ),
    "MediaState": "not_yet waiting here too_large refused gone failed",
    "NoticeKind": "window_closed not_on_channel blocked opted_out channel_trouble temporary unknown_failure",
    "NumberKind": "mobile fixed_line unclear doubtful invalid",
    "OutboxReason": (
        "interrupted answer_lost reply_not_found provider_not_reached provider_cannot_tell confirmed_by_teammate "
        "forecast_worse behind_earlier sending_broke missed_time delayed closed_since account_not_connected "
        "several_files template_gone contact_not_ready conversation_not_found template_changed"
    ),
    "Priority": "none low medium high urgent",
    "ProblemCode": (
        "missing line_break spaces_in_a_row placeholder space no_link no_picture no_video no_document no_file_name "
        "no_ending header_too_long body_too_long link_too_long"
    ),
    "Provider": "octopods whatsapp 360dialog twilio telegram",
    "ReasonCode": (
        "person_said_message person_said_conversation own_app other_app bridge_tagged_message bridge_tagged "
        "bridge_tagged_weakly bridge_only_channel bridge_attribute_then bridge_attribute_now "
        "bridge_channel_unknown email_headers email_conversation email_without_headers native_first native "
        "native_despite_messenger native_moved phone_call web_page tag tag_late tag_undated tag_despite_messenger "
        "tag_by_hand bridge_follows first_unknown messenger_sighting not_by_customer no_bridge_tag no_bridge "
        "typed_in_messenger code_not_reported nothing_known native_conversation bridge_notice unknown_app "
        "bridge_knows_contact bridge_possible tags_contradict may_be_from_channel older_messages_missing reaction "
        "other_number_possible number_changed human_agent_possible listed_only not_visible_here"
    ),
    "Relay": "unproven proven refused",
    "PresenceState": "looking typing queued left",
    "RelayProof": "person guided_test failure_notice outbound_row team",
    "Role": "customer teammate bot unknown",
    "SlotKind": "text link_end code media file_name",
    "State": "scheduled queued sending accepted refused unconfirmed held cancelled",
    "Status": "approved pending rejected paused disabled deleted other",
    "TagSighting": "at_first later unknown",
    "Tagging": "unknown established partial",
    "TraitKind": "record phone email address loose_phone name",
    "Transport": "bridge native messenger email api unknown",
    "Unsendable": (
        "not_approved_yet rejected_by_whatsapp paused_by_whatsapp disabled_by_whatsapp template_deleted "
        "approval_unknown sign_in_code kind part header button copy_code"
    ),
    "WarningCode": (
        "closing_soon conversation_moved relay_unproven customer_words_missing_on_channel window_closed "
        "messenger_reply_did_not_reopen window_unknown relay_refused mapping_unknown mapping_weak "
        "messenger_assumed channel_refused_lately channel_busy_lately customer_is_elsewhere email_may_not_arrive "
        "reach_unknown identity_by_phone_only content_may_not_relay text_too_long attachment_refused "
        "newer_customer_message teammate_answered colleague_is_writing colleague_reply_queued "
        "earlier_reply_unconfirmed queued_offline signed_out "
        "same_text_just_sent same_template_just_sent unresolved_placeholder empty_text "
        "number_invalid number_doubtful fixed_line opted_out no_chat no_subject unsubscribed consent_unknown "
        "similar_number talking_elsewhere"
    ),
    "WindowState": "none open closing closed never unknown",
    "ActionKind": "assign assign_team tag snooze close",
    "AttributeKind": "string integer float boolean date",
    "ContactFieldKind": "name email phone attribute",
    "FieldProblem": (
        "field_no_phone field_no_email field_no_integer field_no_decimal field_no_boolean field_no_date "
        "field_no_option field_too_long field_read_only"
    ),
    "ReportKind": "messenger_only window_closed messenger_answer",
    "SnippetFileReason": (
        "snippet_file_not_utf8 snippet_file_empty snippet_file_too_large snippet_file_not_json "
        "snippet_file_no_list snippet_file_not_csv snippet_file_no_column snippet_file_no_reply "
        "snippet_file_no_name snippet_file_no_text snippet_file_unknown_action"
    ),
    "SpanKind": "bold italic code link bullets numbers",
    "TranslationService": "deepl libretranslate",
}


def test_every_vocabulary_is_written_down() -> None:
    assert {e.__qualname__ for e in ENUMS} == set(VOCABULARY)


@pytest.mark.parametrize("words", ENUMS, ids=lambda e: e.__qualname__)
def test_a_stored_word_stays_and_is_its_name(words: type[StrEnum]) -> None:
    assert sorted(words) == sorted(VOCABULARY[words.__qualname__].split())
    assert [w.value for w in words] == [NAMED_BY_OTHERS.get(w.name, w.name.lower()) for w in words]


def test_stored_numbers_stay() -> None:
    assert {d.name: d.value for d in Delivery} == {"ACCEPTED": 0, "SENT": 1, "FAILED": 2, "DELIVERED": 3, "READ": 4}
    assert {v.name: v.value for v in Verdict} == {"CLEAR": 0, "NOTICE": 1, "WARN": 2, "BLOCKED": 3}
    assert {m.name: m.value for m in Match} == {"DIFFERENT": 0, "MAYBE": 1, "ALIAS": 2, "SAME": 3}
