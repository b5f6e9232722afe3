"""How gunicorn serves the shop: `gunicorn -c python:storefront.gunicorn storefront.wsgi:app`.

The address is gunicorn's own matter: `--bind`, or PORT in the environment.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Any

from storefront.config import SettingsInvalid, read_settings

_COLLECT_AFTER = (20_000, 20, 20)  # objects more than went, and younger rounds: a batch of requests is some thousands
_ON_SQLITE = not os.environ.get("DATABASE_URL", "").startswith("postgres")
# What `make bench` shows to be best. SQLite's calls do not give way to others of the same loop, and its writers do best
# as one process.
worker_class = "gthread" if _ON_SQLITE else "storefront.serving.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY") or (1 if _ON_SQLITE else 2))
threads = 8
worker_connections = 512  # of a gevent worker: what waits longer in a rush waits at the edge
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 500_000  # a worker that has leaked a little starts anew: after days, not every other second of a rush
max_requests_jitter = 100_000  # and not all at the same moment
backlog = 128  # more than this waiting is a rush the shop answers with 503 at its edge, not with minutes of silence
limit_request_fields = 50
preload_app = False
control_socket_disable = True
accesslog = None
if Path("/dev/shm").is_dir():  # noqa: S108  a heartbeat file on a busy disk looks like a dead worker
    worker_tmp_dir = "/dev/shm"  # noqa: S108  as above


def on_starting(_server: Any) -> None:  # gunicorn publishes no types
    """Wrong settings are one list and an end, not workers that die again and again."""
    try:
        read_settings(os.environ)
    except SettingsInvalid as invalid:
        sys.exit("\n".join(invalid.problems))


def pre_fork(_server: Any, _worker: Any) -> None:  # as above
    """Database connections do not survive a fork: each worker makes its own."""
    if "storefront.wsgi" in sys.modules:
        raise RuntimeError("The shop was loaded before the fork: start gunicorn without --preload.")


def post_worker_init(_worker: Any) -> None:  # as above
    """What was loaded stays as long as the worker: the collector need not look through it again and again in a rush."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
