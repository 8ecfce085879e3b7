"""Finds the proxy that this computer is set to use."""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

from desktop.channels.shared.exchange import is_loopback


def find_proxy(scheme: str, host: str) -> str | None:
    """The address of the system's proxy for a host; None for a direct connection. scheme: `https` for all of TLS.

    What runs on this computer is never behind the company's proxy.
    """
    if is_loopback(host) or proxy_bypass(host):
        return None
    known = getproxies()
    found = known.get(scheme) or known.get("all")
    return found if found is None or "://" in found else f"http://{found}"
