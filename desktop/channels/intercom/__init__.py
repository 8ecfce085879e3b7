"""Intercom: the conversations and their people."""
