"""Intercom's regions: a workspace lives in one of them, and only its host there opens it for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.intercom.permissions import PLACE
from desktop.channels.shared.http import READ_TIMEOUT_S, LearningClock, Token
from desktop.ports import Account, ChannelTrouble, Trouble

HOSTS = {
    "US": "https://api.intercom.io",
    "EU": "https://api.eu.intercom.io",
    "AU": "https://api.au.intercom.io",
}


async def find_base_url(
    token: Token, clock: LearningClock, hosts: Mapping[str, str] = HOSTS, read_timeout_s: float = READ_TIMEOUT_S
) -> str:
    """Where the token's workspace lives. hosts: base URLs by region.

    Intercom's main host passes tokens on to their region as far as it can, and names the region (Intercom docs, "About
    our REST API"); what the others answer to a foreign token is not documented. So all are asked at once, and the
    region that the workspace names wins over the host that answered. Raises ChannelTrouble where no host lets it in.
    """
    asking = {region: asyncio.ensure_future(_ask(url, token, clock, read_timeout_s)) for region, url in hosts.items()}
    try:
        waiting: set[asyncio.Future[Account | ChannelTrouble]] = set(asking.values())
        while waiting:
            # A host that a firewall keeps silent must not hold up the one that answers.
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for region, asked in asking.items():
                if asked.done() and isinstance(found := asked.result(), Account):
                    return hosts.get(found.region, hosts[region])
    finally:
        for asked in asking.values():
            asked.cancel()
        await asyncio.gather(*asking.values(), return_exceptions=True)
    troubles = {region: asked.result() for region, asked in asking.items()}
    raise _refusal({region: trouble for region, trouble in troubles.items() if isinstance(trouble, ChannelTrouble)})


async def _ask(base_url: str, token: Token, clock: LearningClock, read_timeout_s: float) -> Account | ChannelTrouble:
    gateway = IntercomGateway(base_url, token, clock, read_timeout_s=read_timeout_s)
    try:
        return await gateway.account()
    except ChannelTrouble as trouble:
        return trouble
    finally:
        await gateway.aclose()


def _refusal(troubles: Mapping[str, ChannelTrouble]) -> ChannelTrouble:
    """One sentence for all: a host that knows the token tells most, then those that could not be asked."""
    for trouble in troubles.values():
        if trouble.trouble is Trouble.FORBIDDEN:
            return trouble
    refused = [region for region, t in troubles.items() if t.trouble is Trouble.SIGNED_OUT]
    others = [(region, t) for region, t in troubles.items() if t.trouble is not Trouble.SIGNED_OUT]
    if not others:
        everywhere = f" in any of its regions ({', '.join(refused)})" if len(refused) > 1 else ""
        return ChannelTrouble(
            Trouble.SIGNED_OUT,
            f"Intercom does not accept this token{everywhere}. Copy the whole access token again: {PLACE}.",
        )
    region, trouble = others[0]
    if not refused:
        return trouble
    return ChannelTrouble(
        trouble.trouble,
        f"Intercom does not accept this token in {' and '.join(refused)}, and {region} could not be asked. "
        f"{trouble.sentence}",
    )
