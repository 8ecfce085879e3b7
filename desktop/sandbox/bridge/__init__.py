"""The channel bridge between the customers' phones and Intercom."""
