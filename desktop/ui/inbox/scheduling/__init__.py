"""When something happens later: a snooze that ends, or a reply that is sent; and the list of scheduled replies."""
