"""All settings of the sandbox, faults to inject, and provider errors on demand."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from desktop.sandbox.model.notices import LANGUAGES, Language, text

Action = Literal[
    "status",
    "status_after",
    "drop_before",
    "drop_after",
    "delay",
    "delay_after",
    "close_mid_answer",
    "truncate",
    "empty",
    "wrong_type",
    "clock_jump",
    "repeat_hits",
    "miss_hit",
    "endless",
    "trickle",
    "redirect",
]


LONGEST_PATTERN, LONGEST_PATH = 200, 2_000
_PATTERN = re.compile(r"\^?[\w/.:%~-]*(?:\.\*[\w/.:%~-]*)?\$?")


def check_pattern(pattern: str) -> None:
    """Raise ValueError for a pattern with more than plain characters, `.`, one `.*`, `^` and `$`.

    Other regular expressions can need exponential time on some path, while the world is locked.
    """
    if len(pattern) > LONGEST_PATTERN or not _PATTERN.fullmatch(pattern):
        raise ValueError(
            f"path is no pattern of a path: at most {LONGEST_PATTERN} plain characters, `.`, one `.*`, `^` and `$`"
        )


def matches(pattern: str, path: str) -> bool:
    """Whether `pattern` is found in `path`; never in a path longer than `LONGEST_PATH`, which no provider has."""
    return len(path) <= LONGEST_PATH and re.search(pattern, path) is not None


@dataclass(slots=True)
class Fault:
    """A fault for requests that match. Raises ValueError for one that no provider could have.

    method: `*` matches all. path: searched in the request's path, see `check_pattern`.
    times: number of requests it applies to; None for all.
    chance: probability for a request that matches, drawn from the world's seeded dice; if it does not apply, the
        later faults of the list are tried.
    action, without processing the request:
        `status` answers `status` with an error list, or with an HTML page when `html` (status 200 with `html` is
        a hotel's login page). A 429 carries the rate limit's headers when `rate_headers`, and is the code of a
        busy resource otherwise.
        `drop_before` closes the connection without a response.
    before processing it:
        `delay` waits `seconds` of real time, and processes the request even if the caller has disconnected.
        `clock_jump` advances the sandbox's clock by `seconds`.
    after processing it:
        `status_after` answers `status` (5xx only: every other status says that nothing happened), or its page.
        `drop_after` closes without a response; `close_mid_answer` does so after the headers and half the body.
        `delay_after` delays the response by `seconds` of real time.
        `truncate` sends half of the JSON with a matching Content-Length; `empty` sends no body; `wrong_type` declares
        it as HTML. `endless` repeats the body until the caller hangs up; `trickle` sends it byte by byte, with
        `seconds` of real time between them; `redirect` answers 302 with an address on another host.
    while processing a search (no effect on other requests):
        `repeat_hits` returns the first hit of the page twice, and its last hit again on the next page.
        `miss_hit` omits the most recently changed hit, without a gap in the paging.
    """

    method: str
    path: str
    action: Action
    status: int = 500
    html: bool = False
    seconds: float = 0.0
    times: int | None = 1
    chance: float = 1.0
    rate_headers: bool = False

    def __post_init__(self) -> None:
        if self.action not in get_args(Action):
            raise ValueError(f"action must be one of {', '.join(get_args(Action))}")
        if self.action == "status_after" and self.status < 500:
            raise ValueError(f"{self.status} is never answered to a request that was processed")
        if not 0 <= self.chance <= 1:
            raise ValueError("chance must be between 0 and 1")
        if not 200 <= self.status <= 599:
            raise ValueError(f"{self.status} is no status of a final answer")
        if self.seconds < 0:
            raise ValueError("seconds cannot be negative")
        check_pattern(self.path)

    def fits(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and matches(self.path, path)


DeliveryAction = Literal["lose", "late", "double", "reorder", "ignore_answer"]
WebhookProvider = Literal["intercom", "meta", "twilio", "telegram"]


@dataclass(slots=True)
class DeliveryFault:
    """A fault of a webhook's delivery, for notifications that match, once for each subscription they are for.

    provider: `*` matches all. topic: searched in the topic, see `check_pattern`: Intercom's own, `messages`
        and `statuses` of Meta, `incoming` and `status` of Twilio, the kind of Telegram's update.
    times: number of notifications it applies to; None for all.
    chance: as of `Fault`.
    action: `lose` never sends it, and nobody is told; `late` sends it `seconds` of sandbox time later, while others
        overtake it; `double` sends it twice; `reorder` sends it after the next one of the same subscription;
        `ignore_answer` sends it and takes the first answer for none, so that it is sent again by the provider's rule.
    """

    provider: WebhookProvider | Literal["*"]
    action: DeliveryAction
    topic: str = "."
    seconds: float = 0.0
    times: int | None = 1
    chance: float = 1.0

    def __post_init__(self) -> None:
        if self.provider not in ("*", *get_args(WebhookProvider)):
            raise ValueError(f"provider must be * or one of {', '.join(get_args(WebhookProvider))}")
        if self.action not in get_args(DeliveryAction):
            raise ValueError(f"action must be one of {', '.join(get_args(DeliveryAction))}")
        if not 0 <= self.chance <= 1:
            raise ValueError("chance must be between 0 and 1")
        if self.seconds < 0:
            raise ValueError("seconds cannot be negative")
        check_pattern(self.topic)

    def fits(self, provider: WebhookProvider, topic: str) -> bool:
        return self.provider in ("*", provider) and matches(self.topic, topic)


Provider = Literal["graph", "dialog360", "twilio", "telegram", "octopods", "deepl", "libretranslate"]


@dataclass(slots=True)
class Provoked:
    """A provider's own error for its next matching requests, in the provider's format.

    path: searched in the request's path below the provider's base URL, see `check_pattern`.
    later: for sends only: the message is accepted and fails with `code` afterwards (not at Telegram).
    times: number of requests it applies to; None for all.
    text: replaces the provider's usual message. retry_after_s: of Telegram's 429.
    status: HTTP status, if the code alone does not determine it.
    """

    provider: Provider
    code: int
    path: str = "."
    later: bool = False
    times: int | None = 1
    text: str = ""
    retry_after_s: int = 5
    status: int | None = None

    def __post_init__(self) -> None:
        if self.provider not in get_args(Provider):
            raise ValueError(f"provider must be one of {', '.join(get_args(Provider))}")
        check_pattern(self.path)


def use_up(waiting: list[Any], entry: Fault | DeliveryFault | Provoked) -> None:
    """Count one use of `entry`, and remove it from the list after its last."""
    if entry.times is not None:
        entry.times -= 1
        if entry.times <= 0:
            waiting.remove(entry)


_WORDS = {
    "bridge_attributes": ("all", "channel", "none"),
    "note_part_type": ("note", "note_and_reopen", "comment"),
    "note_author": ("admin", "bot"),
    "notice_language": LANGUAGES,
    "bridge_trouble": ("", "account", "throttled", "failed"),
    "whatsapp_block": ("ignored", "131026", "131050"),
    "graph_window": ("later", "at_once", "known_issue"),
    "graph_history": ("works", "empty", "denied", "absent"),
    "octopods_shape": ("older", "newer"),
}
LISTS = ("fail_next", "fail_deliveries", "provoked")
"""Settings that `update` does not change: the control API has requests of their own for them."""
_DELAYS = {"bridge_delays_s", "note_delays_s"}


@dataclass(slots=True)
class Settings:
    # The bridge.
    bridge_delay_s: float = 0.0  # from a channel's receipt to the bridge's post in Intercom
    bridge_delay_max_s: float = 0.0  # larger than bridge_delay_s: drawn between the two for each message
    bridge_delays_s: list[float] = field(default_factory=list)  # of the next messages, used up one by one
    bridge_keeps_order: bool = True  # within one chat, also when delays differ
    bridge_backdates: bool = False  # later messages of a conversation bear the time of the channel's receipt
    relay_api_replies: bool = True  # False: ignores parts that another app made through the API
    relay_bot_replies: bool = True  # of bots, Fin and workflows
    relay_close_texts: bool = False  # the text of a close or an assignment
    bridge_trouble: Literal["", "account", "throttled", "failed"] = ""  # why none of its sends arrives; it notes that
    relay_delay_s: float = 0.0  # from a teammate's reply to the bridge's send
    new_conversation_after_s: float | None = None  # buffer since the close; None: always continue
    tags: bool = True  # tag new conversations with the channel
    tag_delay_s: float = 0.0  # from the conversation's creation to the tag
    bridge_attributes: Literal["all", "channel", "none"] = "all"  # octopods_* on the contact; `channel`: no addresses
    bridge_event_lines: bool = True  # post reactions, edits, deletions and new numbers as lines of the customer
    coexistence_echo: bool = False  # post what a teammate types in the phone's WhatsApp Business App
    note_delay_s: float = 2.0  # from a refused relay to the failure note
    note_delays_s: list[float] = field(default_factory=list)  # of the next notes, used up one by one
    note_pause_s: float = 0.0  # no second failure note in one conversation for so long
    report_window: bool = True  # which refusals the bridge notes
    report_blocked: bool = True
    report_stopped: bool = True
    report_nobody: bool = False
    report_templates: bool = False  # and whether it notes templates that were sent
    notice_language: Language = "en"  # all others than English ignore the three texts below
    note_text: str = text("window")
    blocked_note_text: str = text("blocked")
    stopped_note_text: str = text("stopped")
    note_part_type: Literal["note", "note_and_reopen", "comment"] = "note"
    note_author: Literal["admin", "bot"] = "admin"
    note_admin_id: str = ""  # "": the admin that the bridge acts as
    note_code: str = "bridge"  # `bridge`: its package code, `none`: null, else the code itself
    # Intercom.
    rate_limit_per_10s: int = 1667  # of each app: 10,000 a minute
    workspace_rate_limit_per_10s: int = 4167  # of all apps together: 25,000 a minute
    replies_per_conversation_per_10s: int = 10
    replies_per_10s: int = 100
    search_gt_inclusive: bool = False  # whether `>` also finds the equal value
    search_lag_s: float = 0.0  # until search sees a change
    contact_lag_s: float = 0.0  # until a new contact can be written to
    default_version: str = "2.12"  # what a request without Intercom-Version gets
    away_status_reason_mandatory: bool = False  # whether a teammate who is away must say why
    unknown_attributes_refused: bool = False  # custom attributes of contacts: refused with 400 instead of made
    timezone: str = "UTC"  # of the workspace: whole-day contact searches
    omit: list[str] = field(default_factory=list)  # fields that answers lack; see `intercom.responses.omitted_fields`
    contact_author_type: str = ""  # the author type of all customers, e.g. `contact` or `visitor`; "": the role
    page_urls: bool = True  # web Messenger conversations carry the address of their page
    sightings: bool = True  # the Messenger writes device and time of the visit on the contact
    native_moves_with_customer: bool = True  # a Messenger answer in a native conversation moves it there
    # The networks.
    whatsapp_business_app: bool = False  # the numbers are in the WhatsApp Business app, too (Meta, "Coexistence")
    reaction_opens_window: bool = False  # whether WhatsApp counts a reaction as a message
    whatsapp_block: Literal["ignored", "131026", "131050"] = "ignored"  # what the sender is told of a block
    human_agent_permission: bool = False  # Facebook and Instagram take replies for 7 days
    accepts_priority: bool = True  # Intercom takes `priority` in the Preview of its API
    # Delivery of messages to phones; each delay counts from the state before.
    sent_after_s: float = 1.0
    delivered_after_s: float = 1.0
    read_after_s: float = 20.0
    read_receipts: bool = True  # whether customers let WhatsApp tell that they have read
    failed_after_s: float = 2.0  # from acceptance to a failure that is reported late
    # Providers; see their packages.
    page_limit: int = 5  # no list of templates is longer than this
    message_page_limit: int = 20  # no list of messages is longer than this
    graph_window: Literal["later", "at_once", "known_issue"] = "later"
    graph_history: Literal["works", "empty", "denied", "absent"] = "works"
    graph_token_expired: bool = False
    pair_limit: int = 45  # WhatsApp messages to one user before 131056; one more every 6 seconds
    dialog360_snake_case: bool = False  # the proxy's errors in their other documented spelling
    octopods_shape: Literal["older", "newer"] = "newer"  # of status and sent list
    octopods_key_revoked: bool = False
    octopods_calls_per_10s: int = 100
    telegram_webhook: str = "https://bridge.example.com/telegram"  # the connector that owns the bot; "": nobody
    telegram_burst: int = 20  # messages to one chat before 429; one more every second
    deepl_character_limit: int = 500_000  # of the period, after which 456
    libretranslate_key: str = ""  # that the server asks for; "": none
    libretranslate_character_limit: int = 5_000  # of one request
    # Webhooks.
    webhook_connections: int = 1  # requests to one subscriber at a time, above which order is not kept; Telegram: 1
    webhook_timeout_s: float = 5.0  # of real time, until a subscriber has answered
    # Provider errors on demand; the first match applies.
    provoked: list[Provoked] = field(default_factory=list)
    # Faults; the first match whose chance comes up applies.
    fail_next: list[Fault] = field(default_factory=list)
    fail_deliveries: list[DeliveryFault] = field(default_factory=list)

    def take_provoked(self, provider: Provider, path: str, *, later: bool) -> Provoked | None:
        """Use up and return the first matching provoked error, if any."""
        for error in self.provoked:
            if error.provider == provider and error.later == later and matches(error.path, path):
                use_up(self.provoked, error)
                return error
        return None

    def take_later_failure(self, provider: Provider, path: str) -> tuple[Literal["provoked"], int] | None:
        """Use up and return reason and code with which the message being accepted fails later, if provoked."""
        error = self.take_provoked(provider, path, later=True)
        return None if error is None else ("provoked", error.code)

    def update(self, changes: dict[str, Any]) -> None:
        """Set several by name. Raises ValueError for the first invalid one; nothing is changed then."""
        for name, value in changes.items():
            if not self._fits(name, value):
                raise ValueError(f"setting {name!r} cannot be {value!r}")
        for name, value in changes.items():
            setattr(self, name, value)

    def _fits(self, name: str, value: Any) -> bool:
        if name not in {f.name for f in dataclasses.fields(self)}.difference(LISTS):
            raise ValueError(f"unknown setting {name!r}")
        if name in _WORDS:
            return value in _WORDS[name]
        if name in _DELAYS:
            return isinstance(value, list) and all(type(v) in (int, float) and v >= 0 for v in value)
        if name == "omit":
            return isinstance(value, list) and all(isinstance(v, str) for v in value)
        if name == "new_conversation_after_s" and value is None:
            return True
        old = getattr(self, name)
        if isinstance(old, bool | str):
            return isinstance(value, type(old))
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
