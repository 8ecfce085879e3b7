"""Notifications of the system, and their sound."""
