"""What the thread says: messages, where they arrived, windows, pending replies, and their texts for screen readers."""
