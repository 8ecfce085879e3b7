"""Listing: which templates of an account are on offer, in which order, and why the others are not. No widgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QLocale

from desktop.domain.content.template import Category, Status, Template
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.identity.customer import phone_key
from desktop.engine.views import TemplatesView
from desktop.ui.templates.preview.whatsapp_markup import shown
from desktop.ui.wording import words

CATEGORY_WORDS = {
    Category.MARKETING: "Marketing",
    Category.UTILITY: "Utility",
    Category.AUTHENTICATION: "Log-in codes",
    Category.UNKNOWN: "Other",
}
_STATUS_WORDS = {
    Status.PENDING: "in review",
    Status.REJECTED: "rejected",
    Status.PAUSED: "paused",
    Status.DISABLED: "disabled",
    Status.DELETED: "deleted",
    Status.OTHER: "in a state we do not know",
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """A template that is not on offer. kind: what it is counted as (`paused`); why: the whole reason."""

    template: Template
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be sent on one route, recently used first, and what cannot."""

    offered: tuple[Template, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    used: Mapping[str, datetime] | None = None

    def used_at(self, template: Template) -> datetime | None:
        return (self.used or {}).get(template.id)

    @property
    def categories(self) -> tuple[Category, ...]:
        held = {t.category for t in self.offered}
        return tuple(c for c in CATEGORY_WORDS if c in held)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({t.language for t in self.offered}, key=lambda code: language(code).casefold()))

    def found(self, query: str, category: Category | None = None, code: str | None = None) -> tuple[Template, ...]:
        """Those that hold every word of `query` in name, text, headline, footer or buttons. None: any."""
        wanted = _plain(query).split()
        return tuple(
            t
            for t in self.offered
            if category in (None, t.category)
            and code in (None, t.language)
            and all(word in _sought(t) for word in wanted)
        )


def listing(view: TemplatesView, route: Route) -> Listing:
    hidden = tuple(h for t in view.templates if (h := _hidden(t, route)) is not None)
    absent = {id(h.template) for h in hidden}
    offered = [t for t in view.templates if id(t) not in absent]
    used = view.used

    def place(template: Template) -> tuple[float, str, str]:
        at = used.get(template.id)
        return (-at.timestamp() if at is not None else 0.0, template.name.casefold(), template.language)

    return Listing(tuple(sorted(offered, key=place)), hidden, used)


def _hidden(template: Template, route: Route) -> Hidden | None:
    ours = phone_key(route.our_address or "")
    if template.sender and ours and phone_key(template.sender) not in ("", None, ours):
        return Hidden(template, "for another number", f"It belongs to \u2066{template.sender}\u2069.")
    if template.status is not Status.APPROVED:
        why = template.not_sendable_reason
        if template.status is Status.REJECTED and template.rejected_because:
            why = f"{why} WhatsApp's reason: {template.rejected_because.replace('_', ' ').lower()}."
        return Hidden(template, _STATUS_WORDS[template.status], why)
    if template.not_sendable_reason:
        return Hidden(template, "not sendable from here", template.not_sendable_reason)
    return None


def _sought(template: Template) -> str:
    header = template.header.text if template.header is not None else ""
    parts = (template.name, template.body, header, template.footer, *(b.text for b in template.buttons))
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    return text.replace("_", " ").casefold()


# --- words -------------------------------------------------------------------------------------------------------


def hidden_words(hidden: Iterable[Hidden]) -> str:
    """`3 are not shown: 2 rejected, 1 paused`; "" when all are."""
    kinds = Counter(h.kind for h in hidden)
    if not kinds:
        return ""
    total = sum(kinds.values())
    told = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    return f"{total} {'is' if total == 1 else 'are'} not shown: {told}"


def hidden_reasons(hidden: Iterable[Hidden]) -> str:
    """A line for each, by name."""
    ordered = sorted(hidden, key=lambda h: (h.template.name.casefold(), h.template.language))
    return "\n".join(f"{h.template.name} ({language(h.template.language)}): {h.why}" for h in ordered)


def language(code: str) -> str:
    """`English (United States)` for `en_US`, `English` for `en`; the code itself where nobody knows it."""
    if not code:
        return "language not told"
    locale = QLocale(code)
    if locale.language() == QLocale.Language.C:
        return code
    name = QLocale.languageToString(locale.language())
    return f"{name} ({QLocale.territoryToString(locale.territory())})" if "_" in code or "-" in code else name


def about(template: Template, used_at: datetime | None, now: datetime) -> str:
    """`English · Utility · used 3 h ago`."""
    parts = [language(template.language)]
    if template.category is not Category.UNKNOWN:
        parts.append(CATEGORY_WORDS[template.category])
    if used_at is not None:
        parts.append(f"used {words.ago(used_at, now)}")
    return " · ".join(parts)


def opening(template: Template) -> str:
    """How the body begins, on one line: the first line alone is often only a greeting."""
    return " ".join(shown(template.body).split())


def freshness(view: TemplatesView, now: datetime) -> str:
    """`List from 14:05, 6 min ago.`, and how much older the provider's own may be."""
    if view.refreshing:
        return f"Asking {view.key.provider.display_name} for its templates…"
    if view.known_at is None:
        return "The list has not been read yet."
    at = view.known_at.astimezone()
    day = "" if at.date() == now.astimezone().date() else f"{at.day} {at:%B}, "
    lag = max((t.lag for t in view.templates), default=timedelta(0))
    provider = view.key.provider.display_name
    whose = f"{provider}'" if provider.endswith("s") else f"{provider}'s"
    older = f" {whose} own list may be {words.span(lag)} older." if lag > timedelta(0) else ""
    return f"List from {day}{at:%H:%M}, {words.ago(view.known_at, now)}.{older}"


def account_words(direct_route: DirectRoute, *, with_address: bool) -> str:
    """The account as people know it: `Harbour Parcels · +353 1 234 · Twilio`. with_address: where it goes, too; that is
    always told of another contact's address."""
    ours = direct_route.route.our_address
    parts = [
        direct_route.name if direct_route.name != ours else "",
        f"\u2066{ours}\u2069" if ours else "",
        direct_route.route.key.provider.display_name,
    ]
    told = " · ".join(dict.fromkeys(part for part in parts if part))
    owner = f"{direct_route.owner}, " if direct_route.owner else ""
    return f"{told} → {owner}\u2066{direct_route.route.to}\u2069" if with_address or owner else told


def nothing_offered(view: TemplatesView, held: Listing) -> str:
    """Why the list is empty before anything was searched for; "" if it is not."""
    provider = view.key.provider.display_name
    if held.offered:
        return ""
    if view.known_at is None:
        if view.refreshing:
            return f"Asking {provider} for its templates…"
        return view.error or f"{provider} has not been asked for its templates yet. Press Refresh."
    if not view.templates:
        return f"{provider} lists no templates for this account. They are made and approved there."
    return "None of this account's templates can be sent at the moment."
