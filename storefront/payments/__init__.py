"""Attempts to pay through the provider, money received and money returned."""
