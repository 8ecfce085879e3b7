"""What an agent does with a conversation beside replying, at once or once a reply is sent."""
