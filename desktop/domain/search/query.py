"""The search field's language: words, "quoted phrases" and filters such as `from:jennifer before:yesterday`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum

from desktop.domain.model.facts import ChannelKind, ConversationState
from desktop.domain.model.frozen import frozen
from desktop.domain.search.days import parse_day


class FilterName(StrEnum):
    """The filters of the search field, by the words that are typed before the colon."""

    FROM = "from"
    ON = "on"
    AFTER = "after"
    BEFORE = "before"
    HAS = "has"
    TAG = "tag"
    IS = "is"


MAX_CHARS = 1_000
"""Of what can be searched. A database takes about as many conditions in one query, and words have two characters."""
HAS_FILE = "file"
VALUES: dict[FilterName, tuple[str, ...]] = {
    FilterName.ON: tuple(channel.value for channel in ChannelKind if channel is not ChannelKind.UNKNOWN),
    FilterName.HAS: (HAS_FILE,),
    FilterName.IS: tuple(state.value for state in ConversationState),
}
"""All values of those filters that have few."""

ME = "me"
"""The value of `from:` that stands for the agent."""


@frozen
class FilterProblem:
    """A filter whose value means nothing."""

    name: FilterName
    value: str


@frozen
class SearchQuery:
    """What is searched. Words and phrases must all be there, and so must tags; of the values of another filter, one.

    words: as they were typed. senders: names, or parts of them, and `ME`.
    after: only what was sent on this day or later. before: only what was sent on an earlier day than this.
    problem: the first filter that says nothing; it is left out.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    channels: frozenset[ChannelKind] = frozenset()
    after: date | None = None
    before: date | None = None
    has_file: bool = False
    tags: tuple[str, ...] = ()
    states: frozenset[ConversationState] = frozenset()
    problem: FilterProblem | None = None

    @property
    def text(self) -> str:
        """Words and phrases, without quotation marks."""
        return " ".join((*self.words, *self.phrases))

    @property
    def has_filters(self) -> bool:
        """Whether anything but words is asked for."""
        return replace(self, words=(), phrases=(), problem=None) != SearchQuery()

    @property
    def can_ask_intercom(self) -> bool:
        """Whether Intercom can search for it: words in first messages, by date, state and tag."""
        return bool(self.text) and not self.has_filters_of_ours

    @property
    def has_filters_of_ours(self) -> bool:
        """Whether a filter is used that Intercom's search does not have."""
        return bool(self.senders or self.channels or self.has_file)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.words and not self.phrases and not self.has_filters


@frozen
class Token:
    """A part of the text: a word, a phrase or a filter. start, end: where it is in the text.

    name: of the filter; None for words. value: without the name and without quotation marks.
    """

    start: int
    end: int
    name: FilterName | None
    value: str
    is_quoted: bool


_OPENING, _CLOSING = '"“„«”', '"”“»'
_TOKEN = re.compile(rf"(?:(?P<name>[A-Za-z]+):)?(?:[{_OPENING}](?P<quoted>[^{_CLOSING}]*)[{_CLOSING}]?|(?P<plain>\S*))")


def tokens(text: str) -> Iterator[Token]:
    """The parts of a text, in order. What looks like a filter with another name is a word."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TOKEN.match(text, at)
        name = _filter_name(found["name"]) if found is not None and found["name"] else None
        if found is None or (found["name"] and name is None):
            end = next((n for n in range(at, len(text)) if text[n].isspace()), len(text))
            yield Token(at, end, None, text[at:end], False)
            at = end
            continue
        is_quoted = found["quoted"] is not None
        yield Token(at, found.end(), name, (found["quoted"] if is_quoted else found["plain"]).strip(), is_quoted)
        at = found.end()


def _filter_name(word: str) -> FilterName | None:
    try:
        return FilterName(word.lower())
    except ValueError:
        return None


def parse(text: str, today: date, *, day_first: bool = True) -> SearchQuery:
    """What a text asks for. A filter that is still being typed asks for nothing yet. day_first: as in `parse_day`."""
    query = SearchQuery()
    for token in tokens(text):
        if token.name is not None:
            query = _with_filter(query, token, token.end == len(text), today, day_first)
        elif token.is_quoted and len(token.value.split()) > 1:
            query = replace(query, phrases=(*query.phrases, " ".join(token.value.split())))
        elif token.value:
            query = replace(query, words=(*query.words, token.value))
    return query


def _with_filter(query: SearchQuery, token: Token, is_last: bool, today: date, day_first: bool) -> SearchQuery:
    name, value = token.name, token.value
    if name is None or not value:
        return query
    folded = value.casefold()
    match name:
        case FilterName.FROM:
            return replace(query, senders=(*query.senders, value))
        case FilterName.TAG:
            return replace(query, tags=(*query.tags, value))
        case FilterName.AFTER | FilterName.BEFORE:
            day = parse_day(value, today, day_first=day_first)
            if day is None:
                return _with_problem(query, name, value)
            if name is FilterName.AFTER:
                return replace(query, after=max(day, query.after or day))
            return replace(query, before=min(day, query.before or day))
    if folded not in VALUES[name]:
        is_begun = is_last and not token.is_quoted and any(v.startswith(folded) for v in VALUES[name])
        return query if is_begun else _with_problem(query, name, value)
    if name is FilterName.ON:
        return replace(query, channels=query.channels | {ChannelKind(folded)})
    if name is FilterName.IS:
        return replace(query, states=query.states | {ConversationState(folded)})
    return replace(query, has_file=True)


def _with_problem(query: SearchQuery, name: FilterName, value: str) -> SearchQuery:
    return replace(query, problem=query.problem or FilterProblem(name, value))


@frozen
class Completion:
    """What may be typed instead of the text from `start` to `end`: names of filters, or values of the filter `name`.

    begun: what is typed of it.
    """

    start: int
    end: int
    name: FilterName | None
    begun: str


_LETTERS_OF_A_NAME = 2
"""With fewer, every word would look like a filter that is being typed."""


def completion_at(text: str, cursor: int) -> Completion | None:
    """What can be completed where the cursor is; None for nothing."""
    for token in tokens(text):
        if not token.start < cursor <= token.end:
            continue
        if token.name is not None:
            start = token.start + len(token.name) + 1
            return Completion(start, token.end, token.name, token.value) if cursor >= start else None
        begun = token.value.casefold()
        is_name = len(begun) >= _LETTERS_OF_A_NAME and any(name.startswith(begun) for name in FilterName)
        return Completion(token.start, token.end, None, begun) if is_name and not token.is_quoted else None
    return None


def written(name: FilterName, value: str = "") -> str:
    """A filter as it is typed; a value with spaces in quotation marks."""
    return f'{name}:"{value}"' if any(c.isspace() for c in value) else f"{name}:{value}"
