"""What an agent types into the search field, and where its words are in a text."""
