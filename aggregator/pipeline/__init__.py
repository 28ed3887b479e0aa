"""The pipeline: deliveries are read, turns answered or put to review, submissions filed, replies sent."""
