"""Queries and paging of the `/search` endpoints."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from desktop.sandbox.intercom.errors import IntercomError, invalid
from desktop.sandbox.intercom.records import indexed_version
from desktop.sandbox.intercom.searching.fields import Fields, Kind

Test = Callable[[Any], bool]
Flaw = Literal["repeat_hits", "miss_hit"]

MAX_FILTERS = 15
MAX_DEPTH = 2
_MAX_NUMBER = 100_000_000_000
_OPERATORS: dict[Kind, frozenset[str]] = {
    "text": frozenset({"=", "!=", "IN", "NIN", "~", "!~", "^", "$"}),
    "full_text": frozenset({"=", "!=", "IN", "NIN", "~", "!~", "^", "$"}),
    "number": frozenset({"=", "!=", "IN", "NIN", ">", "<", ">=", "<="}),
    "time": frozenset({"=", "!=", "IN", "NIN", ">", "<", ">=", "<="}),
    "day": frozenset({"=", ">", "<"}),
    "flag": frozenset({"=", "!=", "IN", "NIN"}),
    "ids": frozenset({"=", "!=", "IN", "NIN"}),
    "tag": frozenset({"=", "!="}),
}


class Query:
    """A parsed search query. Raises IntercomError 400 for what Intercom refuses.

    matches: predicate for records.
    """

    def __init__(self, fields: Fields, query: Any, *, gt_inclusive: bool, timezone: str) -> None:
        self._fields = fields
        self._gt_inclusive = gt_inclusive
        self._zone: tzinfo = UTC if timezone == "UTC" else ZoneInfo(timezone)
        self.matches = self._group(query, 1)

    def _group(self, query: Any, depth: int) -> Test:
        if not isinstance(query, dict) or "operator" not in query:
            raise invalid("query is invalid", "query")
        if query["operator"] not in ("AND", "OR"):
            return self._filter(query)
        if depth > MAX_DEPTH:
            raise invalid(f"Queries can be nested {MAX_DEPTH} levels deep at most", "query")
        value = query.get("value")
        if not isinstance(value, list) or not value:
            raise invalid("value must be a list of filters", "value")
        if len(value) > MAX_FILTERS:
            raise invalid(f"A group can hold {MAX_FILTERS} filters at most", "value")
        tests = [self._group(v, depth + 1) for v in value]
        if query["operator"] == "AND":
            return lambda record: all(test(record) for test in tests)
        return lambda record: any(test(record) for test in tests)

    def _filter(self, query: dict[str, Any]) -> Test:
        name, operator = query.get("field"), query["operator"]
        if not isinstance(name, str) or not isinstance(operator, str):
            raise invalid("field and operator must be strings", "field")
        if name.startswith("custom_attributes."):
            key = name.removeprefix("custom_attributes.")
            kind: Kind = "text"
            get: Callable[[Any], Any] = lambda r: r.custom_attributes.get(key)  # noqa: E731
        elif name in self._fields:
            kind, get = self._fields[name]
        else:
            raise invalid(f"{name} is not a searchable field", "field")
        if operator not in _OPERATORS[kind]:
            raise invalid(f"{operator} is not an operator for {name}", "operator")
        if "value" not in query:
            raise invalid("value is missing", "value")
        wanted = query["value"]
        if operator in ("IN", "NIN"):
            if not isinstance(wanted, list):
                raise invalid(f"{operator} needs a list", "value")
            tests = [self._compare(kind, "=", w, get) for w in wanted]
            if operator == "IN":
                return lambda record: any(test(record) for test in tests)
            return lambda record: not any(test(record) for test in tests)
        if operator in ("!=", "!~"):
            test = self._compare(kind, operator[1:], wanted, get)
            return lambda record: not test(record)
        return self._compare(kind, operator, wanted, get)

    def _compare(self, kind: Kind, operator: str, wanted: Any, get: Callable[[Any], Any]) -> Test:
        if kind in ("ids", "tag"):
            return lambda record: str(wanted) in get(record)
        if kind == "flag":
            flag = wanted if isinstance(wanted, bool) else str(wanted).lower() == "true"
            return lambda record: get(record) is flag
        if kind in ("number", "time", "day"):
            if wanted is None and operator == "=":
                return lambda record: get(record) is None
            return self._ordered(kind, operator, _number(wanted), get)
        return _text(kind, operator, wanted, get)

    def _ordered(self, kind: Kind, operator: str, wanted: float, get: Callable[[Any], Any]) -> Test:
        if kind == "day":
            start = datetime.fromtimestamp(wanted, self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
            begin, end = start.timestamp(), (start + timedelta(days=1)).timestamp()
            within: dict[str, Callable[[float], bool]] = {
                "=": lambda x: begin <= x < end,
                ">": lambda x: x >= end,
                "<": lambda x: x < begin,
            }
        else:
            above = self._gt_inclusive or operator == ">="
            within = {
                "=": lambda x: x == wanted,
                ">": lambda x: x >= wanted if above else x > wanted,
                ">=": lambda x: x >= wanted,
                "<": lambda x: x < wanted,
                "<=": lambda x: x <= wanted,
            }
        fits = within[operator]
        return lambda record: (value := get(record)) is not None and fits(value)


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise invalid(f"{value!r} is not a number", "value") from None
    if not abs(number) < _MAX_NUMBER:
        raise invalid(f"{value!r} is out of range", "value")
    return number


def _text(kind: Kind, operator: str, wanted: Any, get: Callable[[Any], Any]) -> Test:
    if wanted is None:
        return lambda record: not get(record)
    word = str(wanted).lower()
    if kind == "full_text" and operator == "=":
        # Bodies are indexed word by word, so a phrase never matches.
        return lambda record: word in re.findall(r"\w+", re.sub(r"<[^>]*>", " ", get(record) or "").lower())
    fits: dict[str, Callable[[str], bool]] = {
        "=": lambda x: x == word,
        "~": lambda x: word in x,
        "^": lambda x: x.startswith(word),
        "$": lambda x: x.endswith(word),
    }
    fit = fits[operator]
    return lambda record: (value := get(record)) is not None and fit(str(value).lower())


def find_records(records: Iterable[Any], query: Query | None) -> list[Any]:
    """The indexed versions of the records that match the query."""
    seen = (indexed_version(record) for record in records)
    return [r for r in seen if r is not None and (query is None or query.matches(r))]


def paginate(
    records: list[Any], fields: Fields, sort: Any, pagination: Any, default_size: int, flaw: Flaw | None = None
) -> tuple[list[Any], dict[str, Any]]:
    """Sort the records in place. Returns one page and its `pages` object.

    A cursor holds the sort key of the last item, so an item that moves between two requests is skipped or repeated.
    flaw: `repeat_hits` repeats the page's first item and starts the next page with its last one; `miss_hit` omits the
    most recently changed item.
    """
    name, descending = _order(sort, fields)
    kind, get = fields[name]
    lowest: Any = "" if kind in ("text", "full_text") else 0
    size = page_size(pagination, default_size)

    def place(record: Any) -> list[Any]:
        value = get(record)
        return [lowest if value is None else value, record.id]

    records.sort(key=place, reverse=descending)
    number, last = _cursor(pagination)
    if last is not None:
        rest = [r for r in records if (place(r) < last if descending else place(r) > last)]
    else:
        rest = records
    answer: dict[str, Any] = {
        "type": "pages",
        "page": number,
        "per_page": size,
        "total_pages": max(1, -(-len(records) // size)),
    }
    if size == 1 and flaw == "repeat_hits":
        flaw = None  # a page of one has no room for a duplicate
    repeats = flaw == "repeat_hits"
    shown = rest[: size - 1] if repeats else rest[:size]
    if len(rest) > len(shown):
        last_counted = shown[max(0, len(shown) - 2)] if repeats else shown[-1]
        token = json.dumps([*place(last_counted), number + 1])
        cursor = base64.b64encode(token.encode()).decode()
        answer["next"] = {"page": number + 1, "per_page": size, "starting_after": cursor}
    return _apply_flaw(shown, flaw), answer


def _apply_flaw(shown: list[Any], flaw: Flaw | None) -> list[Any]:
    match flaw:
        case "repeat_hits":
            return [*shown[:1], *shown]
        case "miss_hit":
            changed_last = max(shown, key=lambda r: r.updated_at, default=None)
            return [r for r in shown if r is not changed_last]
        case None:
            return shown


def _order(sort: Any, fields: Fields) -> tuple[str, bool]:
    if not isinstance(sort, dict):
        return "updated_at", True
    name, order = sort.get("field") or "updated_at", sort.get("order") or "descending"
    if order not in ("ascending", "descending"):
        raise IntercomError(400, "invalid_sort_order", "order must be ascending or descending", "order")
    if name not in fields or fields[name][0] in ("ids", "tag"):
        raise invalid(f"cannot sort by {name}", "sort")
    return name, order == "descending"


def page_size(pagination: Any, default: int) -> int:
    """`per_page` of the request, 1 to 150."""
    wanted = pagination.get("per_page") if isinstance(pagination, dict) else None
    size = default if wanted is None else int(_number(wanted))
    if not 1 <= size <= 150:
        raise invalid("per_page must be between 1 and 150", "per_page")
    return size


def _cursor(pagination: Any) -> tuple[int, list[Any] | None]:
    """The page's number, and the sort key that it starts after."""
    token = pagination.get("starting_after") if isinstance(pagination, dict) else None
    if not token:
        return 1, None
    try:
        value, record_id, number = json.loads(base64.b64decode(token, validate=True))
        return int(number), [value, str(record_id)]
    except (binascii.Error, ValueError, TypeError):
        raise invalid("starting_after is invalid", "starting_after") from None
