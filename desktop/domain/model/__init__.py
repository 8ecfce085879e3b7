"""Facts and values that every decision starts from."""
