"""What the hub counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The counts of one copy of the hub. Words in labels are ours; none comes from a request."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"reachline_hub_{name}", what, labels, registry=registry)

        def gauge(name: str, what: str) -> Gauge:
            return Gauge(f"reachline_hub_{name}", what, registry=registry)

        self.received = counter("webhooks_received", "Webhooks that came, good or not.", "provider")
        self.refused = counter("webhooks_refused", "Webhooks that were refused.", "provider", "reason")
        self.ignored = counter("webhooks_ignored", "Good webhooks about nothing that desktops need.", "provider")
        self.published = counter("facts_published", "Facts that the broker took.", "source")
        self.duplicates = counter("facts_duplicate", "Facts that the broker had already.", "source")
        self.unpublished = counter("facts_unpublished", "Facts that the broker did not acknowledge.", "source")
        self.shortened = counter("facts_shortened", "Facts published by their id alone: too large.", "source")
        self.lag = Histogram(
            "reachline_hub_fact_lag_seconds",
            "From the change at the provider to the broker's acknowledgement.",
            ["source"],
            buckets=(0.5, 1, 2, 5, 10, 30, 60, 300),
            registry=registry,
        )
        self.polls_intercom = gauge("polls_intercom", "1 while this copy is the one that polls.")
        self.poll_interval = gauge("poll_interval_seconds", "Between two searches at Intercom; 0 while not polling.")
        self.calls = counter("intercom_calls", "Requests to Intercom.", "kind")
        self.poll_failures = counter("poll_failures", "Polls that failed.", "provider", "kind")
        self.desks = gauge("desktops", "Desktops that reported lately.")
        self.learned = counter("learned_facts", "What desktops offered as learnt.", "result")
        self.broker_connected = gauge("broker_connected", "1 while the broker is connected and has its streams.")
        self.held_bytes = gauge("webhook_bytes_held", "Bytes of webhooks that are being read or published.")

    def text(self) -> bytes:
        """In Prometheus' text format, see `CONTENT_TYPE`."""
        return generate_latest(self._registry)
