"""What the system and its helpers for people with disabilities say of themselves."""
