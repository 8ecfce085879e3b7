"""WhatsApp: pairs of Meta's JSON and our words, in both directions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.shared.error_reasons import failure_reason
from desktop.channels.shared.meta_codes import kind_of_description
from desktop.channels.whatsapp import mapping
from desktop.domain.content.files import FileRoute, inspect_file, plan_file
from desktop.domain.content.template import (
    Button,
    ButtonKind,
    Category,
    Header,
    HeaderKind,
    Status,
    Template,
    Unsendable,
    fill,
    list_slots,
)
from desktop.domain.delivery import Delivery
from desktop.domain.model.reason import Reason, make_reason
from desktop.ports import Accepted, ChannelAccount, DirectMessage, DirectTemplate, OutgoingFile, ProviderErrorKind
from desktop.text.reasons.describe import describe

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NAMED = {
    "id": "594425479261596",
    "name": "order_update",
    "language": "en_US",
    "category": "UTILITY",
    "status": "APPROVED",
    "parameter_format": "NAMED",
    "quality_score": {"score": "GREEN", "date": 1795338000},
    "rejected_reason": "NONE",
    "components": [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://…"]}},
        {
            "type": "BODY",
            "text": "Hi {{first_name}}, order {{order_id}} has shipped.",
            "example": {
                "body_text_named_params": [
                    {"param_name": "first_name", "example": "Jennifer"},
                    {"param_name": "order_id", "example": "A-1042"},
                ]
            },
        },
        {"type": "FOOTER", "text": "Reachline Demo"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Stop"},
                {
                    "type": "URL",
                    "text": "Track",
                    "url": "https://example.com/t/{{1}}",
                    "example": ["https://example.com/t/A-1042"],
                },
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550001111"},
                {"type": "COPY_CODE", "example": "SAVE5"},
            ],
        },
    ],
}
POSITIONAL = {
    "id": "2",
    "name": "order_update",
    "language": "de",
    "category": "MARKETING",
    "status": "PAUSED",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["A-1042"]}},
        {"type": "BODY", "text": "Hi {{1}}, {{2}}", "example": {"body_text": [["Jennifer", "A-1042"]]}},
    ],
}


def template(raw=NAMED) -> Template:
    found = mapping.template(raw, AT)
    assert found is not None
    return found


def test_a_template_with_names():
    assert template() == Template(
        "594425479261596",
        "order_update",
        "en_US",
        "Hi {{first_name}}, order {{order_id}} has shipped.",
        Status.APPROVED,
        Category.UTILITY,
        Header(HeaderKind.IMAGE),
        "Reachline Demo",
        (
            Button(ButtonKind.QUICK_REPLY, "Stop"),
            Button(ButtonKind.URL, "Track", "https://example.com/t/{{1}}"),
            Button(ButtonKind.PLAIN, "Call"),
            Button(ButtonKind.COPY_CODE),
        ),
        examples={"body.first_name": "Jennifer", "body.order_id": "A-1042", "button.1": "A-1042"},
        quality="green",
        known_at=AT,
    )


def test_a_template_with_numbers():
    found = template(POSITIONAL)
    assert (found.status, found.category) == (Status.PAUSED, Category.MARKETING)
    assert [(s.key, s.example) for s in list_slots(found)] == [
        ("header.1", "A-1042"),
        ("body.1", "Jennifer"),
        ("body.2", "A-1042"),
    ]


def test_360dialog_says_the_same_in_small_letters():
    raw = NAMED | {"id": "GVsEkeI2PIiARwVXQEDVWT", "external_id": "594425479261596", "status": "approved"}
    del raw["quality_score"]
    assert template(raw) == replace(template(), quality="")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"components": [{"type": "CAROUSEL", "cards": []}]}, make_reason(Unsendable.PART, part="carousel")),
        (
            {"components": [{"type": "HEADER", "format": "LOCATION"}]},
            make_reason(Unsendable.HEADER, kind="location"),
        ),
        (
            {"components": [{"type": "BUTTONS", "buttons": [{"type": "FLOW"}]}]},
            make_reason(Unsendable.BUTTON, kind="flow"),
        ),
        ({"category": "AUTHENTICATION"}, make_reason(Unsendable.SIGN_IN_CODE)),
    ],
)
def test_what_cannot_be_sent_from_here_says_so(change, reason):
    assert template(NAMED | change).not_sendable_reason == reason


@pytest.mark.parametrize("word", ["LIMIT_EXCEEDED", "FLAGGED", "REINSTATED", "NEW_IN_2027", "", None, 7])
def test_a_state_that_we_do_not_know_is_not_sendable(word):
    assert template(NAMED | {"status": word}).not_sendable_reason


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "buttons", "url", "example", "id"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(odd, odd, odd)
def test_odd_templates_cost_nothing_but_themselves(components, status, quality):
    raw = {"name": "x", "components": components, "status": status, "quality_score": quality}
    found = template(raw)
    assert found.name == "x"
    fill(found, {})


# --- sending -------------------------------------------------------------------------------------------------------

VALUES = {
    "header.media": "https://cdn.example/a%20b/parcel.png",
    "body.first_name": "Jennifer",
    "body.order_id": "A-1042",
    "button.1": "A-1042",
    "button.3": "SAVE5",
}


def sent_template(raw, values) -> dict:
    filled = fill(template(raw), values)
    assert filled.can_be_sent, filled.problems
    return mapping.template_body(DirectTemplate("d-1", "+353871234567", filled), {"to": "+353871234567"})


def test_the_provider_is_to_give_back_the_reference_else_our_id():
    to = {"to": "+353871234567"}
    text = DirectMessage("d-1", "+353871234567", "Hi", reference="rl1:2154:9:ab:d-1")
    assert mapping.message_body(text, to)["biz_opaque_callback_data"] == "rl1:2154:9:ab:d-1"
    filled = fill(template(NAMED), VALUES)
    templated = DirectTemplate("d-1", "+353871234567", filled, "rl1:2154:9:cd:d-1")
    assert mapping.template_body(templated, to)["biz_opaque_callback_data"] == "rl1:2154:9:cd:d-1"


def test_a_template_with_every_kind_of_value():
    assert sent_template(NAMED, VALUES) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+353871234567",
        "biz_opaque_callback_data": "d-1",
        "type": "template",
        "template": {
            "name": "order_update",
            "language": {"code": "en_US"},
            "components": [
                {
                    "type": "header",
                    "parameters": [{"type": "image", "image": {"link": "https://cdn.example/a%20b/parcel.png"}}],
                },
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "parameter_name": "first_name", "text": "Jennifer"},
                        {"type": "text", "parameter_name": "order_id", "text": "A-1042"},
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "1",
                    "parameters": [{"type": "text", "text": "A-1042"}],
                },
                {
                    "type": "button",
                    "sub_type": "copy_code",
                    "index": "3",
                    "parameters": [{"type": "coupon_code", "coupon_code": "SAVE5"}],
                },
            ],
        },
    }


def test_numbered_values_go_in_order_and_without_names():
    raw = POSITIONAL | {"status": "APPROVED"}
    body = sent_template(raw, {"body.2": "B", "body.1": "A", "header.1": "H"})
    assert body["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "text": "H"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]},
    ]


def test_a_name_in_the_header_alone_is_sent_whatever_the_list_says_of_the_format():
    raw = {
        "name": "order",
        "language": "en",
        "status": "APPROVED",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Order {{order_id}}"},
            {"type": "BODY", "text": "It has shipped."},
        ],
    }
    for more in ({}, {"parameter_format": "POSITIONAL"}, {"parameter_format": "NAMED"}):
        assert sent_template(raw | more, {"header.order_id": "A-1"})["template"]["components"] == [
            {"type": "header", "parameters": [{"type": "text", "parameter_name": "order_id", "text": "A-1"}]}
        ]


def test_names_in_one_part_and_numbers_in_another():
    raw = NAMED | {
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Order {{order_id}}"},
            {"type": "BODY", "text": "Hi {{1}}"},
        ]
    }
    assert sent_template(raw, {"header.order_id": "A-1", "body.1": "Jennifer"})["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "parameter_name": "order_id", "text": "A-1"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Jennifer"}]},
    ]


def test_without_values_no_components_are_named():
    raw = {
        "name": "hello_world",
        "language": "en_US",
        "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Hello"}],
    }
    assert sent_template(raw, {})["template"] == {"name": "hello_world", "language": {"code": "en_US"}}


@pytest.mark.parametrize(
    ("media", "name", "given"),
    [
        ("1037543291543636", "April.pdf", {"id": "1037543291543636", "filename": "April.pdf"}),
        (
            "https://cdn.example/inv%20oice.pdf?x=1",
            "",
            {"link": "https://cdn.example/inv%20oice.pdf?x=1", "filename": "inv oice.pdf"},
        ),
        ("https://cdn.example/files/", "a.pdf", {"link": "https://cdn.example/files/", "filename": "a.pdf"}),
    ],
)
def test_a_document_is_an_id_or_a_link_with_a_name(media, name, given):
    raw = NAMED | {"components": [{"type": "HEADER", "format": "DOCUMENT"}, {"type": "BODY", "text": "Your bill"}]}
    components = sent_template(raw, {"header.media": media, "header.name": name})["template"]["components"]
    assert components == [{"type": "header", "parameters": [{"type": "document", "document": given}]}]


@pytest.mark.parametrize(
    ("to", "whom"),
    [
        ("+353871234567", {"to": "+353871234567"}),
        (" +353 (87) 123-4567 ", {"to": "+353871234567"}),
        ("00353871234567", {"to": "+353871234567"}),
        ("US.13491208655302741918", {"recipient": "US.13491208655302741918"}),
        ("us.ENT.1349a", {"recipient": "us.ENT.1349a"}),
        ("353871234567", None),
        ("0871234567", None),
        ("+1234567890123456", None),
        ("USA.1349", None),
        ("US.", None),
    ],
)
def test_whom_it_is_for(to, whom):
    assert mapping.recipient(to) == whom


@given(st.text(max_size=20))
def test_an_address_always_has_its_plus(to):
    whom = mapping.recipient(to)
    assert whom is None or "recipient" in whom or whom["to"].startswith("+")


def test_a_text_that_quotes():
    out = DirectMessage("d-1", "+353871234567", "Your parcel left. 😀\ud83d", reply_to="wamid.0")
    assert mapping.message_body(out, {"recipient": "US.1"}) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient": "US.1",
        "biz_opaque_callback_data": "d-1",
        "context": {"message_id": "wamid.0"},
        "type": "text",
        "text": {"body": "Your parcel left. 😀\ufffd", "preview_url": False},
    }


ENDING = {"image/png": "png", "image/webp": "webp", "audio/ogg": "ogg", "application/pdf": "pdf"}


@pytest.mark.parametrize(
    ("content_type", "size", "caption", "kind"),
    [
        ("image/jpeg", 10, "Look", "image"),
        ("IMAGE/PNG; x=y", 10, "", "image"),
        ("image/png", 5_000_001, "", "document"),
        ("image/webp", 10, "", "document"),
        ("audio/ogg", 10, "", "audio"),
        ("audio/ogg", 10, "Listen", "document"),
        ("video/mp4", 10, "", "video"),
        ("application/pdf", 10, "Your bill", "document"),
    ],
)
def test_files_go_as_what_whatsapp_shows(content_type, size, caption, kind):
    file = OutgoingFile("a.bin", content_type, b"x" * size)
    plan = plan_file(
        FileRoute.WHATSAPP_CLOUD, inspect_file(file.name, file.content_type, file.data), has_text=bool(caption)
    )
    body = mapping.message_body(DirectMessage("d-1", "+353871234567", caption, file), {}, plan, "77")
    assert body["type"] == kind
    expected = {"id": "77"} | ({"caption": caption} if caption else {}) | ({"voice": True} if kind == "audio" else {})
    assert body[kind] == expected | ({"filename": f"a.bin.{ENDING[content_type]}"} if kind == "document" else {})


# --- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "message", "expected"),
    [
        ({"input": "+5531987654321", "wa_id": "553187654321"}, {}, Accepted("wamid.1", address="+553187654321")),
        ({"input": "US.1", "user_id": "US.1"}, {}, Accepted("wamid.1", address="US.1")),
        ({}, {"message_status": "accepted"}, Accepted("wamid.1")),
    ],
)
def test_what_was_taken_and_under_which_address(contact, message, expected):
    assert mapping.accepted({"contacts": [contact], "messages": [{"id": "wamid.1"} | message]}) == expected


@pytest.mark.parametrize("word", ["held_for_quality_assessment", "paused"])
def test_what_is_held_back_is_said(word):
    found = mapping.accepted({"messages": [{"id": "wamid.1", "message_status": word}]})
    assert found is not None
    assert "might not be delivered" in describe(found.remark)


def test_the_number_and_what_to_know_of_it():
    raw = {
        "id": "106540352242922",
        "display_phone_number": "+1 555-000-1111",
        "verified_name": "Reachline Demo",
        "quality_rating": "RED",
        "is_on_biz_app": True,
        "health_status": {"can_send_message": "LIMITED", "entities": []},
    }
    found = mapping.account(raw)
    assert found is not None
    assert (found.name, found.address, len(found.remarks)) == ("Reachline Demo", "+15550001111", 3)
    calm = raw | {"quality_rating": "GREEN", "is_on_biz_app": False, "health_status": {"can_send_message": "AVAILABLE"}}
    assert mapping.account(calm) == ChannelAccount("Reachline Demo", "+15550001111")


def words(trouble: ProviderErrorKind, code: str, said: str) -> Reason:
    return failure_reason(trouble, "WhatsApp", code=code, message=said)


def history(*events: dict) -> dict:
    return {"data": [{"id": "1", "message_id": "wamid.1", "events": {"data": list(events)}}]}


@pytest.mark.parametrize(
    ("states", "reached", "final"),
    [
        (["ACCEPTED"], Delivery.ACCEPTED, False),
        (["DELIVERED", "SENT"], Delivery.DELIVERED, False),
        (["READ"], Delivery.READ, True),
        (["SENT", "FAILED"], Delivery.FAILED, True),
        (["ERROR"], Delivery.FAILED, True),
        (["FAILED", "DELIVERED"], Delivery.DELIVERED, False),
        (["SENT", "DELETED"], Delivery.SENT, False),
    ],
)
def test_the_furthest_event_counts(states, reached, final):
    events = [{"delivery_status": s, "timestamp": 1795338060} for s in states]
    found = mapping.delivery(history(*events), "wamid.1", words)
    assert found is not None
    assert (found.delivery, found.final) == (reached, final)
    assert found.at == datetime(2026, 11, 22, 9, 1, tzinfo=UTC)


def test_a_late_failure_says_why():
    event = {"delivery_status": "FAILED", "error_description": "(#131047) Re-engagement message"}
    found = mapping.delivery(history(event), "wamid.1", words)
    assert found is not None
    assert found.kind is ProviderErrorKind.WINDOW_CLOSED
    assert "Send a template" in describe(found.reason)
    assert "131047" in describe(found.reason)


def test_a_late_failure_without_a_reason_is_unknown():
    found = mapping.delivery(history({"delivery_status": "FAILED", "error_description": "24 hours?"}), "wamid.1", words)
    assert found is not None
    assert found.kind is ProviderErrorKind.UNKNOWN
    assert "24 hours?" in describe(found.reason)


@pytest.mark.parametrize("content", [{"data": []}, {}, None, history(), history({"delivery_status": "NEW"})])
def test_a_history_that_says_nothing(content):
    assert mapping.delivery(content, "wamid.1", words) is None


def test_another_messages_history_is_not_taken():
    assert mapping.delivery(history({"delivery_status": "READ"}), "wamid.2", words) is None


def test_codes_in_a_text():
    assert kind_of_description("131026") == (ProviderErrorKind.UNREACHABLE, "131026")
    assert kind_of_description("error 190 at 12:30 for 353871234567") == (ProviderErrorKind.UNKNOWN, "")
