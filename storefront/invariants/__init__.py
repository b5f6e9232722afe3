"""What must be true of the shop at every instant, asked of the database itself."""
