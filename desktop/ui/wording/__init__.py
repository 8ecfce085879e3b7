"""The texts of the screen. No widgets."""
