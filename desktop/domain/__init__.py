"""Decisions: what came from where, which windows are open, where a reply would arrive. Standard library only, no I/O.

Read in this order: `facts` (what providers told us), `workspace` (what we hold to be true of one workspace), `tagging`
and `origin` (where a message came from), `mapping` (what a conversation mirrors), `notice` and `contrary` (who said
that something did not arrive), `window_keys` and `window` (until when replies get through), `thread` (all of it put
together for one customer), `reach` (the table of the rules) and `forecast`. `learning` is what conversations tell of a
bridge.
"""
