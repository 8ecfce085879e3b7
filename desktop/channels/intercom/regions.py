"""Finds the host of the region that a workspace lives in; no other host is sure to serve it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import READ_TIMEOUT_S, LearningClock, Token
from desktop.domain.model.reason import join_reasons, make_reason
from desktop.ports import Account, ProviderError, ProviderErrorKind
from desktop.ports.reasons import AccountReason, ProviderReason

HOSTS = {
    "US": "https://api.intercom.io",
    "EU": "https://api.eu.intercom.io",
    "AU": "https://api.au.intercom.io",
}


async def find_base_url(
    token: Token, clock: LearningClock, hosts: Mapping[str, str] = HOSTS, read_timeout_s: float = READ_TIMEOUT_S
) -> str:
    """The base URL for a token's workspace. hosts: base URLs by region.

    Intercom's main host forwards requests to the token's region as far as it can, and names the region (Intercom docs,
    "About our REST API"); what the others answer to a foreign token is not documented. So all are asked at once, and
    the region that the workspace names wins over the host that answered. Raises ProviderError where no host accepts
    the token.
    """
    requests = {
        region: asyncio.ensure_future(_account_at(url, token, clock, read_timeout_s)) for region, url in hosts.items()
    }
    try:
        waiting: set[asyncio.Future[Account | ProviderError]] = set(requests.values())
        while waiting:
            # A host that a firewall blocks must not delay the one that answers.
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for region, request in requests.items():
                if request.done() and isinstance(found := request.result(), Account):
                    return hosts.get(found.region, hosts[region])
    finally:
        for request in requests.values():
            request.cancel()
        await asyncio.gather(*requests.values(), return_exceptions=True)
    errors = {region: request.result() for region, request in requests.items()}
    raise _refusal({region: error for region, error in errors.items() if isinstance(error, ProviderError)})


async def _account_at(
    base_url: str, token: Token, clock: LearningClock, read_timeout_s: float
) -> Account | ProviderError:
    gateway = IntercomGateway(base_url, token, clock, read_timeout_s=read_timeout_s)
    try:
        return await gateway.account()
    except ProviderError as error:
        return error
    finally:
        await gateway.aclose()


def _refusal(errors: Mapping[str, ProviderError]) -> ProviderError:
    """One error for all hosts: a host that knows the token says most, then one that could not be reached."""
    for error in errors.values():
        if error.kind is ProviderErrorKind.FORBIDDEN:
            return error
    refused = [region for region, error in errors.items() if error.kind is ProviderErrorKind.SIGNED_OUT]
    others = [(region, error) for region, error in errors.items() if error.kind is not ProviderErrorKind.SIGNED_OUT]
    regions = ", ".join(refused)
    if not others:
        code = ProviderReason.TOKEN_REFUSED_EVERYWHERE if len(refused) > 1 else ProviderReason.TOKEN_REFUSED
        copy_again = make_reason(AccountReason.COPY_TOKEN_AGAIN)
        return ProviderError(ProviderErrorKind.SIGNED_OUT, join_reasons(make_reason(code, regions=regions), copy_again))
    region, error = others[0]
    if not refused:
        return error
    so_far = make_reason(ProviderReason.TOKEN_REFUSED_SO_FAR, regions=regions, region=region)
    return ProviderError(error.kind, join_reasons(so_far, error.reason))
