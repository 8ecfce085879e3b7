"""What a phone number is, before somebody writes to it who never had a message from it."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain.identity.phone import aliases, canonical
from desktop.domain.model.frozen import frozen


class NumberKind(StrEnum):
    """`UNCLEAR`: a number that the plans of its country do not tell, or that a mobile and a fixed line may have.

    `DOUBTFUL`: of a form that its country does not use. `INVALID`: no number, or one without a country.
    """

    MOBILE = "mobile"
    FIXED_LINE = "fixed_line"
    UNCLEAR = "unclear"
    DOUBTFUL = "doubtful"
    INVALID = "invalid"


@frozen
class NumberCheck:
    """digits: of the international number, "" if invalid. shown: as people write it abroad. region: ISO 3166, "" if
    unknown. forms: other forms of the number, which WhatsApp and address books may have it under (Brazil, Mexico, ...).
    """

    kind: NumberKind
    digits: str = ""
    shown: str = ""
    region: str = ""
    forms: tuple[str, ...] = ()

    @property
    def e164(self) -> str:
        """With the plus; "" if invalid."""
        return f"+{self.digits}" if self.digits else ""


def check_number(spelling: str, region: str = "") -> NumberCheck:
    """Read a number as somebody typed it. region: of a number without a country code (ISO 3166)."""
    digits = canonical(spelling, region)
    if not digits:
        return NumberCheck(NumberKind.INVALID)
    import phonenumbers

    other_forms = tuple(sorted(aliases(digits)))
    # The library knows today's form alone; WhatsApp goes on using the earlier one.
    for form in (digits, *other_forms):
        try:
            number = phonenumbers.parse(f"+{form}")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            return NumberCheck(
                _KINDS.get(phonenumbers.number_type(number), NumberKind.UNCLEAR),
                digits,
                shown if form == digits else f"+{digits}",
                phonenumbers.region_code_for_number(number) or "",
                other_forms,
            )
    return NumberCheck(NumberKind.DOUBTFUL, digits, f"+{digits}", "", other_forms)


# `phonenumbers.PhoneNumberType`, whose import takes long.
_KINDS = {0: NumberKind.FIXED_LINE, 1: NumberKind.MOBILE}
