"""The demo's pins as their artists would hand them in: flat, in closed cells."""
