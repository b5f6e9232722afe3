"""The application: joins settings, services, pages, error pages and headers."""

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront import paths
from storefront.clock import Clock, SystemClock
from storefront.config import Settings
from storefront.db import Database
from storefront.extensions import Services, babel, csrf
from storefront.inventory.claims import Claims
from storefront.longwork import make_long_work
from storefront.media.keeping import make_shelf
from storefront.payments.gateway import Gateway
from storefront.pressing.asking import Previews
from storefront.pressing.press import Press
from storefront.web import (
    account,
    admin,
    backs,
    certificate_paper,
    certificates,
    checkout,
    collection,
    current,
    erasure,
    errors,
    following,
    formats,
    health,
    holding,
    hooks,
    languages,
    ledgers,
    logs,
    mailed_links,
    media,
    own_pin,
    packing,
    page_cache,
    press,
    ready,
    security,
    shop,
    sign_in,
    studio,
    transfers,
    waitlist,
)
from storefront.web.health import ClockWatch

_FORM_BYTES = 64 * 1024  # routes that take pictures raise it for themselves


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
    gateway: Gateway | None = None,
) -> Flask:
    """The shop as a WSGI application. Tests hand in their own database, clock and gateway."""
    app = languages.Shop("storefront", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.config.update(_flask_config(settings))
    app.extensions["services"] = make_services(settings, database, clock, gateway)
    app.extensions["clock_watch"] = ClockWatch()
    babel.init_app(app, locale_selector=languages.spoken)
    if settings.kind != "test":  # tests look at what they have just changed
        page_cache.init_app(app)
        packing.init_app(app)
    for part in (press, languages, logs, security, errors, formats, current):
        part.init_app(app)
    csrf.init_app(app)  # after security: a view's own size limit stands before the token is read from the form
    for blueprint in (
        shop.pages,
        holding.pages,
        checkout.pages,
        media.pages,
        backs.pages,
        waitlist.pages,
        certificates.pages,
        certificate_paper.pages,
        collection.pages,
        own_pin.pages,
        ledgers.pages,
        transfers.pages,
        sign_in.pages,
        account.pages,
        erasure.pages,
        mailed_links.pages,
        following.pages,
        ready.pages,
        ready.addresses,
        studio.pages,
        admin.pages,
        hooks.pages,
        health.pages,
    ):
        app.register_blueprint(blueprint)
    csrf.exempt(hooks.pages)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1)  # type: ignore[method-assign]  # Flask's documented hook
    app.wsgi_app = health.answer_probes(app.wsgi_app, settings.base_url)  # type: ignore[method-assign, assignment]  # as above
    return app


def make_services(
    settings: Settings,
    database: Database | None = None,
    clock: Clock | None = None,
    gateway: Gateway | None = None,
    previews: Previews | None = None,
) -> Services:
    """What the pages work with: that of the settings, where nothing else is handed in."""
    database = database or Database(settings.database_url, pool_size=settings.pool_size)
    shelf = make_shelf(settings, database)
    clock = clock or SystemClock()
    previews = previews or Previews(Press(), settings.press_size, settings.press_limits)
    return Services(
        settings=settings,
        database=database,
        clock=clock,
        gateway=gateway or stripe_gateway(settings),
        shelf=shelf,
        long_work=make_long_work(settings, shelf, previews.press, clock),
        claims=Claims(database, clock),
        previews=previews,
    )


def stripe_gateway(settings: Settings) -> Gateway:
    """The one speaker to Stripe, or to its stand-in on loopback."""
    from storefront.payments.stripe_gateway import StripeGateway  # noqa: PLC0415  costs 0.3 s: only who pays loads it

    return StripeGateway(settings.stripe_secret_key, settings.stripe_webhook_secrets, settings.stripe_api_base)


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "MAX_CONTENT_LENGTH": _FORM_BYTES,
        "MAX_FORM_PARTS": 400,
        "SESSION_COOKIE_NAME": "__Host-vitrine" if settings.is_production else "vitrine",
        "SESSION_COOKIE_SECURE": settings.is_production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # public pages carry no cookie
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # security.py compares Origin and Sec-Fetch-Site on every unsafe request
        "BABEL_DEFAULT_LOCALE": settings.locale,
        "TESTING": settings.kind == "test",
    }
