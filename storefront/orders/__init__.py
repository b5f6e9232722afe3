"""What a buyer agreed to buy, what it costs, and how payment turns it into sold pieces."""
