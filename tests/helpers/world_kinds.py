"""Kinds of worlds for random histories: their settings and additional actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from desktop.domain.model.facts import ChannelKind
from desktop.sandbox.model.settings import Settings
from desktop.sandbox.world import World

HOUR = 3600.0


@dataclass(frozen=True)
class Kind:
    """settings: of the sandbox, beside the drawn ones. prepare: lines, rules and apps of the world.

    acts: names of additional actions, methods `act_…` of `random_histories.History`. channels: the customer writes on.
    confirmed: channels that a person confirmed for the bridge. code_known: whether the bridge's code is set.
    background: number of other customers' conversations. settled: whether the first sync has ended.
    relay: whether API replies are forwarded; None draws it.
    """

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[World, Random], None] = lambda world, rng: None
    acts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("whatsapp", "whatsapp", "whatsapp", "messenger", "messenger", "email")
    confirmed: frozenset[ChannelKind] | None = None
    code_known: bool = True
    background: int = 60
    settled: bool = True
    relay: bool | None = None


def _second_number_same_tag(world: World, rng: Random) -> None:
    world.add_line("whatsapp", "+35315550101", tag="whatsapp")


def _second_number_other_tag(world: World, rng: Random) -> None:
    world.add_line("whatsapp", "+35315550101", tag="twilio_whatsapp")


def _native(world: World, rng: Random) -> None:
    from desktop.sandbox.model.people import INTERCOM

    world.add_line("whatsapp", "+35315550177", carrier=INTERCOM)


def _tag_rule(world: World, rng: Random) -> None:
    from desktop.sandbox.intercom.automations import TagRule

    world.rules.tags.append(TagRule("", "whatsapp", by="7002", delay_s=rng.choice([0.0, 3.0, 30.0])))


def _foreign_notes(world: World, rng: Random) -> None:
    from desktop.sandbox.intercom.automations import NoteRule
    from desktop.sandbox.intercom.records import Author

    code = rng.choice([None, "crm-app-9"])
    after = rng.choice(["customer", "teammate"])
    world.rules.notes.append(
        NoteRule("SLA: answer within 24 hours, session expired otherwise", Author("admin", "7003"), code, 2.0, after)  # type: ignore[arg-type]
    )


WHATSAPP = frozenset({ChannelKind.WHATSAPP})
ORDINARY = Kind("ordinary", relay=True)
TAGS_OFF = Kind("tags off, channel confirmed", {"tags": False}, confirmed=WHATSAPP, relay=True)

KINDS = (
    ORDINARY,
    TAGS_OFF,
    Kind("ordinary, code learnt", code_known=False, background=90, relay=True),
    Kind("colleagues, bots and reopenings", acts=("colleague", "bot", "close", "reopen")),
    Kind("tags off", {"tags": False}),
    Kind("no applied_at", {"omit": ["tag.applied_at", "tag.applied_by"]}),
    Kind("no applied_at, tags off", {"omit": ["tag.applied_at"], "tags": False}, acts=("hand_tag", "untag")),
    Kind("hand tags", acts=("hand_tag", "untag")),
    Kind("hand tags, tags off", {"tags": False}, acts=("hand_tag", "untag")),
    Kind("tag rule", prepare=_tag_rule),
    Kind("late tags", {"tag_delay_s": 40.0}),
    Kind("two numbers, one tag", {"bridge_attributes": "channel"}, _second_number_same_tag, acts=("close",)),
    Kind("two numbers, one tag, addresses", {}, _second_number_same_tag, acts=("close",)),
    Kind("two numbers, two tags", {"bridge_attributes": "channel"}, _second_number_other_tag, acts=("close",)),
    Kind("Intercom's own number beside the bridge's", prepare=_native, acts=("native", "native", "move")),
    Kind("several channels", channels=("whatsapp", "sms", "telegram", "messenger", "messenger", "email")),
    Kind("changed number", acts=("change_number", "edit_phone")),
    Kind("blocks and STOPs", acts=("block", "unblock", "stop"), channels=("whatsapp", "sms", "telegram", "messenger")),
    Kind("silent blocks", {"report_blocked": False, "report_stopped": False}, acts=("block", "unblock")),
    Kind("reactions", acts=("react", "edit", "unsend")),
    Kind("slow bridge", {"bridge_delay_s": 5.0, "bridge_delay_max_s": 900.0}),
    Kind("late notices", {"note_delay_s": 400.0}, acts=("colleague", "bot")),
    Kind("foreign notes", prepare=_foreign_notes, acts=("colleague", "idle_note", "template_note")),
    Kind("missing codes", {"omit": ["part.app_package_code"]}),
    Kind(
        "missing fields", {"omit": ["source.url", "first_contact_reply", "channel", "statistics"], "sightings": False}
    ),
    Kind("odd authors", {"contact_author_type": "contact"}, acts=("odd_author", "odd_part", "odd_conversation")),
    Kind("importer", acts=("import_message",)),
    Kind("merged contacts", acts=("merge",)),
    Kind("phone calls", acts=("call",)),
    Kind("bridge in trouble", acts=("trouble",)),
    Kind("first day", {"tags": False}, code_known=False, background=0, settled=False),
    Kind("first day with tags", code_known=False, background=6, settled=False),
)
"""All worlds of the reach rules, section 8."""


def settings_of(kind: Kind, rng: Random) -> Settings:
    """Draw the settings of one history; the kind's settings take precedence."""
    drawn: dict[str, Any] = {
        "relay_api_replies": rng.random() < 0.7 if kind.relay is None else kind.relay,
        "bridge_delay_s": rng.choice([0.0, 1.0, 20.0]),
        "note_delay_s": rng.choice([0.0, 2.0, 20.0]),
        "new_conversation_after_s": rng.choice([None, HOUR, 12 * HOUR]),
        "notice_language": rng.choice(["en", "en", "es", "pt", "de", "fr", "ar"]),
        "replies_per_conversation_per_10s": 1000,
        "replies_per_10s": 1000,
    }
    return Settings(**(drawn | kind.settings))
