"""What the adapters of all providers share: HTTP, retries, rate limits, errors, reading loose JSON."""
