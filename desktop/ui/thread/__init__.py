"""The middle pane: the messages with one customer on every channel, under a header with the countdown."""
