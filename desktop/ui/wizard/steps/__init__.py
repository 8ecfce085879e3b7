"""The pages of the wizard, one question each."""
