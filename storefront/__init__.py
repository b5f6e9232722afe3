"""Vitrine: a shop for numbered limited editions of enamel pins."""
