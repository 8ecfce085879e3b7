"""The guided test that shows whether replies written here reach a channel."""
