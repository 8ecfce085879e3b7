"""Stateful HTTP stand-ins for the providers, the bridge and the customers' screens; imports nothing else of desktop."""
