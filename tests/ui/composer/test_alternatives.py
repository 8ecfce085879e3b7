"""Ways out: another way is offered only where it surely does better than what was warned of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from direct_routes import octopods_route, sms_route, telegram_route, whatsapp_route, with_direct_routes

from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.model.facts import Attachment
from desktop.engine.views import ThreadView
from desktop.text.forecast.alternatives import direct_label, send_label
from desktop.ui.composer.alternatives import better_route, is_better_through_intercom, template_routes, text_routes

Jennifer = Callable[..., ThreadView]
OPEN = {"whatsapp_age": timedelta(hours=2), "messenger_age": None}
HELLO = Reply("Hello")


def offered(view: ThreadView, now, reply: Reply = HELLO, conversation_id: str = "wa"):
    forecast = compute_forecast(view.situations[conversation_id], reply, now)
    return better_route(view, conversation_id, reply, forecast, now)


def test_each_account_goes_where_it_can(jennifer: Jennifer) -> None:
    direct_routes = (whatsapp_route(), octopods_route(), sms_route())
    view = with_direct_routes(jennifer(), *direct_routes)
    assert text_routes(view, "wa") == (direct_routes[0], direct_routes[2])
    assert template_routes(view, "wa") == (direct_routes[0], direct_routes[1])


def test_the_first_way_that_surely_arrives_is_offered(jennifer: Jennifer, now) -> None:
    closed, unseen, telegram = whatsapp_route(), whatsapp_route(carries_bridge=False, sender="2"), telegram_route()
    view = with_direct_routes(jennifer(), closed, unseen, telegram, sms_route())
    assert offered(view, now) == telegram


def test_a_closing_window_is_still_a_way(jennifer: Jennifer, now) -> None:
    """The chat is closing, and the Messenger's own conversation knows that the customer is elsewhere."""
    view = with_direct_routes(
        jennifer(whatsapp_age=timedelta(hours=23, minutes=30), messenger_age=None), whatsapp_route()
    )
    assert offered(view, now, conversation_id="web") == whatsapp_route()


def test_what_is_wrong_everywhere_leads_nowhere(jennifer: Jennifer, now) -> None:
    view = with_direct_routes(jennifer(**OPEN), telegram_route())
    assert offered(view, now, Reply("Dear {{name}}")) is None
    assert offered(view, now) is None


@pytest.mark.parametrize("files", [1, 2])
def test_files_that_the_account_does_not_take_lead_nowhere(jennifer: Jennifer, now, files: int) -> None:
    reply = Reply("Look", (Attachment("a.jpg", "", "image/jpeg", 10),) * files)
    assert offered(with_direct_routes(jennifer(), sms_route()), now, reply) is None
    assert offered(with_direct_routes(jennifer(), telegram_route()), now, reply) == (
        telegram_route() if files == 1 else None
    )


def test_back_to_intercom_only_where_that_arrives(jennifer: Jennifer, now) -> None:
    direct_route = whatsapp_route(carries_bridge=False)
    for view, better in ((jennifer(**OPEN), True), (jennifer(), False)):
        view = with_direct_routes(view, direct_route)
        forecast = compute_forecast(find_direct_situation(view.thread, direct_route, view.situations["wa"]), HELLO, now)
        # A closed window in Intercom still reaches the Messenger, but is another objection, not fewer.
        assert is_better_through_intercom(view, "wa", HELLO, forecast, now) is better


def test_the_words_name_the_channel(jennifer: Jennifer, now) -> None:
    view, direct_route = jennifer(), telegram_route()
    forecast = compute_forecast(view.situations["wa"], HELLO, now)
    assert send_label(forecast) == "Send to Messenger only"
    assert send_label(forecast, direct_route.route) == "Send on Telegram anyway"
    assert direct_label(direct_route.route) == "Send on Telegram directly…"
    assert direct_label(sms_route().route) == "Send by text message (SMS) directly…"
