"""What helps to write in the composer: saved replies, emoji, spell check and voice notes."""
