"""What the post of each country asks of an address, and how it wants it written."""
