"""The worker: the clock in the main thread, long work beside it; neither waits for the other."""

import logging
import signal
import threading

from storefront.app import create_app
from storefront.config import Settings
from storefront.extensions import services
from storefront.jobs import Round
from storefront.web import logs
from storefront.web.emails import make_courier

log = logging.getLogger(__name__)


def work(settings: Settings) -> None:
    """Until somebody sends SIGTERM or SIGINT."""
    logs.configure(settings)
    app = create_app(settings)
    found = services(app)
    stop = threading.Event()
    consumer = found.long_work.consumer()
    consumer.start()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    log.info("the worker runs")
    try:
        Round(found.till, make_courier(app), found.issuer).run(stop)
    finally:
        consumer.stop(graceful=True)
        found.previews.press.close()
        found.database.dispose()
