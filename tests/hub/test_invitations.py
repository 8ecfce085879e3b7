"""Invited and revoked desktops on a broker that runs from the product's configuration: what they can and cannot do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import signed_webhooks as webhooks
from hub_stage import HubBroker, HubCopy, desk_connection, give_secrets, needs_broker, running_hub, until
from listening_desk import ListeningDesk
from nats.aio.msg import Msg

from desktop.channels.team import invitation, signals, subjects
from desktop.channels.team.connection import Connection
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.sealed import KeyRing, NotSealed
from desktop.hub import config as names
from desktop.hub.config import ConfigProblem, Folder
from desktop.hub.setup import broker_files, invitations
from desktop.hub.setup.invitations import NewHub
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.ports.team import ConversationUpdated, LearnedFact, LearnedKind, PresenceState
from desktop.system.clock import ServerClock

WORKSPACE = "first"
CLOCK = ServerClock()
PROVEN = LearnedKind.RELAY_PROVEN


async def invited(broker: HubBroker, name: str) -> Invitation:
    line, is_in = await invitations.invite(broker.folder, name, CLOCK)
    assert is_in
    return invitation.read(line)


@pytest.fixture
async def hub(own_broker: HubBroker) -> AsyncIterator[HubCopy]:
    give_secrets(own_broker.folder)
    async with running_hub(own_broker.folder) as running:
        yield running


async def tell(hub: HubCopy, number: int, text: str = webhooks.TEXT) -> None:
    item = webhooks.conversation(webhooks.part(number, text), at=webhooks.BEGAN + number)
    sent = webhooks.intercom("conversation.user.replied", item, hub.workspace_id)
    answer = await hub.http.post(sent.path, content=sent.body, headers=sent.headers)
    assert answer.status_code == 200


def texts(desk: ListeningDesk) -> list[str]:
    facts = (fact for batch in desk.batches for fact in batch.facts if isinstance(fact, ConversationUpdated))
    return [entry.text for fact in facts for entry in fact.conversation.entries if not entry.is_first]


# --- from nothing to two desktops -------------------------------------------------------------------------------------


async def test_two_invited_desktops_hear_what_a_webhook_tells_and_see_each_other(
    hub: HubCopy, own_broker: HubBroker
) -> None:
    anna_line, ben_line = await invited(own_broker, "anna"), await invited(own_broker, "ben")
    async with ListeningDesk(anna_line) as anna, ListeningDesk(ben_line) as ben:
        await tell(hub, 1, "Hello to both")
        for desk in (anna, ben):
            await desk.until(lambda desk=desk: texts(desk) == ["Hello to both"])
        await until(lambda: hub.hub.copies.desks == 2)
        await ben.feed.watch(["77"])
        async with asyncio.timeout(10):
            while not any(event for event in ben.events if getattr(event, "conversation_id", "") == "77"):
                await anna.feed.publish_presence("77", PresenceState.TYPING, "7", "Anna")
                await asyncio.sleep(0.02)


async def test_a_relay_proven_on_one_desktop_is_known_on_the_other(hub: HubCopy, own_broker: HubBroker) -> None:
    anna_line, ben_line = await invited(own_broker, "anna"), await invited(own_broker, "ben")
    fact = LearnedFact(LearnedKind.RELAY_PROVEN, "whatsapp", "yes", CLOCK.now(), "77")
    async with ListeningDesk(anna_line) as anna:
        async with ListeningDesk(ben_line) as ben:
            await anna.feed.publish_learned(fact)
            await ben.until(lambda: bool(ben.of(LearnedFact)))
            assert ben.of(LearnedFact)[0].desk == "anna"
        # One that comes later has it at once.
        late = ListeningDesk(ben_line)
        async with late:
            await late.until(lambda: [(f.about, f.value) for f in late.of(LearnedFact)] == [("whatsapp", "yes")])


# --- revoking ---------------------------------------------------------------------------------------------------------


async def test_a_revoked_desktop_reads_nothing_new_and_the_others_go_on(hub: HubCopy, own_broker: HubBroker) -> None:
    anna_line, ben_line = await invited(own_broker, "anna"), await invited(own_broker, "ben")
    async with ListeningDesk(ben_line) as ben:
        anna = ListeningDesk(anna_line)
        async with anna:
            await tell(hub, 1, "Before")
            await anna.until(lambda: texts(anna) == ["Before"])
            old = len(own_broker.folder.workspace_keys())
            assert await invitations.revoke(own_broker.folder, "anna", CLOCK) == (True, True)
            assert (await anna.until_ended()).kind in (ProviderErrorKind.SIGNED_OUT, ProviderErrorKind.OFFLINE)
        anna.begin()
        assert (await anna.until_ended()).kind is ProviderErrorKind.SIGNED_OUT
        await anna.end()
        await until(lambda: len(hub.hub._keys.keys) == old + 1)
        await tell(hub, 2, "After")
        await ben.until(lambda: texts(ben) == ["Before", "After"])
        # Even with what lies on the broker, the first key opens nothing new.
        facts = await hub.facts()
        assert len(facts) == 2
        first = KeyRing(anna_line.key)
        sealed = await raw_facts(hub)
        assert first.open(sealed[0])
        with pytest.raises(NotSealed):
            first.open(sealed[1])
    # Who comes after that has all keys.
    chris_line = await invited(own_broker, "chris")
    async with ListeningDesk(chris_line) as chris:
        await tell(hub, 3, "Later")
        await chris.until(lambda: texts(chris) == ["Later"])


async def test_a_hub_with_an_old_list_gives_a_revoked_desktop_nothing(own_broker: HubBroker, tmp_path: Path) -> None:
    """As on another machine, to which nobody copied the folder since."""
    await invited(own_broker, "anna")
    give_secrets(own_broker.folder)
    agents = own_broker.folder.desks()
    async with running_hub(own_broker.folder):
        pass
    assert await invitations.revoke(own_broker.folder, "anna", CLOCK) == (True, True)
    own_broker.folder.write_desks(agents)
    async with running_hub(own_broker.folder) as hub:
        bucket = await hub.hub.broker.bucket(subjects.keys_bucket(WORKSPACE))
        assert await bucket.keys() == ["hub"]


async def test_who_was_invited_while_there_was_no_broker_gets_the_keys_later(own_broker: HubBroker) -> None:
    await invited(own_broker, "anna")
    give_secrets(own_broker.folder)
    async with running_hub(own_broker.folder):
        pass
    assert await invitations.revoke(own_broker.folder, "anna", CLOCK) == (True, True)
    own_broker.kill()
    line, _ = await invitations.invite(own_broker.folder, "ben", CLOCK)
    own_broker.start()
    async with running_hub(own_broker.folder) as hub, ListeningDesk(invitation.read(line)) as ben:
        await tell(hub, 1, "Sealed with the second key")
        await ben.until(lambda: texts(ben) == ["Sealed with the second key"])


async def raw_facts(hub: HubCopy) -> list[bytes]:
    connection = hub.hub.broker._connection
    assert connection is not None
    js = connection.client.jetstream()
    return [(await js.get_msg(subjects.stream(hub.workspace_id), number)).data or b"" for number in (1, 2)]


async def test_without_a_broker_the_administrator_is_told_what_is_left_to_do(own_broker: HubBroker) -> None:
    own_broker.kill()
    line, is_in = await invitations.invite(own_broker.folder, "anna", CLOCK)
    assert invitation.read(line).desk == "anna"
    assert not is_in
    assert await invitations.revoke(own_broker.folder, "anna", CLOCK) == (False, False)
    ben, _ = await invitations.invite(own_broker.folder, "ben", CLOCK)
    # The hub hands out the newer key as soon as there is a broker.
    own_broker.start()
    give_secrets(own_broker.folder)
    async with running_hub(own_broker.folder) as hub, ListeningDesk(invitation.read(ben)) as desk:
        await tell(hub, 1, "Sealed with the second key")
        await desk.until(lambda: texts(desk) == ["Sealed with the second key"])


async def test_names_that_a_desktop_cannot_have(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "hub", {})
    invitations.create(folder, NewHub("w1", ("hub.example.com",)), CLOCK)
    for name in ("hub", "", "a b", "a.b", "*", ">", "x" * 65, "é"):
        with pytest.raises(ConfigProblem):
            await invitations.invite(folder, name, CLOCK)


async def test_a_name_is_given_once_and_revoked_once(own_broker: HubBroker) -> None:
    await invited(own_broker, "anna")
    with pytest.raises(ConfigProblem, match="already"):
        await invitations.invite(own_broker.folder, "anna", CLOCK)
    await invitations.revoke(own_broker.folder, "anna", CLOCK)
    with pytest.raises(ConfigProblem, match="Nobody"):
        await invitations.revoke(own_broker.folder, "anna", CLOCK)


# --- what the broker refuses ------------------------------------------------------------------------------------------


def is_noted(connection: Connection) -> bool:
    return connection._is_refused


@pytest.mark.parametrize(
    "subject",
    [
        "rl.first.fact.conv.1",
        "rl.first.live.conv.1",
        "rl.first.known.relay_proven.x",
        "rl.first.hub.state",
        "rl.first.hub.copy",
        "rl.first.desk.ben.presence.1",
        "rl.first.desk.ben.learned.contrary",
        "rl.first.desk.ben.alive",
        "rl.other.desk.anna.alive",
        "_INBOX_ben.x",
        "_INBOX_hub.x",
        "$KV.RL_first_learned.relay_proven.x",
        "$KV.RL_first_keys.anna",
        "$KV.RL_first_lock.poller",
        "$JS.API.STREAM.DELETE.RL_first",
        "$JS.API.STREAM.PURGE.RL_first",
        "$JS.API.STREAM.UPDATE.RL_first",
        "$JS.API.STREAM.CREATE.mine",
        "$JS.API.CONSUMER.CREATE.RL_first",
        "$JS.API.CONSUMER.CREATE.RL_first.x.y",
        "$JS.API.CONSUMER.DURABLE.CREATE.RL_first.x",
        "$JS.API.DIRECT.GET.KV_RL_first_keys.$KV.RL_first_keys.ben",
        "$JS.API.DIRECT.GET.KV_RL_first_keys",
        "$JS.API.STREAM.MSG.GET.KV_RL_first_keys",
        "$JS.API.STREAM.INFO.KV_RL_first_lock",
        "$SYS.REQ.SERVER.PING",
    ],
)
async def test_an_agent_cannot_say_what_is_not_its_own(anna: Connection, subject: str) -> None:
    await anna.client.publish(subject, b"{}")
    await anna.client.flush(5)
    await until(lambda: is_noted(anna))


@pytest.mark.parametrize(
    "subject",
    [
        *(">", "rl.>", "rl.first.>", "rl.first.desk.>", "rl.first.desk.*.learned.*", "rl.first.fact.>"),
        *("_INBOX_ben.>", "_INBOX_hub.>", "_INBOX.>", "rl.first.hub.copy"),
        *("$KV.>", "$KV.RL_first_keys.*", "$JS.>", "$SYS.>"),
    ],
)
async def test_an_agent_cannot_hear_what_is_not_for_it(anna: Connection, subject: str) -> None:
    async def ignore(message: Msg) -> None:
        raise AssertionError(message.subject)

    await anna.client.subscribe(subject, cb=ignore)
    await anna.client.flush(5)
    await until(lambda: is_noted(anna))


async def test_an_agent_may_say_what_is_its_own(anna: Connection) -> None:
    for subject in ("presence.1", "learned.contrary", "alive"):
        await anna.client.publish(f"rl.first.desk.anna.{subject}", b"{}")
    await anna.client.flush(5)
    # The library calls back some turns of the loop later.
    for _ in range(20):
        await asyncio.sleep(0)
    assert not is_noted(anna)


@pytest.fixture(scope="module")
def agents_broker(tmp_path_factory: pytest.TempPathFactory) -> HubBroker:
    found = HubBroker(tmp_path_factory.mktemp("agents") / "broker")
    return found


@pytest.fixture
async def anna(agents_broker: HubBroker, request: pytest.FixtureRequest) -> AsyncIterator[Connection]:
    """Connected to a broker that all these tests share."""
    needs_broker()
    if agents_broker._process is None:
        agents_broker.start()
        request.session.addfinalizer(agents_broker.kill)
        await invited(agents_broker, "ben")
        give_secrets(agents_broker.folder)
        async with running_hub(agents_broker.folder):
            pass
        agents_broker.anna = await invited(agents_broker, "anna")  # type: ignore[attr-defined]
    async with desk_connection(agents_broker.anna) as connection:  # type: ignore[attr-defined]
        yield connection


# --- nothing readable at rest -----------------------------------------------------------------------------------------


async def test_nothing_that_people_wrote_lies_on_the_broker(hub: HubCopy, own_broker: HubBroker) -> None:
    line = await invited(own_broker, "anna")
    for webhook in webhooks.good(hub.workspace_id).values():
        assert (await hub.http.post(webhook.path, content=webhook.body, headers=webhook.headers)).status_code == 200
    state = webhooks.whatsapp_status("wamid.HBgMMzUzODcxMjM0NTY3")
    for more in (webhooks.meta(webhooks.whatsapp(statuses=[state])), webhooks.twilio(webhooks.twilio_status())):
        assert (await hub.http.post(more.path, content=more.body, headers=more.headers)).status_code == 200
    contrary = LearnedFact(LearnedKind.CONTRARY, webhooks.PHONE, "blocked", CLOCK.now(), "77")
    async with ListeningDesk(line) as anna:
        await anna.feed.publish_presence("215471234500001", PresenceState.TYPING, "7001", "Samantha Byrne")
        await anna.feed.publish_learned(contrary)
        await until(lambda: hub.count("learned_facts_total", result="kept") == 1)
    own_broker.kill()
    stored = own_broker.stored.lower()
    assert b"215471234500001" in stored
    secrets = [webhooks.TEXT, webhooks.NAME, webhooks.PHONE_DIGITS, "jennifer", "parcel", "15550001111", "wamid"]
    secrets += ["HBgMMzUzODcxMjM0NTY3", "Samantha", "blocked", "lead", "jennifer@example.com", "SM1", "SM2"]
    assert [secret for secret in secrets if secret.lower().encode() in stored] == []
    log = (own_broker.path / "broker.log").read_bytes().lower()
    assert [secret for secret in secrets if len(secret) > 4 and secret.lower().encode() in log] == []


# --- files ------------------------------------------------------------------------------------------------------------


def test_every_file_is_private_and_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "hub", {})
    invitations.create(folder, NewHub("w1", ("hub.example.com",)), CLOCK)
    files = [file for file in (tmp_path / "hub").rglob("*") if file.is_file()]
    assert len(files) > 10
    if os.name == "posix":
        assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
        assert oct((tmp_path / "hub").stat().st_mode & 0o777) == "0o700"
    with pytest.raises(ConfigProblem, match="already holds a hub"):
        invitations.create(folder, NewHub("w1", ("hub.example.com",)), CLOCK)


@pytest.mark.posix("Windows has no such rights")
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path, {})
    folder.write_secret("intercom_token", "abc")
    assert folder.secret("intercom_token") == "abc"
    (tmp_path / "secrets" / "intercom_token").chmod(0o644)
    with pytest.raises(ConfigProblem, match="chmod 600"):
        folder.secret("intercom_token")


def test_a_secret_may_come_from_the_environment(tmp_path: Path) -> None:
    folder = Folder(tmp_path, {"REACHLINE_HUB_META_APP_SECRET": " from the environment\n"})
    folder.write_secret("meta_app_secret", "from the file")
    assert folder.secret("meta_app_secret") == "from the environment"


def test_bots_have_a_token_and_perhaps_a_secret(tmp_path: Path) -> None:
    folder = Folder(tmp_path, {})
    folder.write_secret(names.TELEGRAM_BOTS, "1:abc\n22:d-e_f  s3cret")
    assert [(bot.id, bot.webhook_secret) for bot in folder.bots()] == [("1", ""), ("22", "s3cret")]
    assert "abc" not in repr(folder.bots())
    for wrong in ("abc", "1:", "1:a b c", "1:abc ünicode"):
        folder.write_secret(names.TELEGRAM_BOTS, wrong)
        with pytest.raises(ConfigProblem):
            folder.bots()


def test_what_a_team_has_of_its_own_is_used(tmp_path: Path) -> None:
    from desktop.hub.setup import certificates

    made = certificates.make(["hub.example.com"], datetime.now(UTC))
    (tmp_path / "c.pem").write_text(made.server)
    (tmp_path / "k.pem").write_text(made.server_key)
    folder = Folder(tmp_path / "hub", {})
    wanted = NewHub(
        "w1", ("hub.example.com",), certificate=tmp_path / "c.pem", key=tmp_path / "k.pem", websocket_port=0
    )
    invitations.create(folder, wanted, CLOCK)
    assert (folder.path / broker_files.SERVER_CERTIFICATE).read_text() == made.server
    config = folder.config()
    servers = ("tls://hub.example.com:4222",)
    assert (config.ca, config.servers, config.broker) == ("", servers, servers)


def test_three_hosts_make_a_cluster(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "hub", {})
    hosts = ("n1.example.com", "n2.example.com", "n3.example.com")
    invitations.create(folder, NewHub("w1", hosts, syncs_always=True), CLOCK)
    assert folder.config().replicas == 3
    assert len(folder.config().servers) == 6
    for host in hosts:
        text = (folder.path / f"broker-{host}.conf").read_text()
        assert all(f"nats-route://{other}:6222" in text for other in hosts)
    assert "sync_interval: always" in (folder.path / broker_files.BROKER_FILE).read_text()


def test_a_broken_configuration_is_named(tmp_path: Path) -> None:
    folder = Folder(tmp_path, {})
    for text in ("", "workspace = 1", "workspace = 'a b'\nbroker = ['x']\nservers = []", "unknown = 1", "[["):
        folder.write("hub.toml", text)
        with pytest.raises(ConfigProblem, match=r"hub\.toml"):
            folder.config()
    with pytest.raises(ConfigProblem, match="hub_nkey_seed"):
        folder.hub_key()
    with pytest.raises(ConfigProblem, match="workspace_keys"):
        folder.workspace_keys()


def test_a_reload_signals_no_other_program(tmp_path: Path) -> None:
    (tmp_path / "nats.pid").write_text(str(os.getpid()))
    assert not broker_files.reload(tmp_path)


# --- what desktops learnt ---------------------------------------------------------------------------------------------


async def test_a_desktop_speaks_for_itself_and_an_older_word_replaces_none(hub: HubCopy, own_broker: HubBroker) -> None:
    line = await invited(own_broker, "anna")
    now = CLOCK.now()

    def fact(
        at: datetime, value: str = "yes", kind: LearnedKind = LearnedKind.RELAY_PROVEN, **more: str
    ) -> LearnedFact:
        return LearnedFact(kind, more.pop("about", "whatsapp"), value, at, "77", **more)

    offers = [
        ("kept", fact(now - timedelta(hours=1), "first")),
        ("known", fact(now - timedelta(hours=2), "older")),
        ("known", fact(now - timedelta(hours=1), "same")),
        ("kept", fact(now, "newer")),
        ("kept", fact(now - timedelta(days=1), "blocked", LearnedKind.CONTRARY, about="+353871234567")),
        ("kept", fact(now, "yes", about="+353871234567")),
        ("forged", fact(now, desk="ben")),
        ("form", fact(now + timedelta(hours=1), "from the future")),
        ("form", fact(now, about="")),
        ("form", fact(now, "x" * 1000)),
    ]
    async with desk_connection(line) as connection:
        for number, (result, offered) in enumerate(offers):
            before = hub.count("learned_facts_total", result=result)
            subject = subjects.learned(WORKSPACE, "anna", offered.kind)
            await connection.publish(subject, signals.write_learned(offered, hub.keys))
            await until(lambda b=before, r=result: hub.count("learned_facts_total", result=r) == b + 1), number
        for payload, kind, result in ((b"nonsense", "contrary", "unreadable"),):
            await connection.publish(subjects.learned(WORKSPACE, "anna", kind), payload)
            await until(lambda r=result: hub.count("learned_facts_total", result=r) == 1)
        other_kind = signals.write_learned(fact(now + timedelta(minutes=1)), hub.keys)
        await connection.publish(subjects.learned(WORKSPACE, "anna", "contrary"), other_kind)
        await until(lambda: hub.count("learned_facts_total", result="forged") == 2)
        bucket = await hub.hub.broker.bucket(subjects.learned_bucket(WORKSPACE))
        kept = [signals.read_learned((await bucket.get(key)).value or b"", hub.keys) for key in await bucket.keys()]
    assert sorted((f.kind.value, f.about, f.value, f.desk) for f in kept) == [
        ("contrary", "+353871234567", "blocked", "anna"),
        ("relay_proven", "+353871234567", "yes", "anna"),
        ("relay_proven", "whatsapp", "newer", "anna"),
    ]


async def test_one_desktop_cannot_flood_the_others(hub: HubCopy, own_broker: HubBroker) -> None:
    line = await invited(own_broker, "anna")
    async with desk_connection(line) as connection:
        for number in range(150):
            fact = LearnedFact(LearnedKind.CONTRARY, str(number), "x", CLOCK.now())
            subject = subjects.learned(WORKSPACE, "anna", fact.kind)
            await connection.publish(subject, signals.write_learned(fact, hub.keys))
        await until(lambda: hub.count("learned_facts_total", result="too_many") == 30)


async def test_a_made_up_invitation_is_let_in_nowhere(own_broker: HubBroker) -> None:
    from msgspec.structs import replace

    from desktop.channels.team.nkeys import new_seed

    line = await invited(own_broker, "anna")
    with pytest.raises(ProviderError) as refusal:
        async with desk_connection(replace(line, seed=new_seed())):
            pass
    assert refusal.value.kind is ProviderErrorKind.SIGNED_OUT
