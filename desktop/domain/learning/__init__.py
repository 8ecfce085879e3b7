"""What a workspace's conversations show of its bridge: code, tags, delays, and whether it forwards replies."""
