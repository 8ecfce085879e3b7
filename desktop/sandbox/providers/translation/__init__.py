"""Stand-ins for services that translate by machine. They know a few sentences, and mark all others."""
