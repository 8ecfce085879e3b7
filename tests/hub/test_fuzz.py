"""Thousands of mutated webhooks over real HTTP: each gets an answer that is documented, and the hub goes on."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import signed_webhooks as webhooks
from hub_stage import HubCopy, running_hub
from mutations import ODD_TEXT, mutate
from peak_memory import peak_memory_kb
from signed_webhooks import Webhook

from desktop.hub.config import Folder

AT_ONCE = 16
ANSWERS = {200, 400, 401, 404, 413}


def some(number: int, seed: int, workspace_id: str) -> Iterator[Webhook]:
    """Signed after they were changed, unless the signature is what was changed."""
    chance = random.Random(seed)
    for _ in range(number):
        good = webhooks.good(workspace_id)[chance.choice(("intercom", "meta", "twilio", "telegram"))]
        body = mutate(good.body, chance, lambda rng: rng.choice(ODD_TEXT))
        match good.path.split("/")[2]:
            case "intercom":
                made = webhooks.raw_intercom(body)
            case "meta":
                made = webhooks.raw_meta(body)
            case "telegram":
                made = webhooks.raw_telegram(body)
            case _:
                names = ("MessageSid", "SmsSid", "MessageStatus", "SmsStatus", "From", "To", "Body", "\ud83d", "x")
                made = webhooks.twilio(
                    {
                        chance.choice(names).encode("utf-8", "replace").decode(): "".join(
                            chr(chance.choice((0, 37, 43, 65, 233, 8238, 65535, 128512)))
                            for _ in range(chance.randrange(9))
                        )
                        for _ in range(chance.randrange(6))
                    }
                )
        if chance.random() < 0.1:
            made.headers[made.signature] = chance.choice(("", "sha1=", "\x7f", "x" * 5000, made.signature))
        yield made


async def fire(hub: HubCopy, number: int, seed: int) -> Counter[int]:
    answers: Counter[int] = Counter()
    waiting = iter([*some(number, seed, hub.workspace_id)])

    async def sender() -> None:
        for webhook in waiting:
            answer = await hub.http.post(webhook.path, content=webhook.body, headers=webhook.headers)
            answers[answer.status_code] += 1

    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
    return answers


async def check(hub: HubCopy, number: int, seed: int = 0) -> None:
    before_kb = peak_memory_kb()
    answers = await fire(hub, number, seed)
    assert sum(answers.values()) == number
    assert set(answers) <= ANSWERS
    assert answers[200] > number / 20
    assert answers[400] > number / 20
    assert hub.hub.bodies.held_bytes == 0
    assert (await hub.http.get("/healthz")).status_code == 200
    # Whatever was taken can be opened.
    facts = await hub.facts()
    assert all(fact.envelope.body is not None for fact in facts)
    if sys.platform == "linux":
        assert peak_memory_kb() - before_kb < 150_000


async def test_mutated_webhooks_are_answered(folder: Folder) -> None:
    async with running_hub(folder) as hub:
        await check(hub, 150)


@pytest.mark.slow
@pytest.mark.parametrize("quarter", range(1, 5))
async def test_thousands_of_mutated_webhooks_are_answered(
    folder: Folder, quarter: int, amount: Callable[[int, int], int]
) -> None:
    async with running_hub(folder) as hub:
        await check(hub, amount(125, 2_500), quarter)
