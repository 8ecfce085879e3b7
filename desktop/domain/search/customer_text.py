"""What customers are found by: names, phones in any spelling, emails, values of attributes and titles.

A customer's text has one line for each field, folded; the first has the names, each word of them after a space. Every
number that may be a phone's has a line with its digits alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from desktop.domain.identity.phone import MIN_DIGITS, Match, aliases, canonical
from desktop.domain.model.frozen import frozen
from desktop.domain.search.folding import Range, find_ranges, fold, join_ranges

SHORTEST_PART = 3
"""What is shorter is looked for where words begin, alone."""
_MAX_LINE_CHARS = 300
_TRUNK_FROM = 6
"""Digits from which on a leading zero may be a national prefix, which the stored number lacks."""
_SEPARATORS = r"\s().,/\-–—−‐‑"
_NUMBER = re.compile(rf"\+?[\d{_SEPARATORS}]*\d[\d{_SEPARATORS}]*", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)

Term = tuple[tuple[str, ...], ...]
"""Alternatives, of which one must be there; of an alternative, every part. All are folded."""


def customer_text(names: Iterable[str], others: Iterable[str]) -> str:
    """The text of a customer. others: emails, phones, values of attributes and titles."""
    first = "".join(f" {name}" for name in dict.fromkeys(fold(n)[:_MAX_LINE_CHARS] for n in names) if name)
    lines: dict[str, None] = {}
    for other in others:
        lines[fold(other)[:_MAX_LINE_CHARS]] = None
        lines[_phone_digits(other)] = None
    return "\n".join((first, *(line for line in lines if line)))


def _phone_digits(text: str) -> str:
    """The digits of a number that is long enough for a phone's; "" for anything else."""
    text = _ascii(text).strip()
    digits = "".join(_DIGIT.findall(text)) if len(text) < 2 * _MAX_LINE_CHARS and _NUMBER.fullmatch(text) else ""
    return digits if len(digits) >= MIN_DIGITS else ""


def _ascii(text: str) -> str:
    """With the digits of every script as ASCII, and without invisible marks of direction."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    digits = ((c, unicodedata.decimal(c, None)) for c in text if unicodedata.category(c) != "Cf")
    return "".join(c if value is None else str(value) for c, value in digits)


def customer_terms(text: str, region: str = "") -> tuple[Term, ...]:
    """What a customer's text must have for the customer to be found. region: of numbers without a country code."""
    terms: list[Term] = []
    for is_number, words in groupby(_ascii(text).split(), key=lambda word: _NUMBER.fullmatch(word) is not None):
        plain = [part for word in words if (part := fold(word.strip("#")) or fold(word))]
        if is_number:
            alternatives: list[tuple[str, ...]] = [(spelling,) for spelling in _spellings(" ".join(plain), region)]
            if len(plain) > 1 and all(len(part) >= SHORTEST_PART for part in plain):
                alternatives.append(tuple(plain))
            terms.append(tuple(alternatives) or ((" ".join(plain),),))
        else:
            terms += [((part,),) for part in plain]
    return tuple(terms)


def _spellings(number: str, region: str) -> list[str]:
    """Digits of which some are in the digits of a phone that is meant by `number`, whichever way both are written."""
    digits = "".join(_DIGIT.findall(number))
    found = {digits, number}
    if digits.startswith("00") and len(digits) >= _TRUNK_FROM:
        found = {digits[2:]}
    elif digits.startswith("0") and len(digits) >= _TRUNK_FROM:
        found = {digits[1:]}
    whole = canonical(number, region) if len(digits) >= MIN_DIGITS else ""
    if whole:
        found |= {whole, _without_country(whole)}
        found |= {other for other, match in aliases(whole).items() if match >= Match.ALIAS}
    # Where one is found, any that holds it is found as well.
    return sorted(f for f in found if f and not any(other != f and other in f for other in found if other))


def _without_country(digits: str) -> str:
    import phonenumbers

    try:
        national = str(phonenumbers.parse(f"+{digits}", None).national_number)
    except phonenumbers.NumberParseException:
        return digits
    return national if len(national) >= MIN_DIGITS else digits


def has_terms(text: str, terms: Iterable[Term]) -> bool:
    """Whether every term is in a customer's text."""

    def has(part: str) -> bool:
        return part in text if len(part) >= SHORTEST_PART else f" {part}" in text or f"\n{part}" in text

    return all(any(all(map(has, parts)) for parts in term) for term in terms)


@frozen
class FoundIn:
    """Where the parts of terms are in a field. has_all: each of the terms is there."""

    ranges: tuple[Range, ...]
    has_all: bool


def find_in_field(value: str, terms: Iterable[Term]) -> FoundIn:
    """Where a field shows what was looked for."""
    ranges: set[Range] = set()
    has_all = True
    for term in terms:
        found = {r for alternative in term for part in alternative for r in _places(value, part)}
        ranges |= found
        has_all = has_all and bool(found)
    return FoundIn(join_ranges(ranges), has_all)


def _places(value: str, part: str) -> Iterator[Range]:
    is_short = len(part) < SHORTEST_PART
    yield from find_ranges(value, [part], at_word_start=is_short)
    if not is_short and part.isdecimal() and _phone_digits(value):
        places = [m.start() for m in _DIGIT.finditer(value)]
        digits = "".join(value[p] for p in places)
        at = digits.find(part)
        if at >= 0:
            yield places[at], places[at + len(part) - 1] + 1
