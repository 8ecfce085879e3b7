"""People, phones, business lines, networks, templates, settings and the clock."""
