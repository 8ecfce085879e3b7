"""Channel accounts: their list, and the forms that add one."""
