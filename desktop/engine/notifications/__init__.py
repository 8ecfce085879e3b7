"""What calls the agent: which events, when, and each once."""
