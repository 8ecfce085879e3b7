"""What a person reads of channel accounts: their list, and the forms that add one."""
