"""Decisions: where messages came from, which windows are open, where a reply would arrive. No I/O.

Reading order:

1. `model.facts` and `model.workspace`: what providers reported, and what is held to be true of one workspace.
2. `bridge.tagging` and `origin`: where a message came from.
3. `mapping`: which channel chat a conversation mirrors.
4. `bridge.notice` and `contrary`: reports that something did not arrive, and what ends them.
5. `window.keys` and `window.window`: which conversations share a window, and until when it is open.
6. `history.thread`: everything about one customer, assembled; `history.key_entries` and `history.dormant`: which
   entries and which conversations that rests on.
7. `reach` and `direct_reach`: the table of the reach rules, and direct routes.
8. `forecast.reply`: what would happen on Send; `forecast.new_conversation`: the same for who writes first.

`identity` decides which contacts are one customer, `learning` what conversations show of a bridge, `content` what
templates, files and text messages may contain.
"""
