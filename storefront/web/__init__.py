"""The pages: everything that knows Flask."""
