"""The views above the customer list: the picker, the unread filter and the agent's own views."""
