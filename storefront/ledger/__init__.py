"""The public, append-only history of every edition's pieces."""
