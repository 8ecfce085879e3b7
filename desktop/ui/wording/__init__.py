"""What the agent reads, as sentences. No widgets."""
