"""What the agent did and no provider has confirmed: drafts, outgoing replies, direct messages."""
