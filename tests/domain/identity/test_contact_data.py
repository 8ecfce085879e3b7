"""Values of contacts: what is refused, and what of any text reaches Intercom."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.identity.contact_data import (
    EMAIL,
    NAME,
    PHONE,
    AttributeDefinition,
    AttributeKind,
    ContactField,
    ContactFieldKind,
    InvalidField,
    attribute_value,
    checked_value,
    is_same_value,
)

DEFINITIONS = (
    *(AttributeDefinition(kind.value, kind.name, kind) for kind in AttributeKind),
    AttributeDefinition("list", "List", options=("a", "b")),
    AttributeDefinition("locked", "Locked", is_writable=False),
)
FIELDS = (NAME, EMAIL, PHONE, *(ContactField(ContactFieldKind.ATTRIBUTE, d.name) for d in DEFINITIONS))
WORDS = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"[+-]?[0-9.,]{0,12}", fullmatch=True),
    st.sampled_from(("true", "false", "a", "j@x.example", "+353 87 123 4567", "087 123 4567", "00353871234567")),
)


@given(st.sampled_from(FIELDS), WORDS, st.sampled_from(("", "IE")))
@settings(max_examples=60)
def test_what_is_accepted_is_accepted_again_and_means_the_same(field: ContactField, text: str, region: str) -> None:
    with suppress(InvalidField):
        value = checked_value(field, text, region, DEFINITIONS)
        assert checked_value(field, value, region, DEFINITIONS) == value
        assert is_same_value(field, value, value)
        if field.kind is ContactFieldKind.PHONE and value:
            assert value[0] == "+"
            assert value.isascii()
            assert value[1:].isdecimal()
        if field.kind is ContactFieldKind.ATTRIBUTE and value:
            definition = next(d for d in DEFINITIONS if d.name == field.attribute)
            assert definition.is_writable
            kinds = {"integer": int, "date": int, "float": float, "boolean": bool, "string": str}
            assert type(attribute_value(definition, value)) is kinds[definition.kind.value]
