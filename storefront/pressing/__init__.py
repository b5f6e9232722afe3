"""Pressing pins: a warm child process that draws them, and the long work of a full set of pictures."""
