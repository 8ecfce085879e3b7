"""Reading and changing against the sandbox over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.channels.intercom.conversations import map_conversation
from desktop.channels.intercom.regions import find_base_url
from desktop.channels.intercom.workspace import map_teammates
from desktop.channels.shared.exchange import Token
from desktop.domain.model.facts import ConversationState, Priority
from desktop.ports import ProviderError, ProviderErrorKind, StateChange, Team, WorkspaceTag

AGENT = "7001"


@pytest.fixture
def chats(sandbox):
    """Three conversations of one customer: their ids, oldest first."""
    with sandbox.lock:
        world = sandbox.world
        jennifer = world.add_customer(
            "Jennifer O'Kafor", phone="+353871234567", email="jennifer@example.com", known_as="user"
        )
        world.write(jennifer, "messenger", "From the Messenger", new_conversation=True)
        world.write(jennifer, "whatsapp", "From WhatsApp")
        world.write(jennifer, "email", "By mail")
        return world.conversation_ids(jennifer)


def contact_id(sandbox) -> str:
    with sandbox.lock:
        return sandbox.world.contact_ids("c1")[0]


async def test_the_account_has_workspace_teammate_region_and_inbox(live):
    account = await live.account()
    assert (account.workspace_name, account.teammate.name, account.region) == ("Harbour Parcels", "Lukas Brandt", "US")
    inbox = account.inbox_url.format(conversation_id="215")
    assert inbox == f"https://app.intercom.com/a/inbox/{account.workspace_id}/inbox/conversation/215"


async def test_the_region_names_the_host(sandbox, clock):
    access = sandbox.urls["intercom"]
    hosts = {"AU": access["base_url"], "US": "http://127.0.0.1:9"}
    assert await find_base_url(Token(access["token"]), clock, hosts) == "http://127.0.0.1:9"


async def test_teammates_and_macros(live, sandbox):
    assert [t.name for t in await live.teammates()] == ["Sam Byrne", "Priya Nair", "Lukas Brandt"]
    macros = await live.macros()
    with sandbox.lock:
        known = list(sandbox.world.workspace.macros)
    assert sorted(m.id for m in macros) == sorted(known)


async def test_teams_and_tags(live, sandbox):
    teams = await live.teams()
    assert [t.teammate_ids for t in teams if t.name == teams[0].name] == [teams[0].teammate_ids]
    tag = await live.create_tag("R&B <x>")
    assert await live.create_tag("r&b <X>") == tag
    assert tag in await live.tags()


async def test_of_odd_tags_those_without_id_or_name_are_left_out(provider, gateway):
    provider.answers(200, {"data": [{"id": 5, "name": "VIP"}, {"name": "No id"}, {"id": "6", "name": None}, None]})
    assert await gateway.tags() == [WorkspaceTag("5", "VIP")]


async def test_of_odd_teams_those_without_id_are_left_out(provider, gateway):
    provider.answers(200, {"teams": [{"id": 7, "name": "A&amp;B", "admin_ids": [1, None, "2"]}, 3, {"id": 8}]})
    assert await gateway.teams() == [Team("7", "A&B", ("1", "2")), Team("8", "")]


async def test_a_new_tag_needs_an_id(provider, gateway):
    provider.answers(200, {"name": "No id"})
    with pytest.raises(ProviderError) as caught:
        await gateway.create_tag("No id")
    assert caught.value.kind is ProviderErrorKind.BAD_ANSWER


async def test_tags_teams_and_priority_of_a_conversation(live, sandbox, chats):
    [team, *_], tag = await live.teams(), await live.create_tag("Late parcel")
    await live.tag(chats[0], tag.id, AGENT)
    await live.set_priority(chats[0], Priority.URGENT, AGENT)
    found = await live.change(chats[0], StateChange.ASSIGN_TEAM, AGENT, value=team.id)
    assert (found.team_id, found.priority) == (team.id, Priority.URGENT)
    assert "Late parcel" in [t.name for t in found.tags]
    await live.untag(chats[0], tag.id, AGENT)
    found = await live.change(chats[0], StateChange.ASSIGN_TEAM, AGENT)
    assert found.team_id is None
    assert "Late parcel" not in [t.name for t in found.tags]
    for refused in (live.tag(chats[0], "no-tag", AGENT), live.set_priority("9", Priority.LOW, AGENT)):
        with pytest.raises(ProviderError) as caught:
            await refused
        assert caught.value.kind is ProviderErrorKind.GONE


@pytest.mark.parametrize(
    ("said", "priority"),
    [
        ("none", "none"),
        ("urgent", "urgent"),
        ("priority", "high"),
        ("not_priority", "none"),
        (None, "none"),
        (3, "none"),
    ],
)
def test_every_version_says_a_priority_in_its_own_words(said, priority):
    assert map_conversation({"id": "1", "priority": said}).priority == priority


async def test_macros_keep_their_placeholders(provider, gateway):
    provider.answers(
        200,
        {
            "data": [
                {"id": 1, "name": "Hi &amp; bye", "body_text": "Hi {{user.name|fallback:&quot;there&quot;}} <3"},
                {"id": 2, "name": "Two", "body": '<p>Hi <attribute key="user.name" default="there"/>!</p>'},
                {"name": "No id"},
            ],
            "pages": {"next": None},
        },
    )
    assert [(m.id, m.name, m.text) for m in await gateway.macros()] == [
        ("1", "Hi & bye", 'Hi {{user.name|fallback:"there"}} <3'),
        ("2", "Two", 'Hi {{user.name|fallback:"there"}}!'),
    ]


async def test_macros_are_paged_and_a_cursor_that_repeats_ends_it(provider, gateway):
    for number in (1, 2):
        page = {"data": [{"id": number, "name": "M"}], "pages": {"next": {"page": 2, "starting_after": "abc"}}}
        provider.answers(200, page)
    assert [m.id for m in await gateway.macros()] == ["1", "2"]


async def test_what_changed_since(live, sandbox, chats):
    page = await live.changed_since(datetime.now(UTC) - timedelta(hours=1))
    assert {h.conversation.id for h in page.hits} == set(chats)
    assert (page.total, page.cursor) == (3, None)
    assert all(h.conversation.entries == () and h.entry_count is not None for h in page.hits)
    changes = [h.conversation.updated_at for h in page.hits]
    assert changes == sorted(changes)


@pytest.mark.parametrize("inclusive", [True, False])
async def test_the_very_second_is_found_however_the_index_compares(live, sandbox, chats, inclusive):
    with sandbox.lock:
        sandbox.world.settings.search_gt_inclusive = inclusive
    newest = (await live.conversation(chats[-1])).updated_at
    assert chats[-1] in {h.conversation.id for h in (await live.changed_since(newest)).hits}


async def test_heads_of_contacts(live, sandbox, chats):
    page = await live.conversations_of([contact_id(sandbox)])
    assert {h.conversation.id for h in page.hits} == set(chats)
    assert (await live.conversations_of([])).hits == ()


async def test_pages_follow_the_cursor(provider, gateway, answers):
    listed = {"conversations": [answers.conversation(id="1"), {"no": "id"}], "total_count": "2"}
    provider.answers(200, listed | {"pages": {"next": {"page": 2, "starting_after": "next-one"}}})
    provider.answers(200, listed | {"pages": {"next": None}})
    first = await gateway.changed_since(datetime.now(UTC))
    assert (first.cursor, first.total, [h.conversation.id for h in first.hits]) == ("next-one", 2, ["1"])
    assert (await gateway.changed_since(datetime.now(UTC), first.cursor)).cursor is None
    assert b'"starting_after":"next-one"' in provider.requests[1][2].replace(b" ", b"")


async def test_a_conversation_is_read_whole(live, sandbox, chats):
    found = await live.conversation(chats[1])
    assert [e.text for e in found.entries if e.text] == ["From WhatsApp"]
    assert (found.contact_ids, found.unseen_before) == ((contact_id(sandbox),), None)
    with pytest.raises(ProviderError) as caught:
        await live.conversation("215471234599999")
    assert caught.value.kind is ProviderErrorKind.GONE


async def test_contacts_are_found_by_id_phone_and_email(live, sandbox, chats):
    found = await live.contact(contact_id(sandbox))
    assert (found.name, found.email, found.takes_email) == ("Jennifer O'Kafor", "jennifer@example.com", True)
    assert [c.id for c in await live.contacts_with(phones=["+353871234567"])] == [found.id]
    assert [c.id for c in await live.contacts_with(phones=["+1", "+2"], emails=["jennifer@example.com"])] == [found.id]
    assert await live.contacts_with() == []


async def test_a_merged_contact_is_found_under_its_new_id(live, sandbox):
    with sandbox.lock:
        world = sandbox.world
        lead = world.add_customer("Jen", phone="+353871234567", known_as="lead")
        user = world.add_customer("Jennifer", email="jennifer@example.com", known_as="user")
        old, new = world.contact_ids(lead)[0], world.contact_ids(user)[0]
        world.merge(old, new)
    found = await live.contact(old)
    assert found.id == new
    assert old in found.merged_ids


async def test_changes_of_state(live, chats):
    conversation = chats[0]
    closed = await live.change(conversation, StateChange.CLOSE, AGENT)
    assert closed.state is ConversationState.CLOSED
    assert (await live.change(conversation, StateChange.OPEN, AGENT)).state is ConversationState.OPEN
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    snoozed = await live.change(conversation, StateChange.SNOOZE, AGENT, until=until)
    assert (snoozed.state, snoozed.snoozed_until) == (ConversationState.SNOOZED, until)
    assert (await live.change(conversation, StateChange.ASSIGN, AGENT, value="7002")).assignee_id == "7002"
    assert (await live.change(conversation, StateChange.ASSIGN, AGENT)).assignee_id is None
    assert (await live.change(conversation, StateChange.MARK_READ, AGENT)).read is True
    with pytest.raises(ValueError, match="until"):
        await live.change(conversation, StateChange.SNOOZE, AGENT)


async def test_the_clock_follows_the_sandbox(live, sandbox, clock, chats):
    await live.conversation(chats[0])
    with sandbox.lock:
        sandbox.world.advance(25 * 3600)
    asked = clock.monotonic()
    await live.conversation(chats[0])
    took_s = clock.monotonic() - asked
    with sandbox.lock:
        error_s = abs(clock.now().timestamp() - sandbox.world.now)
    # One answer leaves half of (the header's whole second + the time it took); only a stalled machine needs more.
    assert error_s < max(1, (1 + took_s) / 2 + 0.1)


def test_teammates_come_with_their_teams() -> None:
    answer = {"admins": [{"id": "91", "name": "Maria", "team_ids": [31, "32", None]}, {"id": "92"}]}
    assert [t.team_ids for t in map_teammates(answer)] == [("31", "32"), ()]
