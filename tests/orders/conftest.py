"""What the tests of orders share: a shop, and the stand-in it speaks to."""

from tills import clock, gateway, sandbox, sandbox_server, shop, till  # noqa: F401  fixtures are asked for by name
