"""Which templates of an account can be sent, in which order, and why others cannot. No widgets."""

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
from desktop.text.reasons.describe import describe
from desktop.ui.templates.preview.whatsapp_markup import strip_markup
from desktop.ui.wording import words

CATEGORY_WORDS = {
    Category.MARKETING: "Marketing",
    Category.UTILITY: "Utility",
    Category.AUTHENTICATION: "Log-in codes",
    Category.UNKNOWN: "Other",
}
_STATUS_NAMES = {
    Status.PENDING: "in review",
    Status.REJECTED: "rejected",
    Status.PAUSED: "paused",
    Status.DISABLED: "disabled",
    Status.DELETED: "deleted",
    Status.OTHER: "in a state we do not know",
}


@dataclass(frozen=True, slots=True)
class HiddenTemplate:
    """A template that cannot be sent. kind: the group it is counted in, such as `paused`."""

    template: Template
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The templates that can be sent on one route, recently used first, and those that cannot."""

    offered: tuple[Template, ...] = ()
    hidden: tuple[HiddenTemplate, ...] = ()
    used: Mapping[str, datetime] | None = None

    def used_at(self, template: Template) -> datetime | None:
        return (self.used or {}).get(template.id)

    @property
    def categories(self) -> tuple[Category, ...]:
        present = {t.category for t in self.offered}
        return tuple(c for c in CATEGORY_WORDS if c in present)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({t.language for t in self.offered}, key=lambda code: language_name(code).casefold()))

    def matching(self, query: str, category: Category | None = None, code: str | None = None) -> tuple[Template, ...]:
        """Return the templates with every word of `query` in name, text, headline, footer or buttons. None: any."""
        query_words = _normalize(query).split()
        return tuple(
            t
            for t in self.offered
            if category in (None, t.category)
            and code in (None, t.language)
            and all(word in _searchable_text(t) for word in query_words)
        )


def make_listing(view: TemplatesView, route: Route) -> Listing:
    hidden = tuple(h for t in view.templates if (h := _hidden(t, route)) is not None)
    hidden_ids = {id(h.template) for h in hidden}
    offered = [t for t in view.templates if id(t) not in hidden_ids]
    used = view.used

    def sort_key(template: Template) -> tuple[float, str, str]:
        at = used.get(template.id)
        return (-at.timestamp() if at is not None else 0.0, template.name.casefold(), template.language)

    return Listing(tuple(sorted(offered, key=sort_key)), hidden, used)


def _hidden(template: Template, route: Route) -> HiddenTemplate | None:
    ours = phone_key(route.our_address or "")
    if template.sender and ours and phone_key(template.sender) not in ("", None, ours):
        return HiddenTemplate(template, "for another number", f"It belongs to \u2066{template.sender}\u2069.")
    if template.status is not Status.APPROVED:
        reason = describe(template.not_sendable_reason)
        if template.status is Status.REJECTED and template.rejected_because:
            reason = f"{reason} WhatsApp's reason: {template.rejected_because.replace('_', ' ').lower()}."
        return HiddenTemplate(template, _STATUS_NAMES[template.status], reason)
    if template.not_sendable_reason:
        return HiddenTemplate(template, "not sendable from here", describe(template.not_sendable_reason))
    return None


def _searchable_text(template: Template) -> str:
    header = template.header.text if template.header is not None else ""
    parts = (template.name, template.body, header, template.footer, *(b.text for b in template.buttons))
    return _normalize(" ".join(parts))


def _normalize(text: str) -> str:
    return text.replace("_", " ").casefold()


def hidden_summary(hidden: Iterable[HiddenTemplate]) -> str:
    """Return for example `3 are not shown: 2 rejected, 1 paused`; "" if none is hidden."""
    kinds = Counter(h.kind for h in hidden)
    if not kinds:
        return ""
    total = sum(kinds.values())
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    return f"{total} {'is' if total == 1 else 'are'} not shown: {counts}"


def hidden_reasons(hidden: Iterable[HiddenTemplate]) -> str:
    """Return a line with the reason for each hidden template, by name."""
    ordered = sorted(hidden, key=lambda h: (h.template.name.casefold(), h.template.language))
    return "\n".join(f"{h.template.name} ({language_name(h.template.language)}): {h.reason}" for h in ordered)


def language_name(code: str) -> str:
    """Return `English (United States)` for `en_US` and `English` for `en`; an unknown code as it is."""
    if not code:
        return "language not told"
    locale = QLocale(code)
    if locale.language() == QLocale.Language.C:
        return code
    name = QLocale.languageToString(locale.language())
    return f"{name} ({QLocale.territoryToString(locale.territory())})" if "_" in code or "-" in code else name


def template_details(template: Template, used_at: datetime | None, now: datetime) -> str:
    """Return for example `English · Utility · used 3 h ago`."""
    parts = [language_name(template.language)]
    if template.category is not Category.UNKNOWN:
        parts.append(CATEGORY_WORDS[template.category])
    if used_at is not None:
        parts.append(f"used {words.ago(used_at, now)}")
    return " · ".join(parts)


def body_preview(template: Template) -> str:
    """Return the body on one line: its first line alone is often only a greeting."""
    return " ".join(strip_markup(template.body).split())


def freshness(view: TemplatesView, now: datetime) -> str:
    """Return for example `List from 14:05, 6 min ago.`, and how much older the provider's own list may be."""
    if view.refreshing:
        return f"Asking {view.key.provider.display_name} for its templates…"
    if view.known_at is None:
        return "The list has not been read yet."
    at = view.known_at.astimezone()
    day = "" if at.date() == now.astimezone().date() else f"{at.day} {at:%B}, "
    lag = max((t.lag for t in view.templates), default=timedelta(0))
    provider = view.key.provider.display_name
    owner = f"{provider}'" if provider.endswith("s") else f"{provider}'s"
    older = f" {owner} own list may be {words.span(lag)} older." if lag > timedelta(0) else ""
    return f"List from {day}{at:%H:%M}, {words.ago(view.known_at, now)}.{older}"


def account_label(direct_route: DirectRoute, *, with_address: bool) -> str:
    """Return for example `Harbour Parcels · +353 1 234 · Twilio`.

    with_address: add the recipient's address, which is always added for another contact's.
    """
    ours = direct_route.route.our_address
    parts = [
        direct_route.name if direct_route.name != ours else "",
        f"\u2066{ours}\u2069" if ours else "",
        direct_route.route.key.provider.display_name,
    ]
    account = " · ".join(dict.fromkeys(part for part in parts if part))
    owner = f"{direct_route.owner}, " if direct_route.owner else ""
    return f"{account} → {owner}\u2066{direct_route.route.to}\u2069" if with_address or owner else account


def empty_reason(view: TemplatesView, listing: Listing) -> str:
    """Return why no template can be sent; "" if there are some."""
    provider = view.key.provider.display_name
    if listing.offered:
        return ""
    if view.known_at is None:
        if view.refreshing:
            return f"Asking {provider} for its templates…"
        return describe(view.error) or f"{provider} has not been asked for its templates yet. Press Refresh."
    if not view.templates:
        return f"{provider} lists no templates for this account. They are made and approved there."
    return "None of this account's templates can be sent at the moment."
