"""Who may sign in to the demo. None of them exists; their addresses lead nowhere."""

SIGN_INS = (
    ("admin", "admin@example.org", "demo-admin-vitrine"),
    ("artist", "ines@example.org", "demo-artist-vitrine"),
    ("museum", "museum@example.org", "demo-museum-vitrine"),
    ("buyer", "buyer@example.org", "demo-buyer-vitrine"),
)
