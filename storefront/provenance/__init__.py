"""Provenance: certificates that verify without the shop, and the keys that sign them."""
