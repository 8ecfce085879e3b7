"""Makes what a broker and a hub start from, and invites desktops."""
