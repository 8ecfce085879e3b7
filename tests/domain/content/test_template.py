"""Templates: which blanks they have, which values are refused, and that the preview is what will be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.template import (
    Button,
    ButtonKind,
    Category,
    Header,
    HeaderKind,
    ProblemCode,
    Slot,
    SlotKind,
    Status,
    Template,
    Unsendable,
    fill,
    list_slots,
    remaining_length,
    suggestions,
    value_of,
)
from desktop.domain.model.facts import Contact
from desktop.domain.model.reason import NO_REASON, Reason, make_reason

PLAIN = Template("1", "order_update", "en", "Hi {{1}}, order {{2}} has shipped.", Status.APPROVED)
RICH = replace(
    PLAIN,
    body="Hi {{first_name}}, order {{order_id}} has shipped. Bye, {{first_name}}!",
    header=Header(HeaderKind.IMAGE),
    footer="Reachline Demo",
    buttons=(
        Button(ButtonKind.QUICK_REPLY, "Stop"),
        Button(ButtonKind.URL, "Track", "https://example.com/t/{{1}}"),
        Button(ButtonKind.COPY_CODE, "Copy"),
        Button(ButtonKind.PLAIN, "Call us"),
    ),
    examples={"body.order_id": "A-1042"},
)
VALUES = {
    "header.media": "https://cdn.example/p.png",
    "body.first_name": "Jennifer",
    "body.order_id": "A-1042",
    "button.1": "A-1042",
    "button.2": "SAVE5",
}


def keys(template: Template) -> list[str]:
    return [s.key for s in list_slots(template)]


def problems(template: Template, values: dict[str, str]) -> dict[str, Reason]:
    return {p.key: p.reason for p in fill(template, values).problems}


def test_every_blank_once_in_the_order_in_which_it_is_read():
    assert list_slots(RICH) == (
        Slot("header.media", SlotKind.MEDIA),
        Slot("body.first_name", SlotKind.TEXT, "first_name"),
        Slot("body.order_id", SlotKind.TEXT, "order_id", "A-1042"),
        Slot("button.1", SlotKind.LINK_END, "1", button=1),
        Slot("button.2", SlotKind.CODE, button=2),
    )


def test_numbers_are_ordered_as_numbers():
    body = " ".join(f"{{{{{n}}}}}" for n in (10, 2, 1))
    assert keys(replace(PLAIN, body=body)) == ["body.1", "body.2", "body.10"]


def test_each_place_counts_its_own_blanks():
    template = replace(PLAIN, header=Header(HeaderKind.TEXT, "Order {{1}}"))
    assert keys(template) == ["header.1", "body.1", "body.2"]
    filled = fill(template, {"header.1": "A-1", "body.1": "Jennifer", "body.2": "B-2"})
    assert (filled.header, filled.body) == ("Order A-1", "Hi Jennifer, order B-2 has shipped.")


def test_shared_blanks_have_one_value_wherever_they_stand():
    template = replace(
        PLAIN,
        shared_blanks=True,
        header=Header(HeaderKind.IMAGE, link="https://cdn.example/{{3}}.png"),
        buttons=(Button(ButtonKind.URL, "Track", "https://example.com/{{2}}"),),
        unseen_blanks=("4",),
    )
    assert keys(template) == ["3", "1", "2", "4"]
    filled = fill(template, {"1": "Jennifer", "2": "A-1042", "3": "pic", "4": "x"})
    assert filled.can_be_sent
    assert filled.media == "https://cdn.example/pic.png"
    assert filled.buttons[0].url == "https://example.com/A-1042"
    assert filled.body == "Hi Jennifer, order A-1042 has shipped."


def test_a_template_that_brings_its_own_picture_asks_for_none():
    template = replace(PLAIN, header=Header(HeaderKind.IMAGE, link="https://cdn.example/a.png"))
    assert keys(template) == ["body.1", "body.2"]
    assert fill(template, {}).media == "https://cdn.example/a.png"


def test_the_preview_shows_what_the_customer_will_see():
    filled = fill(RICH, VALUES)
    assert filled.can_be_sent
    assert filled.text == "Hi Jennifer, order A-1042 has shipped. Bye, Jennifer!\n\nReachline Demo"
    assert filled.media == "https://cdn.example/p.png"
    assert [b.url for b in filled.buttons] == ["", "https://example.com/t/A-1042", "", ""]


def test_what_is_missing_stays_visible_and_is_told():
    filled = fill(PLAIN, {"body.1": "Jennifer"})
    assert filled.body == "Hi Jennifer, order {{2}} has shipped."
    assert [(p.key, p.reason) for p in filled.problems] == [("body.2", make_reason(ProblemCode.MISSING))]


def test_values_of_no_slot_are_left_out():
    assert fill(PLAIN, {"body.1": "a", "body.9": "b"}).values == {"body.1": "a"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", make_reason(ProblemCode.MISSING)),
        ("  \u00a0", make_reason(ProblemCode.MISSING)),
        ("a\nb", make_reason(ProblemCode.LINE_BREAK)),
        ("a\tb", make_reason(ProblemCode.LINE_BREAK)),
        ("a\u2028b", make_reason(ProblemCode.LINE_BREAK)),
        ("a     b", make_reason(ProblemCode.SPACES_IN_A_ROW, count=4)),
        ("Dear {{first_name}}", make_reason(ProblemCode.PLACEHOLDER, placeholder="{{first_name}}")),
    ],
)
def test_values_that_whatsapp_would_refuse(value, reason):
    assert problems(PLAIN, {"body.1": value, "body.2": "x"})["body.1"] == reason


def test_four_spaces_are_allowed():
    assert fill(PLAIN, {"body.1": "a    b", "body.2": "x"}).can_be_sent


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("button.1", "A 1042", ProblemCode.SPACE),
        ("button.2", "SAVE 5", ProblemCode.SPACE),
        ("header.media", "http://cdn.example/p.png", ProblemCode.NO_LINK),
        ("header.media", "C:/parcel.png", ProblemCode.NO_LINK),
        ("header.media", "https:///p.png", ProblemCode.NO_LINK),
    ],
)
def test_values_for_links_codes_and_files(key, value, code):
    assert problems(RICH, VALUES | {key: value})[key] == make_reason(code)


@pytest.mark.parametrize("value", ["https://cdn.example", "1037543291543636"])
def test_a_file_is_a_link_or_an_id(value):
    assert fill(RICH, VALUES | {"header.media": value}).can_be_sent


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (HeaderKind.DOCUMENT, "https://cdn.example/a/p.PNG?v=2", ProblemCode.NO_DOCUMENT),
        (HeaderKind.IMAGE, "https://cdn.example/clip.mp4#t", ProblemCode.NO_PICTURE),
        (HeaderKind.VIDEO, "https://cdn.example/x.pdf", ProblemCode.NO_VIDEO),
        (HeaderKind.VIDEO, "https://cdn.example/x.3gp", None),
        (HeaderKind.DOCUMENT, "https://cdn.example/report", None),
        (HeaderKind.DOCUMENT, "https://cdn.example/get?file=p.png", None),
        (HeaderKind.DOCUMENT, "https://files.png", None),
        (HeaderKind.DOCUMENT, "1037543291543636", None),
    ],
)
def test_a_file_of_another_kind_is_told_by_its_ending(kind, value, code):
    found = problems(replace(RICH, header=Header(kind)), VALUES | {"header.media": value})
    assert found == ({"header.media": make_reason(code)} if code is not None else {})


@pytest.mark.parametrize(
    ("endings", "kind"),
    [
        ("jpg jpeg png", HeaderKind.IMAGE),
        ("mp4 3gp", HeaderKind.VIDEO),
        ("pdf txt doc docx xls xlsx ppt pptx", HeaderKind.DOCUMENT),
    ],
)
def test_endings_of_each_kind_of_file(endings, kind):
    missing = {
        HeaderKind.IMAGE: ProblemCode.NO_PICTURE,
        HeaderKind.VIDEO: ProblemCode.NO_VIDEO,
        HeaderKind.DOCUMENT: ProblemCode.NO_DOCUMENT,
    }
    for ending in endings.split():
        link = f"https://cdn.example/a.{ending}"
        for wanted, code in missing.items():
            found = problems(replace(RICH, header=Header(wanted)), VALUES | {"header.media": link})
            assert found == ({} if wanted is kind else {"header.media": make_reason(code)})


@pytest.mark.parametrize("ending", ["gif", "webp", "mov", "csv", "zip", "mp3"])
def test_of_a_file_that_is_of_no_kind_nothing_is_said(ending):
    for wanted in (HeaderKind.IMAGE, HeaderKind.VIDEO, HeaderKind.DOCUMENT):
        header, link = Header(wanted), f"https://cdn.example/a.{ending}"
        assert problems(replace(RICH, header=header), VALUES | {"header.media": link}) == {}


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\r", "\x7f", "\x85", "\u2028", "\u2029"])
def test_characters_that_break_a_line_or_are_none(character):
    [told] = fill(PLAIN, {"body.1": f"a{character}b", "body.2": "x"}).problems
    assert (told.key, told.reason) == ("body.1", make_reason(ProblemCode.LINE_BREAK))


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("body.first_name", "", ProblemCode.MISSING),
        ("body.first_name", "a     b", ProblemCode.SPACES_IN_A_ROW),
        ("body.first_name", "<attribute>", ProblemCode.PLACEHOLDER),
        ("body.first_name", "{{x}}", ProblemCode.PLACEHOLDER),
        ("button.1", "a b", ProblemCode.SPACE),
        ("button.2", "a b", ProblemCode.SPACE),
        ("header.media", "x", ProblemCode.NO_LINK),
        ("header.media", "https://a b", ProblemCode.NO_LINK),
        ("header.media", "https://a/b c", ProblemCode.NO_LINK),
        ("header.media", "12x", ProblemCode.NO_LINK),
        ("header.media", "https://a/b.pdf", ProblemCode.NO_PICTURE),
    ],
)
def test_each_fault_of_a_value_has_its_code(key, value, code):
    assert [(p.key, p.reason.code) for p in fill(RICH, VALUES | {key: value}).problems] == [(key, code)]


def test_a_template_as_a_whole_has_its_own_code():
    assert [(p.key, p.reason.code) for p in fill(replace(PLAIN, status=Status.PAUSED), {}).problems] == [
        ("body.1", ProblemCode.MISSING),
        ("body.2", ProblemCode.MISSING),
        ("", Unsendable.PAUSED_BY_WHATSAPP),
    ]


def test_what_a_provider_does_not_tell_of_a_template():
    assert (PLAIN.category, PLAIN.header, PLAIN.buttons, PLAIN.shared_blanks) == (Category.UNKNOWN, None, (), False)
    assert (PLAIN.footer, PLAIN.sender, PLAIN.quality, PLAIN.rejected_because) == ("",) * 4
    assert PLAIN.unsendable == PLAIN.not_sendable_reason == NO_REASON
    assert (PLAIN.unseen_blanks, PLAIN.known_at, PLAIN.lag) == ((), None, timedelta(0))
    assert (Header(HeaderKind.IMAGE).link, Header(HeaderKind.IMAGE).takes_name) == ("", False)
    assert (Button(ButtonKind.URL).text, Button(ButtonKind.URL).url) == ("", "")


@pytest.mark.parametrize(
    "field",
    ["first name", "lastName", "Name", "full_name", "customer_name", "Customer-First-Name", "email", "phone", "city"],
)
def test_every_name_that_a_blank_can_have_for_what_is_known(field):
    contact = Contact("c1", "user", "Jennifer Okafor", "jen@example.com", "+353871234567", attributes={"City": "Cork"})
    blank = field.replace(" ", "_").replace("-", "_")
    expected = {
        "first name": "Jennifer",
        "lastName": "Okafor",
        "Name": "Jennifer Okafor",
        "full_name": "Jennifer Okafor",
        "customer_name": "Jennifer Okafor",
        "Customer-First-Name": "Jennifer",
        "email": "jen@example.com",
        "phone": "+353871234567",
        "city": "Cork",
    }[field]
    assert suggestions(replace(PLAIN, body=f"{{{{{blank}}}}}"), contact) == {f"body.{blank}": expected}


@pytest.mark.parametrize(
    "word", ["hi", "hello", "hey", "dear", "hola", "hallo", "bonjour", "salut", "ciao", "ola", "olá", "oi"]
)
def test_every_word_of_greeting(word):
    assert suggestions(replace(PLAIN, body=f"{word} {{{{1}}}}"), Contact("c1", name="Ana")) == {"body.1": "Ana"}
    assert suggestions(replace(PLAIN, body=f"x{word} {{{{1}}}}"), Contact("c1", name="Ana")) == {}


def test_lengths_count_the_filled_text():
    template = replace(PLAIN, header=Header(HeaderKind.TEXT, "Order {{1}}"))
    values = {"header.1": "x" * 55, "body.1": "y" * 1003, "body.2": "z"}
    assert [p.reason for p in fill(template, values).problems] == [
        make_reason(ProblemCode.HEADER_TOO_LONG, count=1),
        make_reason(ProblemCode.BODY_TOO_LONG, count=4),
    ]
    assert fill(template, {"header.1": "x" * 54, "body.1": "y" * 999, "body.2": "z"}).can_be_sent


def test_a_text_that_is_too_long_is_told_at_the_blank_that_can_be_shortened():
    template = replace(PLAIN, header=Header(HeaderKind.TEXT, "Order {{order_id}}"), body="Hi {{1}}")
    told = fill(template, {"header.order_id": "x" * 55, "body.1": "y" * 1022}).problems
    assert [(p.key, p.reason) for p in told] == [
        ("header.order_id", make_reason(ProblemCode.HEADER_TOO_LONG, count=1)),
        ("body.1", make_reason(ProblemCode.BODY_TOO_LONG, count=1)),
    ]
    two = fill(PLAIN, {"body.1": "y" * 1003, "body.2": "z"}).problems
    assert [(p.key, p.reason) for p in two] == [("", make_reason(ProblemCode.BODY_TOO_LONG, count=4))]


def test_a_buttons_whole_link_is_limited():
    link = "https://example.com/t/"
    assert fill(RICH, VALUES | {"button.1": "x" * (2000 - len(link))}).can_be_sent
    [told] = fill(RICH, VALUES | {"button.1": "x" * (2001 - len(link))}).problems
    assert (told.key, told.reason) == ("button.1", make_reason(ProblemCode.LINK_TOO_LONG, count=1))


@pytest.mark.parametrize(
    ("values", "key", "left"),
    [
        ({}, "header.order_id", 54),
        ({"header.order_id": "x" * 54}, "header.order_id", 0),
        ({"header.order_id": "x" * 56}, "header.order_id", -2),
        ({}, "body.1", 1016),
        ({"body.2": "x" * 1000}, "body.1", 16),
        ({"body.2": "x" * 1000}, "body.2", 7),
        ({}, "button.0", None),
    ],
)
def test_each_blank_knows_how_much_room_is_left(values, key, left):
    template = replace(
        PLAIN,
        header=Header(HeaderKind.TEXT, "Order {{order_id}}"),
        body="Hi {{1}}, {{2}}{{2}}" if key == "body.2" else "Hi {{1}}, {{2}}abc",
        buttons=(Button(ButtonKind.URL, "Track", "https://example.com/{{1}}"),),
    )
    if key == "body.2":
        values = {"body.2": "x" * 500, "body.1": "y" * 4}
    slot = next(s for s in list_slots(template) if s.key == key)
    assert remaining_length(template, values, slot) == left


INVOICE = replace(PLAIN, body="Your invoice", header=Header(HeaderKind.DOCUMENT, takes_name=True))


@pytest.mark.parametrize(
    ("media", "typed", "name", "code"),
    [
        ("https://cdn.example/inv%20oice.pdf?x=1", "", "inv oice.pdf", None),
        ("https://cdn.example/inv.pdf", "April.pdf", "April.pdf", None),
        ("https://cdn.example/files/", "", "", ProblemCode.NO_FILE_NAME),
        ("https://cdn.example", "", "", ProblemCode.NO_FILE_NAME),
        ("https://cdn.example/report", "", "", ProblemCode.NO_FILE_NAME),
        ("https://cdn.example/show.aspx", "", "", ProblemCode.NO_FILE_NAME),
        ("1037543291543636", "", "", ProblemCode.NO_FILE_NAME),
        ("1037543291543636", " invoice.pdf ", "invoice.pdf", None),
        ("1037543291543636", "invoice", "invoice", ProblemCode.NO_ENDING),
        ("1037543291543636", "invoice.qqq", "invoice.qqq", ProblemCode.NO_ENDING),
        ("1037543291543636", "in\nvoice.pdf", "in\nvoice.pdf", ProblemCode.LINE_BREAK),
    ],
)
def test_a_document_has_a_name_with_an_ending_or_one_is_asked_for(media, typed, name, code):
    assert [(s.key, s.kind) for s in list_slots(INVOICE)] == [
        ("header.media", SlotKind.MEDIA),
        ("header.name", SlotKind.FILE_NAME),
    ]
    filled = fill(INVOICE, {"header.media": media, "header.name": typed})
    assert filled.file_name == name
    assert [(p.key, p.reason.code) for p in filled.problems] == ([("header.name", code)] if code else [])


def test_no_name_is_asked_for_before_there_is_a_file_nor_where_none_can_be_given():
    assert [(p.key, p.reason.code) for p in fill(INVOICE, {}).problems] == [("header.media", ProblemCode.MISSING)]
    for header in (Header(HeaderKind.DOCUMENT), Header(HeaderKind.IMAGE, takes_name=True)):
        template = replace(INVOICE, header=header)
        assert keys(template) == ["header.media"]
        assert fill(template, {"header.media": "https://cdn.example/x/"}).file_name == ""


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.APPROVED])
def test_only_approved_ones_can_be_sent(status):
    filled = fill(replace(PLAIN, status=status), {"body.1": "a", "body.2": "b"})
    assert not filled.can_be_sent
    codes = {
        Status.PENDING: Unsendable.NOT_APPROVED_YET,
        Status.REJECTED: Unsendable.REJECTED_BY_WHATSAPP,
        Status.PAUSED: Unsendable.PAUSED_BY_WHATSAPP,
        Status.DISABLED: Unsendable.DISABLED_BY_WHATSAPP,
        Status.DELETED: Unsendable.TEMPLATE_DELETED,
        Status.OTHER: Unsendable.APPROVAL_UNKNOWN,
    }
    assert filled.problems[-1].reason == make_reason(codes[status])


def test_what_cannot_be_sent_from_here_says_why():
    carousel = make_reason(Unsendable.PART, part="carousel")
    template = replace(PLAIN, unsendable=carousel)
    assert problems(template, {"body.1": "a", "body.2": "b"}) == {"": carousel}


def test_the_list_grows_stale():
    at = datetime(2026, 11, 20, 14, tzinfo=UTC)
    known = replace(PLAIN, known_at=at, lag=timedelta(hours=3))
    assert known.is_fresh(at + timedelta(minutes=15))
    assert not known.is_fresh(at + timedelta(minutes=15, seconds=1))
    assert not PLAIN.is_fresh(at)


def test_suggestions_come_from_the_contact():
    contact = Contact(
        "c1",
        name="Jennifer\u00a0Anne  Okafor",
        phone="+353871234567",
        attributes={"Order ID": "A-1042", "phone": "old", "1": "no", "note": "  "},
    )
    template = replace(RICH, body="{{first_name}} {{last_name}} {{order_id}} {{phone}} {{note}} {{email}}")
    assert suggestions(template, contact) == {
        "body.first_name": "Jennifer",
        "body.last_name": "Anne Okafor",
        "body.order_id": "A-1042",
        "body.phone": "+353871234567",
    }


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        ("Hi {{1}}, your code is {{2}}.", "Jennifer Okafor", {"body.1": "Jennifer"}),
        ("OLÁ {{2}} {{1}}", "Ana Souza", {"body.2": "Ana"}),
        ("Dear *{{1}}*, welcome", "Jennifer", {"body.1": "Jennifer"}),
        ("Hallo _*{{ 1 }}*_", "Jennifer", {"body.1": "Jennifer"}),
        ("Hi - {{1}}", "Jennifer", {}),
        ("Order {{1}} for {{2}}", "Jennifer", {}),
        ("Hi {{1}}", "", {}),
        ("Hi {{someone}}", "Jennifer", {}),
    ],
)
def test_a_number_is_only_guessed_in_a_greeting(body, name, expected):
    assert suggestions(replace(PLAIN, body=body), Contact("c1", name=name)) == expected


def test_what_ends_a_link_or_is_a_file_is_not_guessed():
    template = replace(RICH, body="", buttons=(Button(ButtonKind.URL, "Track", "https://example.com/{{email}}"),))
    assert suggestions(template, Contact("c1", email="jen@example.com")) == {}


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(words, words)
def test_values_are_never_read_as_blanks_themselves(first, second):
    filled = fill(PLAIN, {"body.1": first, "body.2": second})
    expected = f"Hi {first or '{{1}}'}, order {second or '{{2}}'} has shipped."
    assert filled.body == expected


@given(words)
def test_what_may_be_sent_keeps_the_rules(value):
    if fill(PLAIN, {"body.1": value, "body.2": "x"}).can_be_sent:
        assert value.strip()
        assert not set(value) & set("\r\n\t")
        assert "     " not in value
        assert len(value.splitlines()) == 1


@given(st.lists(st.sampled_from(["{{1}}", "{{ 2 }}", "{{name}}", "{{x y}}", "{}", "a", " "]), max_size=8).map("".join))
def test_filling_every_slot_leaves_no_problem(body):
    template = replace(PLAIN, body=body)
    filled = fill(template, {s.key: "v" for s in list_slots(template)})
    assert filled.can_be_sent
    assert "{{1}}" not in filled.body


def test_a_value_is_found_whatever_way_its_name_is_written() -> None:
    contact = Contact("c-1", name=" Jennifer  Okafor ", attributes={"Order id": "A-1\nB"})
    assert value_of(contact, "first_name") == "Jennifer"
    assert value_of(contact, "OrderId") == "A-1 B"
    assert value_of(contact, "phone") == ""
