"""Messages written with their cause and sent after the commit."""
