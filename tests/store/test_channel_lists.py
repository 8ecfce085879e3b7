"""What channels list comes back as it was: templates as a whole, rows by the customer's number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.template import Button, ButtonKind, Category, Header, HeaderKind, Status, Template
from desktop.domain.delivery import Delivery
from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.model.reason import NO_REASON
from desktop.store import customers
from desktop.store.evidence import provider_messages
from desktop.store.outgoing import templates

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550101")
OTHER = replace(KEY, sender="+35315550199")
JENNIFER = Contact("c1", name="Jennifer", phone="+353 87 123 4567")

texts = st.text(max_size=12)
listed_templates = st.builds(
    Template,
    id=texts,
    name=texts,
    language=texts,
    body=texts,
    status=st.sampled_from(Status),
    category=st.sampled_from(Category),
    header=st.none() | st.builds(Header, st.sampled_from(HeaderKind), texts, texts),
    footer=texts,
    buttons=st.lists(st.builds(Button, st.sampled_from(ButtonKind), texts, texts), max_size=2).map(tuple),
    shared_blanks=st.booleans(),
    unseen_blanks=st.lists(texts, max_size=2).map(tuple),
    examples=st.dictionaries(texts, texts, max_size=2),
    known_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    lag=st.timedeltas(timedelta(0), timedelta(days=2)),
)


@examples(50)
@given(st.lists(listed_templates, max_size=3))
def test_a_list_of_templates_comes_back_as_it_was(db, listed):
    templates.save(db, KEY, listed, NOW)
    assert templates.load(db, KEY) == (tuple(listed), NOW)


def test_half_a_surrogate_in_a_template_is_no_reason_to_lose_the_list(db):
    listed = [Template("1", "odd \ud83d", "en", "Hi", Status.APPROVED)]
    templates.save(db, KEY, listed, NOW)
    assert templates.load(db, KEY)[0] == tuple(listed)


def test_the_newest_list_of_an_account_is_the_only_one(db):
    assert templates.load(db, KEY) == ((), None)
    templates.save(db, KEY, [Template("1", "a", "en", "Hi", Status.APPROVED)], NOW - timedelta(hours=1))
    templates.save(db, KEY, [], NOW)
    templates.save(db, OTHER, [Template("2", "b", "en", "Hi", Status.PENDING)], NOW)
    assert templates.load(db, KEY) == ((), NOW)


def row(number: int = 1, **more: object) -> ProviderMessage:
    settled = {
        "key": KEY,
        "remote_id": f"SM{number}",
        "from_customer": False,
        "business_address": KEY.sender,
        "customer_address": "+353871234567",
        "sent_at": NOW + timedelta(seconds=number),
        "text_digest": text_digest("It left our hub."),
        "made_by_api": True,
        "delivery": Delivery.SENT,
        "delivery_at": NOW + timedelta(seconds=number + 1),
        "reason": NO_REASON,
    }
    return ProviderMessage(**(settled | more))  # type: ignore[arg-type]


def customer_message(number: int) -> ProviderMessage:
    return row(number, from_customer=True, made_by_api=False, delivery=None, delivery_at=None)


def test_rows_are_found_by_the_number_whatever_way_it_is_written(db):
    customers.save(db, JENNIFER)
    stranger = row(3, customer_address="+4915112345678")
    assert provider_messages.save(db, [row(2), customer_message(1), stranger]) == {"c1"}
    assert provider_messages.of_people(db, [JENNIFER]) == (customer_message(1), row(2))
    assert provider_messages.of_people(db, [Contact("c3"), Contact("c4", phone="0871234567")]) == ()


def test_another_form_of_the_number_is_the_customers(db):
    juana = Contact("c3", name="Juana", phone="+525512345678")
    customers.save(db, juana)
    listed = row(5, customer_address="+5215512345678")
    assert provider_messages.save(db, [listed]) == {"c3"}
    assert provider_messages.of_people(db, [juana]) == (listed,)


def test_nothing_is_kept_of_people_who_are_no_customers_of_ours(db):
    tom = Contact("c2", name="Tom", phone="+4915112345678")
    listed = [row(3, customer_address=tom.phone), row(4, customer_address="US.1349120865530274")]
    assert provider_messages.save(db, listed) == frozenset()
    assert db.execute("SELECT count(*) FROM provider_messages").fetchone() == (0,)
    customers.save(db, tom)
    assert provider_messages.save(db, listed) == {"c2"}
    assert provider_messages.of_people(db, [JENNIFER, tom]) == (listed[0],)


def test_only_what_is_new_is_news(db):
    customers.save(db, JENNIFER)
    assert provider_messages.save(db, [row()]) == {"c1"}
    assert provider_messages.save(db, [row()]) == frozenset()
    read = row(delivery=Delivery.READ, delivery_at=NOW + timedelta(minutes=3))
    assert provider_messages.save(db, [read]) == {"c1"}
    # An answer that was made earlier and came later.
    assert provider_messages.save(db, [row(), row(delivery=None)]) == frozenset()
    assert provider_messages.of_people(db, [JENNIFER]) == (read,)


def test_the_same_name_at_two_accounts_is_two_messages(db):
    customers.save(db, JENNIFER)
    provider_messages.save(db, [row(), row(key=OTHER, business_address=OTHER.sender)])
    assert len(provider_messages.of_people(db, [JENNIFER])) == 2


def test_what_is_old_is_forgotten(db):
    customers.save(db, JENNIFER)
    provider_messages.save(db, [row(1), row(2)])
    provider_messages.prune(db, NOW + timedelta(seconds=2))
    assert provider_messages.of_people(db, [JENNIFER]) == (row(2),)


def test_each_account_has_its_own_last_complete_sweep(db):
    assert provider_messages.complete_at(db, KEY) is None
    provider_messages.mark_complete(db, KEY, NOW - timedelta(minutes=1))
    provider_messages.mark_complete(db, KEY, NOW)
    assert (provider_messages.complete_at(db, KEY), provider_messages.complete_at(db, OTHER)) == (NOW, None)


def test_rows_are_looked_up_by_an_index(db):
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT remote_id FROM provider_messages WHERE customer_key <> '' "
        "AND customer_key IN (SELECT value FROM json_each('[]'))"
    ).fetchall()
    assert any("provider_messages_by_customer" in str(step) for step in plan), plan
