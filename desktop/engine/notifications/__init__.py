"""Which events the agent is notified of, when, and each once."""
