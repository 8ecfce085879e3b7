"""The team's feed on NATS with JetStream: what the hub writes and the desktops read."""
