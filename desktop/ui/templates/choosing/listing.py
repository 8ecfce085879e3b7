"""Which templates of an account can be sent, in which order, and why others cannot. No widgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from PySide6.QtCore import QLocale

from desktop.domain.content.template import Category, Status, Template
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.identity.customer import phone_key
from desktop.domain.model.frozen import frozen
from desktop.engine.views import TemplatesView
from desktop.text.catalog import Plural
from desktop.text.formats import ago, capitalized, listed, span
from desktop.text.reasons.describe import describe
from desktop.text.screens import templates as texts
from desktop.text.thread import languages
from desktop.ui.composer.writing.whatsapp_markup import strip_markup
from desktop.ui.look.locale_formats import territory_name


@frozen
class HiddenTemplate:
    """A template that cannot be sent. kind: counts its group, such as `2 paused`."""

    template: Template
    kind: Plural
    reason: str


@frozen
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
        return tuple(c for c in texts.CATEGORIES if c in present)

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
        return HiddenTemplate(template, texts.HIDDEN_OTHER_NUMBER, texts.OTHER_NUMBER(number=template.sender))
    if template.status is not Status.APPROVED:
        reason = describe(template.not_sendable_reason)
        if template.status is Status.REJECTED and template.rejected_because:
            because = template.rejected_because.replace("_", " ").lower()
            reason = " ".join((reason, texts.REJECTED_BECAUSE(reason=because)))
        return HiddenTemplate(template, texts.HIDDEN_BY_STATUS[template.status], reason)
    if template.not_sendable_reason:
        return HiddenTemplate(template, texts.HIDDEN_NOT_SUPPORTED, describe(template.not_sendable_reason))
    return None


def _searchable_text(template: Template) -> str:
    header = template.header.text if template.header is not None else ""
    parts = (template.name, template.body, header, template.footer, *(b.text for b in template.buttons))
    return _normalize(" ".join(parts))


def _normalize(text: str) -> str:
    return text.replace("_", " ").casefold()


def hidden_summary(hidden: Iterable[HiddenTemplate]) -> str:
    """Return for example `3 templates aren't listed: 2 rejected, 1 paused`; "" if none is hidden."""
    kinds = Counter(h.kind for h in hidden)
    if not kinds:
        return ""
    reasons = listed(kind(number) for kind, number in kinds.most_common())
    return texts.HIDDEN(sum(kinds.values()), reasons=reasons)


def hidden_reasons(hidden: Iterable[HiddenTemplate]) -> str:
    """Return a line with the reason for each hidden template, by name."""
    ordered = sorted(hidden, key=lambda h: (h.template.name.casefold(), h.template.language))
    return "\n".join(map(_hidden_reason, ordered))


def _hidden_reason(hidden: HiddenTemplate) -> str:
    name, code = hidden.template.name, hidden.template.language
    if not code:
        return texts.HIDDEN_REASON(name=name, reason=hidden.reason)
    return texts.HIDDEN_REASON_IN_LANGUAGE(name=name, language=language_name(code), reason=hidden.reason)


def language_name(code: str) -> str:
    """Return `English (United States)` for `en_US` and `English` for `en`; an unknown code as it is."""
    if not code:
        return texts.UNKNOWN_LANGUAGE()
    locale = QLocale(code)
    if locale.language() == QLocale.Language.C:
        return code
    base = code.replace("_", "-").split("-")[0]
    known = languages.language_name(base)
    name = capitalized(known if known != base else QLocale.languageToString(locale.language()))
    if base == code:
        return name
    region = territory_name(QLocale.territoryToCode(locale.territory()))
    return texts.LANGUAGE_AND_REGION(language=name, region=region)


def template_details(template: Template, used_at: datetime | None, now: datetime) -> str:
    """Return for example `English · Utility · Used 3 h ago`; "" where nothing is known."""
    parts = [language_name(template.language)] if template.language else []
    if template.category is not Category.UNKNOWN:
        parts.append(texts.CATEGORIES[template.category]())
    if used_at is not None:
        parts.append(texts.USED(ago=ago(used_at, now)))
    return " · ".join(parts)


def body_preview(template: Template) -> str:
    """Return the body on one line: its first line alone is often only a greeting."""
    return " ".join(strip_markup(template.body).split())


def freshness(view: TemplatesView, now: datetime) -> str:
    """Return for example `Updated 6 min ago.`, and how much older the provider's own list may be."""
    provider = view.key.provider.display_name
    if view.refreshing:
        return texts.LOADING(provider=provider)
    if view.known_at is None:
        return texts.NOT_LOADED()
    updated = texts.UPDATED(ago=ago(view.known_at, now))
    lag = max((t.lag for t in view.templates), default=timedelta(0))
    if not lag:
        return updated
    return " ".join((updated, texts.PROVIDER_OLDER(provider=provider, span=span(lag, after_preposition=True))))


def account_label(direct_route: DirectRoute, *, with_address: bool) -> str:
    """Return for example `Harbour Parcels · +353 1 234 · Twilio`.

    with_address: add the recipient's address, which is always added for another contact's.
    """
    ours = direct_route.route.our_address
    parts = [
        direct_route.name if direct_route.name != ours else "",
        ours or "",
        direct_route.route.key.provider.display_name,
    ]
    account = " · ".join(dict.fromkeys(part for part in parts if part))
    number = direct_route.route.to
    if direct_route.owner:
        return texts.ACCOUNT_TO_OWNER(account=account, owner=direct_route.owner, number=number)
    return texts.ACCOUNT_TO_NUMBER(account=account, number=number) if with_address else account


def empty_reason(view: TemplatesView, listing: Listing) -> str:
    """Return why no template can be sent; "" if there are some."""
    provider = view.key.provider.display_name
    if listing.offered:
        return ""
    if view.known_at is None:
        if view.refreshing:
            return texts.LOADING(provider=provider)
        return describe(view.error) or texts.NOT_LOADED_REFRESH(provider=provider)
    return texts.NONE_SENDABLE() if view.templates else texts.NO_TEMPLATES(provider=provider)
