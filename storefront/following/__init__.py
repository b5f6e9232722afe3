"""Following: addresses that want to hear of an artist's drops, or of one drop before it opens."""
