"""What the store knows beside the messages: provider lists, contrary facts, and what was learnt of the bridge."""
