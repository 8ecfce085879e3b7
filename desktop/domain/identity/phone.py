"""Compares spellings and forms of phone numbers. Renumbered countries are handled before the library is asked.

Libraries call numbers invalid that WhatsApp keeps using: its ids keep the format of the day an account was made. So no
number is dropped for being invalid, and none is rewritten: a number has aliases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import phonenumbers

# The library is imported by the functions that ask it: its import takes long, and most starts show no new number.

MIN_DIGITS, MAX_DIGITS = 7, 15
"""Of an international number without its plus; 15 is the most that E.164 allows."""


@cache
def regions() -> frozenset[str]:
    """Countries whose national numbers can be read, by ISO 3166."""
    import phonenumbers

    return frozenset(phonenumbers.SUPPORTED_REGIONS)


class Match(IntEnum):
    """How surely two numbers are one. `MAYBE` is only good for a suggestion."""

    DIFFERENT = 0
    MAYBE = 1
    ALIAS = 2
    SAME = 3


@lru_cache(maxsize=4096)
def canonical(spelling: str, region: str = "") -> str:
    """The digits of the international number; "" for what is none.

    region: of a number without a country code (ISO 3166, "IE"); "" if unknown, and then such a number may be anybody's.
    Numbers with an extension belong to a switchboard and give "" too. Digits of every script count as digits.
    """
    text = unicodedata.normalize("NFKC", spelling)
    text = "".join(_ascii_digit(c) for c in text if unicodedata.category(c) != "Cf").strip()
    text = re.sub(r"^(tel|whatsapp|sms):", "", text, flags=re.IGNORECASE)
    if re.search(r"[^\d\s().,/+–—−‐‑-]", text, re.ASCII) or "+" in text[1:]:
        return ""
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        return _international(digits, text)
    if digits.startswith("00"):
        return _international(digits[2:], f"+{re.sub(r'^[^0]*0[^0]*0', '', text, count=1)}")
    return _national(text, region.upper()) if region else ""


def _ascii_digit(character: str) -> str:
    """The digit that a character is in its script (Unicode category Nd); any other character as it is."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _international(digits: str, text: str) -> str:
    """Without the national trunk prefix that is often written in brackets after the country code."""
    import phonenumbers

    if not len(digits) >= MIN_DIGITS or digits.startswith("0"):
        return ""
    if any(_aliases(digits)):
        return digits
    parsed = _parsed(text, None)
    if parsed is not None and phonenumbers.is_valid_number(parsed):
        return _digits(parsed)
    return digits if len(digits) <= MAX_DIGITS else ""


def _national(text: str, region: str) -> str:
    """A number as dialled in its country, or international without the plus."""
    import phonenumbers

    digits = re.sub(r"\D", "", text)
    if region == "MX":
        # Dialled before mobiles and other areas until 2019-08-03 (IFT).
        text = re.sub(r"^(044|045|01)(?=\d{10}$)", "", digits)
    parsed = _parsed(text, region)
    if parsed is None:
        return ""
    code = str(phonenumbers.country_code_for_region(region))
    abroad = _parsed(f"+{digits}", None) if digits.startswith(code) else None
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if abroad is not None and phonenumbers.is_valid_number(abroad) and plan is not None and plan.national_prefix:
        # Both readings can be valid; a national one would have begun with the trunk prefix.
        return _digits(abroad)
    if phonenumbers.is_valid_number(parsed):
        return _digits(parsed)
    # Old forms that the library calls invalid: with the country code but no plus, or as dialled then.
    forms = [digits, _digits(parsed)] if digits.startswith(code) else [_digits(parsed)]
    return next((f for f in forms if any(_aliases(f))), "")


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    import phonenumbers

    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _digits(number: phonenumbers.PhoneNumber) -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]


def region_of(digits: str) -> str:
    """The country of a canonical number by ISO 3166; "" for none, and for a number of several countries."""
    import phonenumbers

    parsed = _parsed(f"+{digits}", None) if digits else None
    return (phonenumbers.region_code_for_number(parsed) or "") if parsed is not None else ""


def aliases(digits: str) -> dict[str, Match]:
    """Other forms of a canonical number, with how surely each is the same person's."""
    return dict(_aliases(digits))


def compare(one: str, other: str) -> Match:
    """Compare two canonical numbers. "" matches nothing, not even itself."""
    if not one or not other:
        return Match.DIFFERENT
    return Match.SAME if one == other else aliases(one).get(other, Match.DIFFERENT)


def _aliases(digits: str) -> Iterator[tuple[str, Match]]:
    """Other forms of a number. Each rule works both ways, so that aliasing is symmetric."""
    for code, rule in _RULES:
        if digits.startswith(code):
            yield from rule(digits[len(code) :])


def _brazil(national: str) -> Iterator[tuple[str, Match]]:
    """Mobiles got a 9 before their eight digits (Anatel, 2012-2016); those eight began with 6 to 9. A landline
    begins with 2 to 5 and has no other form."""
    if re.fullmatch(r"[1-9]{2}9[6-9]\d{7}", national):
        yield f"55{national[:2]}{national[3:]}", Match.ALIAS
    elif re.fullmatch(r"[1-9]{2}[6-9]\d{7}", national):
        yield f"55{national[:2]}9{national[2:]}", Match.ALIAS


def _mexico(national: str) -> Iterator[tuple[str, Match]]:
    """The 1 before mobiles was abolished (IFT, 2019-08-03); WhatsApp ids made before keep it."""
    if re.fullmatch(r"1[2-9]\d{9}", national):
        yield f"52{national[1:]}", Match.ALIAS
    elif re.fullmatch(r"[2-9]\d{9}", national):
        yield f"521{national}", Match.ALIAS


def _argentina(national: str) -> Iterator[tuple[str, Match]]:
    """Mobiles have a 9 before the area code (E.164 as used abroad). The form without it can be somebody else's
    landline."""
    if re.fullmatch(r"9[1-8]\d{9}", national):
        yield f"54{national[1:]}", Match.MAYBE
    elif re.fullmatch(r"[1-8]\d{9}", national):
        yield f"549{national}", Match.MAYBE


def _benin(national: str) -> Iterator[tuple[str, Match]]:
    """Eight digits became ten with 01 before them (ARCEP, 2024-11-30). Whether WhatsApp ids moved is not known."""
    if re.fullmatch(r"01\d{8}", national):
        yield f"229{national[2:]}", Match.MAYBE
    elif re.fullmatch(r"\d{8}", national):
        yield f"22901{national}", Match.MAYBE


_IVORIAN = {**dict.fromkeys("0123", "01"), **dict.fromkeys("456", "05"), **dict.fromkeys("789", "07")}
"""New prefix of a mobile by the second of its eight old digits, which told the operator."""


def _ivory_coast(national: str) -> Iterator[tuple[str, Match]]:
    """Eight digits became ten with the operator's prefix (ARTCI, 2021-01-31). Whether WhatsApp ids moved is not
    known."""
    if re.fullmatch(r"\d{8}", national):
        yield f"225{_IVORIAN[national[1]]}{national}", Match.MAYBE
    elif re.fullmatch(r"0[157]\d{8}", national) and _IVORIAN[national[3]] == national[:2]:
        yield f"225{national[2:]}", Match.MAYBE


_RULES = (("55", _brazil), ("52", _mexico), ("54", _argentina), ("229", _benin), ("225", _ivory_coast))
