"""Joining a team by its invitation, and leaving it: what is stored where, and what is refused."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest
from program_starts import connect_workspace
from reasons import said
from team_invitations import AGENT, SECRETS, make_line

from desktop.domain.model.reason import Reason
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.team_check import check_team
from desktop.engine.accounts.views import AccountsChange, Refusal
from desktop.ports import ProviderError, ProviderErrorKind, WorkspaceConfig
from desktop.ports.reasons import AccountReason
from desktop.ports.team import FeedBatch, FeedCursor, HubState, TeamEvent
from desktop.text.reasons.describe import describe

HERE, ELSEWHERE = "sbx7pt3q", "other1"


@pytest.fixture
async def workspace(accounts: Accounts, token: str) -> WorkspaceConfig:
    return await connect_workspace(accounts, token)


def refusal(answer: object) -> str:
    assert isinstance(answer, Refusal)
    return describe(answer.reason)


async def test_an_invitation_is_kept_in_the_keyring_alone(accounts, workspace, ring, start, caplog):
    caplog.set_level(logging.DEBUG)
    heard: list[AccountsChange] = []
    accounts.subscribe(heard.append)
    line = make_line(HERE)
    # As a mail program breaks it.
    joined = await accounts.join_team(HERE, f"  {line[:70]}\n {line[70:]}\n")
    assert isinstance(joined, WorkspaceConfig)
    assert (joined.team, [change.team for change in heard]) == (AGENT, [True])
    assert "".join(ring.passwords.values()).count(line[100:600]) == 1

    written = (start.folder / "profile.json").read_text()
    assert json.loads(written)["workspaces"][0]["team"] == AGENT
    assert not any(secret in written + caplog.text for secret in (*SECRETS, line[20:60]))

    again = await start()
    (kept,) = again.profile.workspaces
    team = await again.open_team(kept)
    assert team is not None
    assert not isinstance(team, Refusal)
    assert team.desk == AGENT
    await team.aclose()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "This isn't an invitation to a team. An invitation is one line that starts with “reachline-team:”."),
        ("dG9rOjEyMzQ=", "This isn't an invitation to a team."),
        (make_line(HERE)[:-40], "This invitation isn't complete. Copy the whole line again"),
        (make_line(HERE)[5:], "This isn't an invitation to a team."),
        ("reachline-team:", "This invitation isn't complete."),
        (make_line(HERE, seed="SU" + "A" * 56), "This invitation isn't complete."),
        (make_line(HERE, ca="-----BEGIN CERTIFICATE-----\nzzz"), "This invitation isn't complete."),
        (make_line(HERE, ca="é"), "This invitation isn't complete."),
    ],
    ids=[
        "empty",
        "token",
        "cut at its end",
        "cut at its beginning",
        "prefix alone",
        "wrong check sum",
        "wrong certificate",
        "odd certificate",
    ],
)
async def test_a_line_that_is_no_invitation_changes_nothing(accounts, workspace, ring, line, sentence):
    before = dict(ring.passwords), accounts.profile
    answer = await accounts.join_team(HERE, line)
    assert sentence in refusal(answer)
    assert isinstance(answer, Refusal)
    assert answer.field == "invitation"
    assert (ring.passwords, accounts.profile) == before


async def test_an_invitation_to_another_workspace_names_it(accounts, workspace, ring):
    answer = await accounts.join_team(HERE, make_line(ELSEWHERE))
    assert "is for another workspace, other1." in refusal(answer)
    assert "an invitation to Harbour Parcels." in refusal(answer)
    assert f"{HERE}:team" not in ring.names()
    assert await accounts.join_team(ELSEWHERE, make_line(ELSEWHERE)) == Refusal(
        Reason(AccountReason.UNKNOWN_WORKSPACE, ())
    )


async def test_who_leaves_the_team_keeps_nothing_of_it(accounts, workspace, ring, start):
    await accounts.join_team(HERE, make_line(HERE))
    left = await accounts.leave_team(HERE)
    assert isinstance(left, WorkspaceConfig)
    assert (left.team, ring.names()) == ("", {f"{HERE}:intercom"})
    assert await accounts.open_team(left) is None
    assert await accounts.check_team(left) == (True, Reason(AccountReason.NO_TEAM, ()))


async def test_a_keyring_that_does_not_let_go_keeps_the_team(accounts, workspace, ring):
    joined = await accounts.join_team(HERE, make_line(HERE))
    ring.refuses_delete = True
    assert "you're still in the team" in refusal(await accounts.leave_team(HERE))
    assert accounts.profile.workspaces == (joined,)


async def test_a_keyring_that_takes_nothing_keeps_no_team(accounts, workspace, ring):
    ring.locked = True
    assert "couldn't be saved in the system's password store" in refusal(
        await accounts.join_team(HERE, make_line(HERE))
    )
    assert accounts.profile.workspaces == (workspace,)


async def test_a_new_token_keeps_the_team_and_removing_the_workspace_does_not(accounts, workspace, token, ring):
    await accounts.join_team(HERE, make_line(HERE))
    assert (await connect_workspace(accounts, token)).team == AGENT
    await accounts.remove_workspace(HERE)
    assert ring.passwords == {}


async def test_an_invitation_that_is_gone_says_what_to_do(accounts, workspace, ring):
    joined = await accounts.join_team(HERE, make_line(HERE))
    for key in [key for key in ring.passwords if ":team" in key[1]]:
        del ring.passwords[key]
    assert "Paste it again in Settings > Team" in refusal(await accounts.open_team(joined))
    is_well, reason = await accounts.check_team(joined)
    assert not is_well
    assert reason.code == AccountReason.INVITATION_GONE


# --- trying it ------------------------------------------------------------------------------------------------------


class TriedTeam:
    """A connection that tells what is prepared, and then nothing."""

    desk = AGENT

    def __init__(self, *told: TeamEvent | ProviderError) -> None:
        self.told = told
        self.is_closed = False

    async def events(self, since: FeedCursor | None) -> AsyncIterator[TeamEvent]:
        for event in self.told:
            if isinstance(event, ProviderError):
                raise event
            yield event
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(
    ("told", "is_well", "sentence"),
    [
        ((FeedBatch((), FeedCursor(1, 1)), HubState(12)), True, "Connected as anna. Computers connected: 12."),
        ((FeedBatch((), FeedCursor(1, 1)),), False, "Connected as anna, but your team's server is silent"),
        ((ProviderError(ProviderErrorKind.OFFLINE, said("Nobody answers.")),), False, "Nobody answers."),
    ],
    ids=["well", "silent hub", "not reached"],
)
async def test_the_team_is_tried_once(told, is_well, sentence):
    team = TriedTeam(*told)
    found, reason = await check_team(team, patience_s=0.01)
    assert (found, describe(reason)[: len(sentence)]) == (is_well, sentence)
    assert team.is_closed
