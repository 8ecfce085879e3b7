"""Which subjects each of the broker's users may publish and subscribe to. The hub writes it into the configuration.

A desktop makes no consumer on the broker: a consumer may deliver under any subject, and so in another's name. Facts,
learnt facts and keys are read by direct gets, which need no state there and answer into the desktop's own inbox.
"""

from __future__ import annotations

import msgspec

from desktop.channels.team import subjects

_API = "$JS.API"


class Permissions(msgspec.Struct, frozen=True):
    """Subjects, with NATS's wildcards; everything else is refused."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def of_desk(workspace_id: str, desk: str) -> Permissions:
    """A desktop reads facts, learnt facts and its own sealed keys; it publishes its presence, what it learnt, and its
    heartbeat.
    """
    facts = subjects.stream(workspace_id)
    learned = f"KV_{subjects.learned_bucket(workspace_id)}"
    keys = subjects.keys_bucket(workspace_id)
    own = f"{subjects.prefix(workspace_id)}.{subjects.DESK}.{desk}"
    return Permissions(
        publish=(
            f"{own}.presence.*",
            f"{own}.learned.*",
            subjects.alive(workspace_id, desk),
            *(f"{_API}.STREAM.INFO.{stream}" for stream in (facts, learned)),
            *(f"{_API}.STREAM.MSG.GET.{stream}" for stream in (facts, learned)),
            *(f"{_API}.DIRECT.GET.{stream}" for stream in (facts, learned)),
            f"{_API}.DIRECT.GET.KV_{keys}.$KV.{keys}.{desk}",
        ),
        subscribe=(
            f"{subjects.inbox_prefix(desk)}.>",
            subjects.live(workspace_id),
            subjects.learned_live(workspace_id),
            subjects.hub_state(workspace_id),
            subjects.presence(workspace_id, "*", "*"),
        ),
    )
