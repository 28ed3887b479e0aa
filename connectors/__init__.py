"""The ways in, one file a channel: bytes of a platform become Inbounds."""
