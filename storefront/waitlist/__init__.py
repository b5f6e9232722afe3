"""The queue for an edition of which nothing is left, and the timed offers made to its head."""
