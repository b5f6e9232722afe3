"""What the shop knows about a person: told in full, and taken away when they ask, but for what the law keeps."""
