"""The APIs of the channels' own providers."""
