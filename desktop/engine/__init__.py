"""Behaviour over time, without Qt: commands, queries, sync, outbox and the connection.

Facts flow provider -> store -> `Changes` -> models -> views. Commands go back through the command handler.
"""
