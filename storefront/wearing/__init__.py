"""Wearing: pins at true scale on a jacket, a tote bag, a hat or a lanyard. Pure: no database, no Flask."""
