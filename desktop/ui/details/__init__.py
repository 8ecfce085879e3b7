"""The details pane on the right: customer, channels, conversations and the evidence for what is shown."""
