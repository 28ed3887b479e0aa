"""The demonstration: a recorded feed, a player, and stand-ins of the platforms."""
