"""Placeholders of saved replies: nothing raw is left, and no value is another person's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.placeholders import OFFERED, ReplyValues, fill, find_blanks
from desktop.domain.model.facts import Contact
from desktop.domain.model.outgoing import find_placeholder

JENNIFER = Contact(
    "1",
    name="Jennifer Okafor",
    email="j@okafor.example",
    phone="+353871234567",
    attributes={"Order id": "A-17", "company.name": "Acme & Co", "odd": "{{user.email}}", "html": "&#123;&#123;x"},
)
VALUES = ReplyValues(JENNIFER, "Sam Byrne", "4711", "Where is it?")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hi {{first_name}} {{ user.Last Name }}!", "Hi Jennifer Okafor!"),
        ("{{contact.custom_attributes.order_id}} / {{ORDER ID}}", "A-17 / A-17"),
        ("{{company}}, {{company.name}}", "Acme & Co, Acme & Co"),
        ("{{agent.first_name}} {{teammate.name}} {{author.email}}", "Sam Sam Byrne ⟦author email⟧"),
        ("{{conversation.id}}: {{conversation.subject}}", "4711: Where is it?"),
        ("{{x|fallback:\"there\"}} {{ x | fallback : “dear” }} {{x|default='all'}}", "there dear all"),
        ('{{x|fallback:&quot;A &amp; B&quot;}} {{x|fallback: plain}} {{x|fallback:"open}}', "A & B plain open"),
        ("{{x|upper}} {{}} {{ }}", "⟦x⟧ ⟦value⟧ ⟦value⟧"),
        ('{{x|fallback:"{{y|fallback:"z"}}"}}', "z"),
        ('{{x|fallback:"dear {{y}}"}}', "dear ⟦y⟧"),
        ("{{{first_name}}} {{a{{b}}c}}", "Jennifer ⟦a b c⟧"),
        ('{{odd}} {{html}} {{odd|fallback:"{x"}}', "⟦odd⟧ ⟦html⟧ ⟦odd⟧"),
        ("&#123;&#123;first_name&#x7D;&#125;, &lcub;&lcub;name}}", "Jennifer, Jennifer Okafor"),
        ('<attribute key="user.first_name" default="there"/>', "Jennifer"),
        ("<ATTRIBUTE default='a &gt; b' key='x'></attribute>!", "a > b!"),
        ('&lt;attribute key="user.name" /&gt; <attribute key="x', "Jennifer Okafor ⟦value⟧"),
        ("{{first_name and {{name}} <attributes>", "Jennifer and Jennifer Okafor <attributes>"),
        (f"{{{{{'a' * 600}}}}}", f"⟦{'a' * 40}⟧{'a' * 560}}}}}"),
        ("{single} }} ⟦mine⟧", "{single} }} ⟦mine⟧"),
    ],
)
def test_what_a_placeholder_becomes(text: str, filled: str) -> None:
    assert fill(text, VALUES) == filled


def test_nobody_has_no_values() -> None:
    nothing = ReplyValues()
    for name in OFFERED:
        assert fill(f"{{{{{name}}}}}", nothing) == f"⟦{re.sub('[._]', ' ', name)}⟧"
        assert fill(f'{{{{{name}|fallback:"friend"}}}}', nothing) == "friend"
    assert [blank[1] for blank in find_blanks("⟦a⟧ and ⟦b c⟧")] == ["a", "b c"]


# Pieces that make placeholders of every spelling, whole and broken, also together with their neighbours.
PIECES = st.sampled_from(
    [
        *(
            "{",
            "{{",
            "{{{",
            "}",
            "}}",
            "}}}",
            "|",
            ":",
            '"',
            "'",
            "“",
            " ",
            "\n",
            "é",
            "😀",
            "⟦",
            "⟧",
            "<",
            ">",
            "&",
            ";",
        ),
        *(
            "&#123;",
            "&#x7b;",
            "&lcub;",
            "&#125;",
            "&quot;",
            "&lt;attribute ",
            "/&gt;",
            "<attribute ",
            "/>",
            "key=",
            "default=",
        ),
        *(
            "user.",
            "name",
            "first_name",
            "order",
            "fallback",
            "default",
            "{{name}}",
            '{{x|fallback:"y"}}',
            "{{a{{b}}c}}",
        ),
        '<attribute key="user.name" default="{{name}}"/>',
    ]
)
TEMPLATES = st.lists(PIECES, max_size=14).map("".join)
ODD_VALUES = st.one_of(st.lists(PIECES, max_size=5).map("".join), st.text(max_size=8))


def contacts(mark: str) -> st.SearchStrategy[Contact]:
    """People all of whose values have this mark."""
    value = ODD_VALUES.map(lambda text: f"{mark}{text}{mark}")
    return st.builds(
        Contact,
        st.just(mark),
        name=value,
        email=value,
        phone=value,
        attributes=st.dictionaries(st.sampled_from(["order", "company", "x", "Name"]), value, max_size=3),
    )


@given(TEMPLATES, contacts("ŷ"), contacts("ẑ"), ODD_VALUES, ODD_VALUES)
def test_nothing_raw_is_left_and_nothing_is_another_persons(
    template: str, customer: Contact, other: Contact, agent: str, subject: str
) -> None:
    for contact in (customer, other, None):
        filled = fill(template, ReplyValues(contact, agent, "1", subject))
        assert "{{" not in filled
        assert find_placeholder(filled) is None
        for someone in {customer.id, other.id} - {contact.id if contact is not None else ""}:
            assert someone not in filled
    # What is filled already stays as it is.
    assert fill(filled, ReplyValues(customer, agent)) == filled
