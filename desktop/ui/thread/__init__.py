"""The middle pane: one customer's talk on every channel, newest at the bottom, under a header with the countdown."""
