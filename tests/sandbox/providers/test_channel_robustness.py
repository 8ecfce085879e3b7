"""Random requests: each provider answers all of them in its own format."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from desktop.sandbox.server import providers
from desktop.sandbox.world import World

pytestmark = pytest.mark.slow

WORDS = st.sampled_from(
    [
        "+353871234567",
        "US.1349",
        "text",
        "template",
        "image",
        "we_have_news",
        "order_update",
        "en",
        "en_US",
        "1",
        "0",
        "",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**20)
    | st.text(max_size=6)
    | WORDS
    | st.floats(allow_nan=False, allow_infinity=False)
)
_NAMES = """messaging_product to recipient type text body template name language code components parameters
parameter_name index image id link location latitude longitude status destination_phone message_variables header buttons
header_attachment_url intercom_teammate_id open_intercom_conversation chat_id offset limit allowed_updates
reply_parameters message_id"""
KEYS = st.sampled_from(_NAMES.split())
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
PARAMETER = st.fixed_dictionaries({"type": WORDS}, optional={"text": JSON, "image": JSON, "parameter_name": WORDS})
COMPONENT = st.fixed_dictionaries(
    {"type": st.sampled_from(["header", "body", "button"])},
    optional={"parameters": JSON | st.lists(PARAMETER, max_size=2), "index": st.sampled_from(["0", "1", 0, "9", None])},
)
TEMPLATE = st.sampled_from([("we_have_news", "en"), ("order_update", "en_US")]).flatmap(
    lambda known: st.fixed_dictionaries(
        {"name": st.just(known[0]), "language": st.just({"code": known[1]})},
        optional={"components": st.lists(COMPONENT, max_size=3) | JSON},
    )
)
START = {"messaging_product": st.just("whatsapp"), "to": st.just("+353871234567")}
META = st.one_of(
    st.fixed_dictionaries({**START, "type": st.just("template"), "template": TEMPLATE}),
    st.fixed_dictionaries({**START, "type": WORDS}, optional={"text": JSON, "image": JSON, "template": JSON}),
)
OCTOPODS = st.fixed_dictionaries(
    {"destination_phone": st.just("+353871234567")},
    optional={
        "message_variables": JSON | st.fixed_dictionaries({"body": JSON}),
        "header_attachment_url": SCALARS,
        "body": SCALARS,
        "open_intercom_conversation": JSON,
    },
)
TELEGRAM = st.fixed_dictionaries(
    {"chat_id": st.just(9001)},
    optional={
        "text": JSON,
        "photo": JSON,
        "reply_parameters": JSON,
        "offset": JSON,
        "limit": JSON,
        "allowed_updates": JSON,
        "file_id": JSON,
    },
)
NEARLY = {
    "graph": META,
    "dialog360": META,
    "octopods template": OCTOPODS,
    "octopods sms": OCTOPODS,
    "sendMessage": TELEGRAM,
    "sendPhoto": TELEGRAM,
    "getFile": TELEGRAM,
    "getUpdates": TELEGRAM,
}
REQUESTS = st.sampled_from(list(NEARLY)).flatmap(lambda where: st.tuples(st.just(where), JSON | NEARLY[where]))


class Stage:
    def __init__(self) -> None:
        world = World()
        self.customer = world.add_customer("Jennifer", phone="+353871234567", telegram_id=9001)
        world.settings.update({"telegram_webhook": "", "pair_limit": 10**6, "octopods_calls_per_10s": 10**6})
        world.write(self.customer, "telegram", "Hi")
        app = Starlette(routes=providers.Providers(world).routes(threading.RLock(), cable=None))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox")
        self.urls = providers.urls(world, "http://sandbox")

    async def post(self, where: str, body: Any) -> httpx.Response:
        provider = where.partition(" ")[0] if " " in where or where in self.urls else "telegram"
        urls = self.urls[provider]
        path, headers = {
            "graph": (
                f"/v26.0/{urls.get('phone_number_id')}/messages",
                {"Authorization": f"Bearer {urls.get('token')}"},
            ),
            "dialog360": ("/messages", {"D360-API-KEY": str(urls.get("api_key"))}),
            "octopods template": ("/whatsapp/templates/84501/messages", {"X-Octopods-Auth": str(urls.get("waba_key"))}),
            "octopods sms": ("/sms/messages", {"X-Octopods-Auth": str(urls.get("channel_key"))}),
        }.get(where, (f"/bot{urls.get('token')}/{where}", {}))
        return await self.http.post(urls["base_url"] + path, json=body, headers=headers)


@examples(250)
@given(asked=REQUESTS)
def test_any_json_is_answered_in_the_providers_format(asked: tuple[str, Any]) -> None:
    where, body = asked

    async def ask() -> None:
        stage = Stage()
        async with stage.http:
            response = await stage.post(where, body)
            assert response.status_code < 500, response.text
            assert isinstance(response.json(), dict)

    asyncio.run(ask())


@examples(80)
@given(
    form=st.dictionaries(
        st.sampled_from(["To", "From", "Body", "MediaUrl", "ContentSid", "ContentVariables", "MessagingServiceSid"]),
        st.text(max_size=8)
        | st.sampled_from(["+353871234567", "whatsapp:+353871234567", "+35315550199", "whatsapp:", '{"1": 2}', "[]"]),
    ),
    query=st.dictionaries(
        st.sampled_from(["To", "From", "DateSent", "DateSent>", "DateSent<", "PageSize", "Page", "PageToken"]),
        st.text(max_size=8) | st.sampled_from(["2026-11-22", "2026-11-22T09:00:00Z", "-1", "99999999999999999999"]),
    ),
)
def test_any_form_and_query_is_answered_in_twilios_format(form: dict[str, str], query: dict[str, str]) -> None:
    async def ask() -> None:
        stage = Stage()
        urls = stage.urls["twilio"]
        address = f"{urls['base_url']}/2010-04-01/Accounts/{urls['account_sid']}/Messages.json"
        login = (urls["account_sid"], urls["auth_token"])
        async with stage.http:
            for response in (
                await stage.http.post(address, data=form, auth=login),
                await stage.http.get(address, params=query, auth=login),
                await stage.http.get(f"{urls['base_url']}/v2/ContentAndApprovals", params=query, auth=login),
            ):
                assert response.status_code < 500, response.text
                assert isinstance(response.json(), dict)

    asyncio.run(ask())


@examples(60)
@given(
    query=st.dictionaries(
        st.sampled_from(["fields", "limit", "after", "status", "name", "summary", "offset", "filters", "message_id"]),
        st.text(max_size=8) | st.sampled_from(["id,name{x}", "{", "-1", "MAZDZD", "[]", "1", "YzAZD"]),
    )
)
def test_any_query_is_answered_in_metas_format(query: dict[str, str]) -> None:
    async def ask() -> None:
        stage = Stage()
        graph, proxy = stage.urls["graph"], stage.urls["dialog360"]
        bearer, key = {"Authorization": f"Bearer {graph['token']}"}, {"D360-API-KEY": proxy["api_key"]}
        root = f"{graph['base_url']}/v26.0"
        async with stage.http:
            for address, headers in (
                (f"{root}/{graph['waba_id']}/message_templates", bearer),
                (f"{root}/{graph['phone_number_id']}/message_history", bearer),
                (f"{root}/{graph['phone_number_id']}", bearer),
                (f"{proxy['base_url']}/v1/configs/templates", key),
                (f"{proxy['base_url']}/health_status", key),
            ):
                response = await stage.http.get(address, params=query, headers=headers)
                assert response.status_code < 500, response.text
                assert isinstance(response.json(), dict)

    asyncio.run(ask())
