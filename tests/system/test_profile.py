"""The profile survives restarts, crashes and other versions; nothing that was written is lost."""

from __future__ import annotations

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.ports.accounts import ProfileUnreadable
from desktop.system.profile import NAME, JsonProfileBook

pytestmark = pytest.mark.slow

TWILIO = ChannelConfig(
    Provider.TWILIO, ChannelKind.SMS, "+35315550102", "Acme", "+35315550102", {"account_sid": "AC1"}, True
)
ACME = WorkspaceConfig("ws1", "Acme", "EU", "Olga", (TWILIO,))
PROFILE = Profile((ACME, WorkspaceConfig("ws2", "Other")), "ws2")

words = st.text(max_size=20)
channels = st.builds(
    ChannelConfig,
    st.sampled_from(Provider),
    st.sampled_from(ChannelKind),
    st.text(min_size=1, max_size=20),
    words,
    words,
    st.dictionaries(words, words, max_size=3),
    st.booleans(),
)
workspaces = st.builds(
    WorkspaceConfig, st.text(min_size=1, max_size=9), words, words, words, st.lists(channels, max_size=3).map(tuple)
)


@pytest.fixture
def book(tmp_path):
    return JsonProfileBook(tmp_path / "profile")


async def test_nothing_is_remembered_at_first_and_nothing_is_made(book, tmp_path):
    assert await book.load() == Profile()
    assert list(tmp_path.iterdir()) == []


async def test_what_is_kept_is_there_at_the_next_start(book, tmp_path):
    await book.load()
    await book.save(Profile((ACME,), "ws1"))
    await book.save(PROFILE)
    assert await JsonProfileBook(tmp_path / "profile").load() == PROFILE
    assert [p.name for p in (tmp_path / "profile").iterdir()] == [NAME]


@given(st.lists(workspaces, max_size=3, unique_by=lambda w: w.workspace_id).map(tuple))
async def test_any_profile_comes_back_as_it_was(tmp_path_factory, kept):
    folder = tmp_path_factory.mktemp("profile")
    profile = Profile(kept, kept[-1].workspace_id if kept else "")
    await JsonProfileBook(folder).save(profile)
    assert await JsonProfileBook(folder).load() == profile


async def test_half_an_emoji_does_not_keep_it_from_being_kept(book):
    await book.save(Profile((WorkspaceConfig("ws1", "Acme \ud83d"),), "ws1"))
    assert (await book.load()).workspaces[0].name == "Acme ?"


@pytest.mark.posix("rights of files are another thing there")
async def test_it_is_this_users_alone(book, tmp_path):
    await book.save(PROFILE)
    assert stat.S_IMODE((tmp_path / "profile" / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "profile").stat().st_mode) == 0o700


@pytest.mark.posix("rights of files are another thing there")
async def test_folders_that_are_made_on_the_way_are_this_users_alone_and_others_stay_as_they_are(tmp_path):
    (tmp_path / "home").mkdir(mode=0o755)
    before = os.umask(0)
    await JsonProfileBook(tmp_path / "home").save(PROFILE)
    await JsonProfileBook(tmp_path / "home" / "new" / "profile").save(PROFILE)
    os.umask(before)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "home").rglob("*")}
    assert found == {NAME: 0o600, "new": 0o700, "profile": 0o700}
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o755


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"workspaces": ['])
async def test_an_unreadable_file_is_put_aside_and_told(book, tmp_path, written):
    file = tmp_path / "profile" / NAME
    for number in (1, 2):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(written)
        with pytest.raises(ProfileUnreadable) as told:
            await book.load()
        aside = file.with_name(f"profile-unreadable-{number}.json")
        assert told.value.kept_as == aside.name
        assert aside.read_bytes() == written
        assert await book.load() == Profile()
    await book.save(PROFILE)
    assert await book.load() == PROFILE


async def test_entries_of_a_newer_version_are_left_out_and_not_overwritten(book, tmp_path):
    await book.save(PROFILE)
    file = tmp_path / "profile" / NAME
    written = file.read_text().replace('"twilio"', '"pigeon"')
    file.write_text(written)
    found = await book.load()
    assert [w.channels for w in found.workspaces] == [(), ()]
    assert found.current == "ws2"
    await book.save(found)
    assert await book.load() == found
    assert (tmp_path / "profile" / "profile-unreadable-1.json").read_text() == written


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["workspaces", "channels", "workspace_id", "ids", "sender"]), inner)
        ),
        max_leaves=12,
    )
)
async def test_odd_json_is_read_or_put_aside(tmp_path_factory, odd):
    import json

    folder = tmp_path_factory.mktemp("profile")
    (folder / NAME).write_text(json.dumps({"workspaces": odd}))
    try:
        assert isinstance(await JsonProfileBook(folder).load(), Profile)
    except ProfileUnreadable:
        assert (folder / "profile-unreadable-1.json").exists()


async def test_a_current_workspace_that_is_gone_gives_way_to_the_first(book, tmp_path):
    await book.save(PROFILE)
    file = tmp_path / "profile" / NAME
    file.write_text(file.read_text().replace('"current": "ws2"', '"current": "ws9"'))
    assert (await book.load()).current == "ws1"


async def test_a_disk_that_refuses_leaves_the_old_one(book, tmp_path):
    await book.save(PROFILE)
    blocked = JsonProfileBook(tmp_path / "profile" / NAME / "below")
    with pytest.raises(OSError, match=NAME):
        await blocked.save(PROFILE)
    assert await book.load() == PROFILE
