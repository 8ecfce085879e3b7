"""A profile on disk with one workspace, for starts of the whole program against providers that don't answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from desktop.app.caches import DATABASE, cache_folder
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.tokens import cache_name, channel_name, intercom_name
from desktop.ports import ChannelConfig, Profile, WorkspaceConfig
from desktop.ports.clock import ClockOffset
from desktop.store import settings
from desktop.store.core.database import _open
from desktop.system.profile import NAME
from tests.bench.worlds.kept import KEY, World
from tests.bench.worlds.people import NOW

WORKSPACE = WorkspaceConfig(
    "bench",
    "Bench",
    "US",
    channels=(
        ChannelConfig(
            Provider.WHATSAPP, ChannelKind.WHATSAPP, "106540352242922", "Shop", "+353861112222", {"account_id": "1023"}
        ),
        ChannelConfig(Provider.TELEGRAM, ChannelKind.TELEGRAM, "4711", "Shop", "@shop"),
    ),
)


def create_profile(folder: Path, world: World) -> tuple[list[str], dict[str, str]]:
    """Returns the arguments and the environment variables of a start. The program's clock will show `people.NOW`."""
    profile = Profile((WORKSPACE,), WORKSPACE.workspace_id)
    (folder / NAME).write_text(json.dumps(msgspec.to_builtins(profile)), "utf-8")
    cache = cache_folder(folder / "cache", WORKSPACE.workspace_id)
    cache.mkdir(parents=True)
    path = world.copy_to(cache / DATABASE)
    db = _open(path, KEY)
    now = datetime.now(UTC)
    settings.save_clock_offset(db, ClockOffset(NOW - now, NOW))
    db.close()
    secrets = {intercom_name("bench"): "token-of-the-bench", cache_name("bench"): KEY.secret}
    secrets |= {channel_name("bench", channel): "1:secret" for channel in WORKSPACE.channels}
    # Named here and not imported: the program must not find anything of the bench imported already.
    keyring = "tests.bench.bench_keyring.BenchKeyring"
    return ["--profile", str(folder)], {
        "PYTHON_KEYRING_BACKEND": keyring,
        "REACHLINE_BENCH_SECRETS": json.dumps(secrets),
    }
