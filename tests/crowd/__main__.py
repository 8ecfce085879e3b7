"""Measures a team of many desktops on this machine: `python -m tests.crowd --desks 1000 --rate 50 --seconds 10`.

Broker (the distribution's `nats-server`), hubs (`reachline hub serve`) and desktops are processes of their own; the
desktops have the product's client. Prints one line for each run, and ends with 1 where a message is missing or stored
twice, or p99 is above a second.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.crowd.provider import Provider
from tests.crowd.stage import CLIENT_SECRET, WORKSPACE, Brokers, Crowd, Hubs, Report, count_stored, make_hub_folder

BAR_MS = 1000
DOWN_S = 2.0
"""How long a broker stays away after it was killed."""

WHOLE_WITHIN_S = 60.0
SETTLE_S = 2.0


def main() -> int:
    options = _options()
    if shutil.which("nats-server", path="/usr/sbin:/usr/local/sbin:/usr/bin") is None:
        print("nats-server is not installed")
        return 2
    well = [asyncio.run(_run(options, number)) for number in range(options.times)]
    return 0 if all(well) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crowd", description=__doc__)
    parser.add_argument("--desks", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=50, help="messages a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--messages", type=int, default=0, help="instead of --seconds")
    parser.add_argument("--asleep", type=float, default=0, help="part of the desktops that sleeps meanwhile")
    parser.add_argument("--kill", choices=("broker", "hub", "both"), help="with SIGKILL, in the middle")
    parser.add_argument("--hubs", type=int, default=2)
    parser.add_argument("--servers", type=int, default=1, help="3: a cluster; --kill broker ends one for good")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--processes", type=int, default=2, help="for the desktops")
    parser.add_argument("--times", type=int, default=1)
    return parser.parse_args()


async def _run(options: argparse.Namespace, number: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="reachline-crowd-") as place:
        folder, invited = make_hub_folder(Path(place) / "hub", options.servers, options.desks, is_encrypted=options.tls)
        brokers = Brokers(folder, [_port(server) for server in invited[0].servers], is_encrypted=options.tls)
        hubs = Hubs(folder, {"REACHLINE_HUB_INTERCOM_CLIENT_SECRET": CLIENT_SECRET})
        crowd, provider = Crowd(), Provider(CLIENT_SECRET, WORKSPACE, lambda: hubs.living)
        try:
            for server in range(options.servers):
                await brokers.start(server)
            for _ in range(options.hubs):
                await hubs.start()
            await crowd.start(invited, options.processes, number)
            return await _measure(options, brokers, hubs, crowd, provider, folder)
        finally:
            await provider.aclose()
            await crowd.end()
            await hubs.end()
            await brokers.end()


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


async def _measure(options, brokers, hubs, crowd, provider, folder) -> bool:  # type: ignore[no-untyped-def]
    count = options.messages or round(options.rate * options.seconds)
    if options.asleep:
        await crowd.sleep(options.asleep)

    async def kill_broker() -> None:
        await brokers.kill(0)
        if options.servers == 1:
            await asyncio.sleep(DOWN_S)
            await brokers.start(0)

    async def kill_hub() -> None:
        await hubs.kill(0)

    at = {}
    if options.kill in ("broker", "both"):
        at[count // 2] = kill_broker
    if options.kill in ("hub", "both"):
        at[count // 2 - 1] = kill_hub
    before = await crowd.report(0)
    spent_s = [brokers.cpu_s, hubs.cpu_s, time.process_time(), before.cpu_s]
    await provider.send(count, options.rate, at)
    woken = time.monotonic()
    if options.asleep:
        await crowd.wake(options.asleep)
    report = await _until_whole(crowd, count, options.desks)
    whole_s = time.monotonic() - woken
    stored = await count_stored(folder)
    spent_s = [
        b - a for a, b in zip(spent_s, [brokers.cpu_s, hubs.cpu_s, time.process_time(), report.cpu_s], strict=True)
    ]
    _print(options, count, report, stored, whole_s, provider, spent_s)
    is_in_time = options.kill is not None or report.late(0.99) <= BAR_MS
    return report.missing == 0 and stored == count and is_in_time


async def _until_whole(crowd: Crowd, count: int, desks: int) -> Report:
    until = time.monotonic() + WHOLE_WITHIN_S
    while True:
        report = await crowd.report(count)
        if report.whole == desks or time.monotonic() > until:
            return report
        await asyncio.sleep(0.1)


def _print(
    options: argparse.Namespace,
    count: int,
    report: Report,
    stored: int,
    whole_s: float,
    provider: Provider,
    spent_s: list[float],
) -> None:
    answers = sorted(provider.answer_s)
    what = f"{options.desks} desktops, {count} messages at {options.rate:g}/s"
    what += f", {options.asleep:.0%} asleep" if options.asleep else ""
    what += f", kill -9 of {options.kill}" if options.kill else ""
    what += f", {options.servers} servers" if options.servers > 1 else ""
    what += ", TLS" if options.tls else ""
    print(
        f"{what}: missing={report.missing} stored_twice={stored - count} heard_again={report.heard_again} "
        f"gaps={report.gaps} p50_ms={report.late(0.5)} p99_ms={report.late(0.99)} max_ms={max(report.late_ms)} "
        f"whole_after_s={whole_s:.1f} answered_p99_ms={answers[int(len(answers) * 0.99) - 1] * 1000:.0f} "
        f"webhooks_repeated={provider.repeated} cpu_us_per_delivery={spent_s[3] / (count * options.desks) * 1e6:.0f} "
        f"cpu_s: broker={spent_s[0]:.1f} hubs={spent_s[1]:.1f} provider={spent_s[2]:.1f} desktops={spent_s[3]:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
