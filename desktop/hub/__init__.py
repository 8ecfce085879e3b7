"""`reachline hub`: takes the providers' webhooks, polls Intercom for a whole team, and feeds its desktops. No Qt."""
