"""A team of many desktops on one machine: `python -m tests.crowd --help`."""
