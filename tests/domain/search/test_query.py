"""The language of the search field: words, phrases, filters, days, and what can be completed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.model.facts import ChannelKind, ConversationState
from desktop.domain.search.days import parse_day
from desktop.domain.search.query import (
    VALUES,
    Completion,
    FilterName,
    FilterProblem,
    SearchQuery,
    completion_at,
    parse,
    tokens,
    written,
)

TODAY = date(2026, 11, 30)  # a Monday


def test_words_phrases_and_filters() -> None:
    query = parse(
        'late "wrong depot" from:"Jennifer Okafor" from:me ON:WhatsApp on:sms tag:vip has:file is:open', TODAY
    )
    assert query == SearchQuery(
        words=("late",),
        phrases=("wrong depot",),
        senders=("Jennifer Okafor", "me"),
        channels=frozenset({ChannelKind.WHATSAPP, ChannelKind.SMS}),
        has_file=True,
        tags=("vip",),
        states=frozenset({ConversationState.OPEN}),
    )


def test_dates_bound_the_time_and_the_narrower_one_counts() -> None:
    query = parse("after:2026-01-01 after:7d before:today before:yesterday", TODAY)
    assert (query.after, query.before) == (date(2026, 11, 23), date(2026, 11, 29))


@pytest.mark.parametrize("text", ["https://shop.example/x", "order:4711", "12:30", "from", "from :", ":", "a:b"])
def test_what_is_no_filter_is_words(text: str) -> None:
    assert parse(text, TODAY) == SearchQuery(words=tuple(text.split()))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("before:soon", FilterProblem(FilterName.BEFORE, "soon")),
        ("after:2026-02-30 x", FilterProblem(FilterName.AFTER, "2026-02-30")),
        ("on:fax", FilterProblem(FilterName.ON, "fax")),
        ("on:wha x", FilterProblem(FilterName.ON, "wha")),
        ("is:gone", FilterProblem(FilterName.IS, "gone")),
        ("has:luck before:soon", FilterProblem(FilterName.HAS, "luck")),
    ],
)
def test_a_value_that_says_nothing_is_named(text: str, problem: FilterProblem) -> None:
    assert parse(text, TODAY).problem == problem


@pytest.mark.parametrize("text", ["from:", "on:", "on:wha", "is:cl", "has:f", "before:", 'from:"', "tag:"])
def test_a_filter_that_is_being_typed_asks_for_nothing_yet(text: str) -> None:
    assert parse(text, TODAY).is_empty
    assert parse(text, TODAY).problem is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY),
        ("Yesterday", date(2026, 11, 29)),
        ("monday", date(2026, 11, 23)),
        ("fri", date(2026, 11, 27)),
        ("7d", date(2026, 11, 23)),
        ("2 weeks", date(2026, 11, 16)),
        ("1m", date(2026, 10, 30)),
        ("9m", date(2026, 2, 28)),
        ("1y", date(2025, 11, 30)),
        ("2026-11-03", date(2026, 11, 3)),
        ("2026/11/3", date(2026, 11, 3)),
        ("2026-11", date(2026, 11, 1)),
        ("2025", date(2025, 1, 1)),
        ("3.11.2026", date(2026, 11, 3)),
        ("3.11.", date(2026, 11, 3)),
        ("3.4", date(2026, 4, 3)),
        ("24.12.", date(2025, 12, 24)),
        ("3/11/26", date(2026, 11, 3)),
        ("11/23/2026", date(2026, 11, 23)),
        ("30nov", TODAY),
        ("3 Nov 2026", date(2026, 11, 3)),
        ("Nov 3, 2026", date(2026, 11, 3)),
        ("november", date(2026, 11, 1)),
        ("december", date(2025, 12, 1)),
        ("29.2.", date(2024, 2, 29)),
        ("٣.١١", date(2026, 11, 3)),
    ],
)
def test_days_in_usual_spellings(text: str, day: date) -> None:
    assert parse_day(text, TODAY) == day


def test_the_day_stands_where_the_country_has_it() -> None:
    assert parse_day("3/4/2026", TODAY) == date(2026, 4, 3)
    assert parse_day("3/4/2026", TODAY, day_first=False) == date(2026, 3, 4)
    assert parse_day("23/4/2026", TODAY, day_first=False) == date(2026, 4, 23)


@pytest.mark.parametrize("text", ["", "soon", "0", "31.11.2026", "2026-13-01", "1970", "9999", "d7", "ja", "1/2/3/4"])
def test_what_names_no_day_is_none(text: str) -> None:
    assert parse_day(text, TODAY) is None


@given(st.text(max_size=40), st.dates(date(1971, 1, 1), date(2100, 1, 1)), st.booleans())
def test_any_text_is_understood_and_nothing_but_filters_is_lost(text: str, today: date, day_first: bool) -> None:
    query = parse(text, today, day_first=day_first)
    parts = [*tokens(text)]
    edges = [0, *(edge for part in parts for edge in (part.start, part.end)), len(text)]
    assert edges == sorted(edges)
    assert not "".join(text[end:start] for end, start in zip(edges[::2], edges[1::2], strict=True)).strip()
    if all(p.name is None and not p.is_quoted for p in parts):
        assert query == SearchQuery(words=tuple(text.split()))
    for day in (query.after, query.before):
        assert day is None or date(1971, 1, 1) <= day


@given(st.dates(date(1971, 1, 1), date(9998, 12, 31)), st.dates(date(1971, 1, 1), date(2100, 1, 1)))
def test_a_whole_date_is_the_day_it_says_in_every_order(day: date, today: date) -> None:
    spellings = (day.isoformat(), f"{day:%Y/%m/%d}", f"{day.day}.{day.month}.{day.year:04}", f"{day.day} {day:%b %Y}")
    assert {parse_day(s, today) for s in spellings} == {day}
    assert parse_day(f"{day.day}/{day.month}/{day.year:04}", today) == day
    assert parse_day(f"{day.month}/{day.day}/{day.year:04}", today, day_first=False) == day


@given(st.integers(0, 9999), st.sampled_from("dwmy"), st.dates(date(1971, 1, 1), date(2100, 1, 1)))
def test_an_age_is_no_later_than_today(count: int, unit: str, today: date) -> None:
    day = parse_day(f"{count}{unit}", today)
    assert day is None or day <= today
    if unit == "d" and day is not None:
        assert day == today - timedelta(days=count)


@given(st.sampled_from(FilterName), st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12))
def test_what_is_inserted_is_read_as_it_was_meant(name: FilterName, value: str) -> None:
    (token,) = tokens(written(name, f"{value} x"))
    assert (token.name, token.value) == (name, f"{value} x")
    (token,) = tokens(written(name, value))
    assert (token.name, token.value) == (name, value)


def test_completions_of_names_and_values() -> None:
    assert completion_at("late fr", 7) == Completion(5, 7, None, "fr")
    assert completion_at("late f", 6) is None
    assert completion_at("order", 5) is None
    assert completion_at("late on:wh", 10) == Completion(8, 10, FilterName.ON, "wh")
    assert completion_at("is: late", 3) == Completion(3, 3, FilterName.IS, "")
    assert completion_at("is:open", 1) is None, "the cursor is in the name"
    assert completion_at("", 0) is None


def test_every_listed_value_means_something() -> None:
    for name, values in VALUES.items():
        for value in values:
            query = parse(f"{written(name, value)} x", TODAY)
            assert query.has_filters
            assert query.problem is None
