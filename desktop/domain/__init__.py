"""Decisions: what came from where, which windows are open, where a reply would arrive. Standard library only, no I/O.

Read in this order: `facts` (what providers told us), `workspace` (what we hold to be true of one workspace),
`origin`, `mapping`, `window`, `thread` (all of it put together for one customer), `reach`, `forecast`.
"""
