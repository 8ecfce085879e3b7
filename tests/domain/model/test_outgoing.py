"""The life of a reply between Send and a provider's answer, and placeholders that nobody filled in."""

from __future__ import annotations

import pytest

from desktop.domain.model.outgoing import TRANSITIONS, Event, IllegalTransition, State, advance, find_placeholder

S, E = State, Event
LIFE = {
    (S.SCHEDULED, E.DUE): S.QUEUED,
    (S.SCHEDULED, E.SCHEDULE): S.SCHEDULED,
    (S.SCHEDULED, E.RELEASE): S.QUEUED,
    (S.SCHEDULED, E.CANCEL): S.CANCELLED,
    (S.QUEUED, E.SCHEDULE): S.SCHEDULED,
    (S.HELD, E.SCHEDULE): S.SCHEDULED,
    (S.CANCELLED, E.SCHEDULE): S.SCHEDULED,
    (S.QUEUED, E.CLAIM): S.SENDING,
    (S.QUEUED, E.HOLD): S.HELD,
    (S.QUEUED, E.CANCEL): S.CANCELLED,
    (S.SENDING, E.ACCEPTED): S.ACCEPTED,
    (S.SENDING, E.REFUSED): S.REFUSED,
    (S.SENDING, E.NOT_SENT): S.QUEUED,
    (S.SENDING, E.ANSWER_LOST): S.UNCONFIRMED,
    (S.UNCONFIRMED, E.FOUND_AT_PROVIDER): S.ACCEPTED,
    (S.UNCONFIRMED, E.SEND_AGAIN): S.QUEUED,
    (S.UNCONFIRMED, E.CANCEL): S.CANCELLED,
    (S.HELD, E.RELEASE): S.QUEUED,
    (S.HELD, E.CANCEL): S.CANCELLED,
    (S.REFUSED, E.SEND_AGAIN): S.QUEUED,
    (S.REFUSED, E.CANCEL): S.CANCELLED,
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("happening", list(Event))
def test_life_of_a_reply(state: State, happening: Event) -> None:
    if (state, happening) in LIFE:
        assert advance(state, happening) is LIFE[state, happening]
    else:
        with pytest.raises(IllegalTransition, match=f"{happening} in {state}"):
            advance(state, happening)


def test_nothing_else_is_allowed() -> None:
    assert TRANSITIONS == LIFE


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("Hi {{user.name}}!", "{{user.name}}"),
        ("Hi {{}} {{b}}", "{{}}"),
        ('<attribute key="user.name" default="there"/>', '<attribute key="user.name" default="there"/>'),
        ("<ATTRIBUTE>", "<ATTRIBUTE>"),
        ("<attributes>", None),
        ("Hi {there}", None),
        ("", None),
    ],
)
def test_placeholders(text: str, placeholder: str | None) -> None:
    assert find_placeholder(text) == placeholder
