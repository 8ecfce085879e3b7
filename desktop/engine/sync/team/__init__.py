"""The team's feed: its facts, colleagues' presence, what desktops learnt; and how often Intercom is asked."""
