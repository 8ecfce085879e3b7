"""Replies that wait for a time or for a message: what they wait for, and their steps until they are queued."""
