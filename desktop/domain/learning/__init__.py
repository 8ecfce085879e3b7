"""What a workspace's conversations tell of its bridge: code, tags, delays, and whether it forwards replies."""
