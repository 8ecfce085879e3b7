"""Saved replies of the agent's own, and their files: nothing is lost, and a broken file changes nothing."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.snippet_files import MAX_BYTES, SnippetFileError, SnippetFileReason, parse, to_csv, to_json
from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction, merge_imported
from desktop.domain.model.reason import make_reason

REFUND = Snippet(
    "", "Refund", 'Hello,\n\n{{first_name}}; "it\'s" on its way', "Money", (SnippetAction(ActionKind.CLOSE),)
)
# Whole lines: files have one spelling of a line's end.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf"]), min_size=1, max_size=9
)
TEXTS = st.lists(st.one_of(WORDS, st.sampled_from(['"', ",", ";", "\t", "a b", "=1+1"])), min_size=1, max_size=4).map(
    "\n".join
)
ACTIONS = st.one_of(
    st.builds(SnippetAction, st.sampled_from([ActionKind.TAG, ActionKind.ASSIGN, ActionKind.ASSIGN_TEAM]), WORDS),
    st.builds(SnippetAction, st.just(ActionKind.SNOOZE), st.integers(1, 800).map(str)),
    st.just(SnippetAction(ActionKind.CLOSE)),
)
SNIPPETS = st.builds(
    Snippet,
    st.just(""),
    WORDS,
    TEXTS.filter(lambda t: t.strip()),
    st.one_of(st.just(""), WORDS),
    st.lists(ACTIONS, max_size=3).map(tuple),
)


@given(st.lists(SNIPPETS, min_size=1, max_size=4).map(tuple))
def test_a_file_gives_back_what_was_written(snippets: tuple[Snippet, ...]) -> None:
    assert parse(to_json(snippets)) == snippets
    assert parse(to_csv(snippets)) == snippets


def test_files_of_other_programs_are_read() -> None:
    expected = (Snippet("", "Hi", "Hello", "A"), Snippet("", "Bye", "So\nlong"))
    assert parse('Title;Category;Message\nHi;A;Hello\n;;\n"Bye";;"So\r\nlong"\n'.encode("utf-16")) == expected
    assert parse(b'[{"name": "Hi", "text": "Hello", "folder": "A"},\n{"name": "Bye", "text": "So\\nlong"}]') == expected


@pytest.mark.parametrize(
    ("data", "reason", "params"),
    [
        (b" \n", SnippetFileReason.SNIPPET_FILE_EMPTY, {}),
        (b"[]", SnippetFileReason.SNIPPET_FILE_EMPTY, {}),
        (b"name,text\n", SnippetFileReason.SNIPPET_FILE_EMPTY, {}),
        (b"name,text\na,b\nc,\xff\n", SnippetFileReason.SNIPPET_FILE_NOT_UTF8, {"line": 3}),
        (b"x" * (MAX_BYTES + 1), SnippetFileReason.SNIPPET_FILE_TOO_LARGE, {"megabytes": 5}),
        (b'{"a": [\n}', SnippetFileReason.SNIPPET_FILE_NOT_JSON, {"line": 2, "detail": "Expecting value"}),
        (b"[" * 100_000, SnippetFileReason.SNIPPET_FILE_NO_LIST, {}),
        (b'{"replies": []}', SnippetFileReason.SNIPPET_FILE_NO_LIST, {}),
        (b'{"saved_replies": 1}', SnippetFileReason.SNIPPET_FILE_NO_LIST, {}),
        (b'{"x": [1], "saved_replies": [\n1]}', SnippetFileReason.SNIPPET_FILE_NO_REPLY, {"line": 2}),
        (b'[{"name": "a", "text": "b"},\n\n{"name": "a"}]', SnippetFileReason.SNIPPET_FILE_NO_TEXT, {"line": 3}),
        (b'[\n{"name": 1, "text": "b"}]', SnippetFileReason.SNIPPET_FILE_NO_NAME, {"line": 2}),
        (b'name,body\n"a\nb",c\n,d\n', SnippetFileReason.SNIPPET_FILE_NO_NAME, {"line": 4}),
        (b"name\na\n", SnippetFileReason.SNIPPET_FILE_NO_COLUMN, {"column": "text"}),
        (
            b'name,text\na,"b" c\n',
            SnippetFileReason.SNIPPET_FILE_NOT_CSV,
            {"line": 2, "detail": "',' expected after '\"'"},
        ),
        (b"name,text,actions\na,b,fly\n", SnippetFileReason.SNIPPET_FILE_UNKNOWN_ACTION, {"line": 2, "action": "fly"}),
        (
            b'[{"name":"a","text":"b","actions":["snooze: 0"]}]',
            SnippetFileReason.SNIPPET_FILE_UNKNOWN_ACTION,
            {"line": 1, "action": "snooze: 0"},
        ),
        (
            b'[{"name":"a","text":"b","actions":[7]}]',
            SnippetFileReason.SNIPPET_FILE_UNKNOWN_ACTION,
            {"line": 1, "action": "7"},
        ),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    data: bytes, reason: SnippetFileReason, params: dict[str, object]
) -> None:
    with pytest.raises(SnippetFileError) as refused:
        parse(data)
    assert refused.value.reason == make_reason(reason, **params)


def test_imported_replies_replace_nothing() -> None:
    known = (Snippet("1", "Refund", "Old", "Money"), Snippet("2", "Hi", "Hello"))
    numbers = count(3)
    imported = (
        REFUND,
        REFUND,
        Snippet("", "HI", "Hello there"),
        Snippet("", "Hi", "Hello"),
        Snippet("", "Hi", "Hello", "x"),
    )
    merged = merge_imported(known, imported, lambda: str(next(numbers)))
    assert [(s.name, s.folder) for s in merged.added] == [("Refund (2)", "Money"), ("HI (2)", ""), ("Hi", "x")]
    assert len({s.id for s in (*known, *merged.added)}) == 5
    assert (merged.renamed, merged.known) == (2, 2)
