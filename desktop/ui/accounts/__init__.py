"""Connected accounts and the forms that add them, for the wizard and the settings."""
