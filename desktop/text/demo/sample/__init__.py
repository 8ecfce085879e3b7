"""What people write and have set up in the sample workspace. Looked up by the English of the sandbox."""
