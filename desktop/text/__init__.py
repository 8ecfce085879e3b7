"""Text: the sentences that people read, made from codes with parameters. No Qt."""
