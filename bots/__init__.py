"""The ways out, one file a channel, and the conversation with citizens."""
