"""How the screen looks: theme, icons, rings, the ticker that shows time pass, the agent's preferences."""
