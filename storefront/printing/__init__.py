"""Printing: sheets of paper as PDF. Pure functions, loaded by the press's child process alone."""
