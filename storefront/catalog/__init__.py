"""Artists, their pins, the editions and the drops that sell them."""
