"""What helps with writing: spell check, voice notes, ready texts."""
