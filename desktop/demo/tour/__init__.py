"""The demo's story, played on the real windows and saved as pictures."""
