"""What helps with the text while it is written: formatting, its preview, mentions, and the SMS counter."""
