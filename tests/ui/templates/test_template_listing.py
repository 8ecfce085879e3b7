"""What a list of templates offers, in which order, what it leaves out, and the sentences about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from desktop.domain.content.template import (
    Button,
    ButtonKind,
    Category,
    Header,
    HeaderKind,
    Status,
    Template,
    Unsendable,
)
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import make_reason
from desktop.engine.views import TemplatesView
from desktop.ports import ProviderErrorKind
from desktop.text.screens import templates as texts
from desktop.ui.templates.choosing import listing

KEY = ChannelKey(Provider.OCTOPODS, ChannelKind.WHATSAPP, "1066")
ROUTE = Route(KEY, "+353871234567", "+35312345678")


def template(name: str, **facts: object) -> Template:
    known: dict[str, object] = {"language": "en", "body": f"{name} for you", "status": Status.APPROVED}
    return Template(f"id-{name}-{facts.get('language', 'en')}", name, **(known | facts))  # type: ignore[arg-type]


def listing_of(*templates: Template, used: dict[str, datetime] | None = None) -> listing.Listing:
    return listing.make_listing(TemplatesView(KEY, templates, used=used or {}), ROUTE)


def names(found: tuple[Template, ...]) -> list[str]:
    return [t.name for t in found]


def test_recently_used_come_first_and_then_the_names(now: datetime) -> None:
    used = {"id-zoo-en": now - timedelta(days=3), "id-moss-en": now - timedelta(hours=1)}
    offered = listing_of(template("pear"), template("zoo"), template("Apple"), template("moss"), used=used).offered
    assert names(offered) == ["moss", "zoo", "Apple", "pear"]


def test_what_cannot_be_sent_is_left_out_counted_and_explained() -> None:
    found = listing_of(
        template("fine"),
        template("sale", status=Status.REJECTED, rejected_because="TAG_CONTENT_MISMATCH"),
        template("ads", status=Status.REJECTED),
        template("rest", status=Status.PAUSED),
        template("map", unsendable=make_reason(Unsendable.HEADER, kind="location")),
        template("odd", status=Status.OTHER),
    )
    assert names(found.offered) == ["fine"]
    assert listing.hidden_summary(found.hidden) == (
        "5 templates aren't listed: 2 rejected, 1 paused, 1 not supported, 1 with unknown status"
    )
    reasons = listing.hidden_reasons(found.hidden)
    assert "map (English): Templates with this kind of header can't be sent from Reachline: location." in reasons
    assert "tag content mismatch" in reasons
    assert listing.hidden_summary(found.hidden[:1]) == "1 template isn't listed: 1 rejected"
    assert listing.hidden_summary(()) == ""


@pytest.mark.parametrize(("sender", "offered"), [("+353 1 234 5678", 1), ("+35319998888", 0), ("", 1), ("1066", 1)])
def test_templates_of_our_other_numbers_are_left_out(sender: str, offered: int) -> None:
    found = listing_of(template("fine", sender=sender))
    assert len(found.offered) == offered
    assert [h.kind for h in found.hidden] == [texts.HIDDEN_OTHER_NUMBER] * (1 - offered)


def test_every_word_is_searched_in_everything_the_customer_would_read() -> None:
    found = listing_of(
        template("order_update", body="Hi {{1}}, it has *shipped*", footer="Harbour Parcels"),
        template("headed", header=Header(HeaderKind.TEXT, "Your order")),
        template("asked", buttons=(Button(ButtonKind.QUICK_REPLY, "Track it"),)),
    )
    assert names(found.matching("order")) == ["headed", "order_update"]
    assert names(found.matching("ORDER update")) == ["order_update"]
    assert names(found.matching("harbour shipped")) == ["order_update"]
    assert names(found.matching("track")) == ["asked"]
    assert found.matching("order nowhere") == ()


def test_categories_and_languages_narrow_it_down() -> None:
    found = listing_of(
        template("a", category=Category.MARKETING),
        template("b", category=Category.UTILITY, language="pt_BR"),
        template("c", category=Category.UTILITY),
    )
    assert found.categories == (Category.MARKETING, Category.UTILITY)
    assert [listing.language_name(code) for code in found.languages] == ["English", "Portuguese (Brazil)"]
    assert names(found.matching("", Category.UTILITY)) == ["b", "c"]
    assert names(found.matching("", Category.UTILITY, "en")) == ["c"]


@pytest.mark.parametrize(
    ("code", "told"), [("en_US", "English (United States)"), ("", "Unknown language"), ("xx_none", "xx_none")]
)
def test_languages_are_told_in_words(code: str, told: str) -> None:
    assert listing.language_name(code) == told


def test_a_language_that_nobody_names_is_not_told(now: datetime) -> None:
    unnamed = template("a", language="", category=Category.UTILITY)
    assert listing.template_details(unnamed, None, now) == "Utility"
    [hidden] = listing_of(replace(unnamed, status=Status.PAUSED)).hidden
    assert listing.hidden_reasons([hidden]).startswith("a: ")


def test_how_new_the_list_is(now: datetime) -> None:
    at = now.replace(hour=14, minute=5)
    view = TemplatesView(KEY, (template("a"),), known_at=at)
    assert listing.freshness(view, at + timedelta(minutes=6)) == "Updated 6 min ago."
    assert listing.freshness(view, at + timedelta(days=1)) == "Updated 24 h ago."
    slow = structs.replace(view, templates=(template("a", lag=timedelta(hours=3)),))
    assert listing.freshness(slow, at).endswith("Changes in your Octopods account may take up to 3 h to show here.")
    assert listing.freshness(TemplatesView(KEY), now) == "Templates aren't loaded yet."
    assert listing.freshness(structs.replace(view, refreshing=True), now) == "Loading templates from Octopods…"


def test_an_account_is_told_as_people_know_it() -> None:
    direct_route = DirectRoute(ROUTE, Capabilities(has_templates=True), "Harbour Parcels")
    assert listing.account_label(direct_route, with_address=False) == "Harbour Parcels · +35312345678 · Octopods"
    assert listing.account_label(direct_route, with_address=True).endswith("→ +353871234567")
    nameless = replace(direct_route, name="+35312345678")
    assert listing.account_label(nameless, with_address=False) == "+35312345678 · Octopods"


def test_why_nothing_is_listed(now: datetime) -> None:
    def said(view: TemplatesView) -> str:
        return listing.empty_reason(view, listing.make_listing(view, ROUTE))

    assert "aren't loaded yet. Select Refresh." in said(TemplatesView(KEY))
    assert said(TemplatesView(KEY, refreshing=True)) == "Loading templates from Octopods…"
    assert said(TemplatesView(KEY, error=make_reason(ProviderErrorKind.SIGNED_OUT, provider="Octopods"))) == (
        "Octopods doesn't accept this key or token. Enter a new one in Settings > Accounts."
    )
    assert "This channel account has no templates." in said(TemplatesView(KEY, known_at=now))
    assert "None of this channel account's templates" in said(
        TemplatesView(KEY, (template("a", status=Status.PAUSED),), known_at=now)
    )
    assert said(TemplatesView(KEY, (template("a"),), known_at=now)) == ""
