"""People who sign in, and the buyers whose holds and orders are counted."""
