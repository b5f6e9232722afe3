"""What the clock of the queue is tested with: a shop, and the stand-in it speaks to."""

from tills import clock, gateway, sandbox, sandbox_server, shop, till  # noqa: F401  fixtures are asked for by name
