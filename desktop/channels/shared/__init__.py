"""What the adapters share: HTTP, retries, rate limits, error kinds, reading loose JSON."""
