"""Finds the proxy that this computer is set to use."""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

from desktop.channels.shared.exchange import is_loopback


def is_reached_directly(host: str) -> bool:
    """Whether the system says that no proxy is used for a host. The HTTP library knows the system's proxy, but of the
    exceptions from it only those in the environment, not those in the settings of Windows and macOS.

    What runs on this computer is never behind the company's proxy.
    """
    return is_loopback(host) or bool(proxy_bypass(host))


def find_proxy(scheme: str, host: str) -> str | None:
    """The address of the system's proxy for a host; None for a direct connection. scheme: `https` for all of TLS."""
    if is_reached_directly(host):
        return None
    known = getproxies()
    found = known.get(scheme) or known.get("all")
    return found if found is None or "://" in found else f"http://{found}"
