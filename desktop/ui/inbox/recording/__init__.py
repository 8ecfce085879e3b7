"""Voice notes recorded by the agent."""
