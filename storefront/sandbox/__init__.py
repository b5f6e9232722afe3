"""A stand-in for Stripe's test mode on loopback: a separate process that the shop reaches only over HTTP."""
