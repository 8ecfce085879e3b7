"""Names on the broker. What stands in a subject or a key is readable there: ids and counts, never words or addresses.

`WORKSPACE` is Intercom's workspace id; `desk` is the name of one desktop in its team. Streams and buckets are per
workspace, so that one broker can serve several.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")

FACT, DESK = "fact", "desk"


def is_token(word: str) -> bool:
    """Whether the word can stand in a subject: letters, digits, `_` and `-`, at most 64."""
    return _TOKEN.fullmatch(word) is not None


def prefix(workspace_id: str) -> str:
    """`rl.WORKSPACE`: of everything that belongs to one workspace."""
    return f"rl.{_token(workspace_id)}"


def stream(workspace_id: str) -> str:
    """The stream with the facts of the last days."""
    return f"RL_{_token(workspace_id)}"


def learned_bucket(workspace_id: str) -> str:
    """The key-value bucket with what desktops learnt, the last value per key."""
    return f"RL_{_token(workspace_id)}_learned"


def learned_live(workspace_id: str) -> str:
    """Under which each new value of `learned_bucket` is republished, with its sequence in a header."""
    return f"{prefix(workspace_id)}.known.>"


def keys_bucket(workspace_id: str) -> str:
    """The bucket with the workspace's keys after the first, sealed for each desktop; its name is the key."""
    return f"RL_{_token(workspace_id)}_keys"


def lock_bucket(workspace_id: str) -> str:
    """The bucket in which the copies of the hub agree on who polls; no desktop reads it."""
    return f"RL_{_token(workspace_id)}_lock"


def notes_bucket(workspace_id: str) -> str:
    """The bucket with how far the hub has polled; no desktop reads it."""
    return f"RL_{_token(workspace_id)}_notes"


def all_facts(workspace_id: str) -> str:
    """What the stream keeps."""
    return f"{prefix(workspace_id)}.{FACT}.>"


def live(workspace_id: str) -> str:
    """What desktops subscribe to: every fact as it comes, several in one message (`channels.team.live`)."""
    return f"{prefix(workspace_id)}.live"


def conversation_fact(workspace_id: str, conversation_id: str) -> str:
    """A fact about one conversation."""
    return f"{prefix(workspace_id)}.{FACT}.conv.{_token(conversation_id)}"


def conversation_of(subject: str) -> str:
    """The conversation that a fact under this subject is about; "" for other facts."""
    match subject.split("."):
        case [_, _, kind, "conv", conversation_id] if kind == FACT:
            return conversation_id
    return ""


def delivery_fact(workspace_id: str, provider: str, sender: str) -> str:
    """A report of a channel's provider for one of our senders. sender: an id, or a digest of a number."""
    return f"{prefix(workspace_id)}.{FACT}.delivery.{_token(provider)}.{_token(sender)}"


def message_fact(workspace_id: str, provider: str, sender: str) -> str:
    """A message that a channel's provider told of, for one of our senders. sender: as in `delivery_fact`."""
    return f"{prefix(workspace_id)}.{FACT}.message.{_token(provider)}.{_token(sender)}"


def presence(workspace_id: str, desk: str, conversation_id: str) -> str:
    """What the agent at one desktop does in a conversation; not stored. desk, conversation_id: `*` for all."""
    return f"{prefix(workspace_id)}.{DESK}.{_token_or_all(desk)}.presence.{_token_or_all(conversation_id)}"


def learned(workspace_id: str, desk: str, kind: str) -> str:
    """What one desktop publishes to the hub as learnt. desk, kind: `*` for all."""
    return f"{prefix(workspace_id)}.{DESK}.{_token_or_all(desk)}.learned.{_token_or_all(kind)}"


def alive(workspace_id: str, desk: str) -> str:
    """Each desktop's heartbeat, by which the hub counts them; not stored. desk: `*` for all."""
    return f"{prefix(workspace_id)}.{DESK}.{_token_or_all(desk)}.alive"


def hub_state(workspace_id: str) -> str:
    """The hub's heartbeat with its counts; not stored."""
    return f"{prefix(workspace_id)}.hub.state"


def hub_copies(workspace_id: str) -> str:
    """What the copies of the hub publish to each other; not stored, and no desktop may subscribe."""
    return f"{prefix(workspace_id)}.hub.copy"


def inbox_prefix(desk: str) -> str:
    """The prefix of one desktop's reply subjects; no other may subscribe to them."""
    return f"_INBOX_{_token(desk)}"


def _token_or_all(word: str) -> str:
    return word if word == "*" else _token(word)


def _token(word: str) -> str:
    if not is_token(word):
        raise ValueError("not a name for a subject")
    return word
