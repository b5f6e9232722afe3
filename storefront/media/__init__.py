"""Pictures that arrive and pictures that leave."""
