"""What providers and conversations tell of the bridge and of single messages, kept without anybody's words."""
