"""The pieces, and the holds that set them aside. Only this package decides whose number it is."""
