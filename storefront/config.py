"""Settings: everything the shop is told from outside, read once from the environment and checked as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from storefront import failpoints
from storefront.catalogues import languages
from storefront.loopback import is_loopback
from storefront.pinart.limits import PUBLISHED, Limits, NoLimits, read_limits

_DEMO_SECRET = "demo-secret-key-not-for-production"  # noqa: S105  refused in production
_LEAST_SECRET = 32
_UNSAID = -1
_KINDS = ("demo", "production", "test")
LEAST_POOL = 9  # a request may need a second connection for a moment; eight threads run at once


class SettingsInvalid(ValueError):
    """The environment does not describe a shop that may start; `problems` lists every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Bucket:
    """Where an S3-compatible service keeps the pictures; without `endpoint` it is Amazon's."""

    name: str
    endpoint: str | None
    region: str
    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    kind: str
    database_url: str
    secret_key: str = field(repr=False)
    base_url: str
    stripe_secret_key: str = field(repr=False)
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    address_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    stripe_api_base: str | None = None
    checkout_origin: str = "https://checkout.stripe.com"
    shop_name: str = "Vitrine"
    shop_id: str = "vitrine"
    shop_email: str = "shop@example.org"
    imprint: str = ""
    return_days: int = 14
    locale: str = "en"
    languages: tuple[str, ...] = ("en", "de", "ar")
    var: Path = Path("var")
    smtp_url: str | None = field(default=None, repr=False)
    huey_url: str | None = field(default=None, repr=False)
    bucket: Bucket | None = None
    media_url: str = ""
    trusted_proxies: int = 0
    pool_size: int = 10
    press_size: int = 1_200
    press_limits: Limits = PUBLISHED
    watch_clock: bool = True
    failpoint: str = ""

    @property
    def is_demo(self) -> bool:
        return self.kind == "demo"

    @property
    def is_production(self) -> bool:
        return self.kind == "production"

    @property
    def other_languages(self) -> tuple[str, ...]:
        """Those whose pages have the language in their path."""
        own = self.locale.partition("_")[0]
        return tuple(name for name in self.languages if name != own)

    @property
    def media_folder(self) -> Path:
        return self.var / "media"

    @property
    def mail_folder(self) -> Path:
        return self.var / "mail"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from the environment (see .env.example). Raises SettingsInvalid with every problem at once."""
    kind = environ.get("STOREFRONT_ENV", "demo")
    var = Path(environ.get("STOREFRONT_VAR", "var")).resolve()
    base_url = environ.get("BASE_URL", f"http://127.0.0.1:{environ.get('PORT', '8000')}").rstrip("/").lower()
    api_base = environ.get("STRIPE_API_BASE") or None
    production = kind == "production"
    limits, unlimited = _press_limits(environ)
    secret = environ.get("SECRET_KEY") or ("" if production else _DEMO_SECRET)
    settings = Settings(
        kind=kind,
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{var / 'vitrine.db'}",
        secret_key=secret,
        secret_key_fallbacks=_words(environ.get("SECRET_KEY_FALLBACKS")),
        base_url=base_url,
        stripe_secret_key=environ.get("STRIPE_SECRET_KEY", ""),
        stripe_webhook_secrets=_words(environ.get("STRIPE_WEBHOOK_SECRET")),
        stripe_api_base=api_base,
        checkout_origin=environ.get("CHECKOUT_ORIGIN") or api_base or "https://checkout.stripe.com",
        address_key=environ.get("ADDRESS_KEY") or ("" if production else "demo-address-key"),
        shop_name=environ.get("SHOP_NAME", "Vitrine"),
        shop_id=environ.get("SHOP_ID", "vitrine"),
        shop_email=environ.get("SHOP_EMAIL", "shop@example.org"),
        imprint=environ.get("SHOP_IMPRINT", ""),
        return_days=_number(environ.get("SHOP_RETURN_DAYS"), Settings.return_days),
        locale=environ.get("SHOP_LOCALE", "en"),
        languages=_words(environ.get("SHOP_LANGUAGES")) or Settings.languages,
        var=var,
        smtp_url=environ.get("SMTP_URL") or None,
        huey_url=environ.get("HUEY_URL") or None,
        bucket=_bucket(environ),
        media_url=environ.get("MEDIA_URL", "").rstrip("/"),
        trusted_proxies=_number(environ.get("TRUSTED_PROXIES"), _UNSAID if production else 0),
        pool_size=_number(environ.get("DATABASE_POOL"), 10),
        press_limits=limits,
        failpoint=environ.get("FAILPOINT", ""),
    )
    problems = _problems(settings) + unlimited
    if problems:
        raise SettingsInvalid(problems)
    return settings


def _problems(settings: Settings) -> list[str]:
    found = [
        (settings.kind not in _KINDS, f"STOREFRONT_ENV is {settings.kind!r}; it is one of {', '.join(_KINDS)}."),
        (
            not settings.stripe_secret_key.startswith(("sk_test_", "rk_test_")),
            "STRIPE_SECRET_KEY must be a test key (sk_test_… or rk_test_…); live keys are refused.",
        ),
        (
            not settings.stripe_webhook_secrets,
            "STRIPE_WEBHOOK_SECRET is empty: anybody could claim a payment was made.",
        ),
        (
            settings.stripe_api_base is not None and not is_loopback(urlsplit(settings.stripe_api_base).hostname or ""),
            "STRIPE_API_BASE must be an address on this machine (127.0.0.1); leave it empty to speak to Stripe.",
        ),
        (
            not settings.database_url.startswith(
                ("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")
            ),
            "DATABASE_URL must begin with sqlite:/// or postgresql://.",
        ),
        (not urlsplit(settings.base_url).scheme.startswith("http"), "BASE_URL must begin with http:// or https://."),
        (
            settings.base_url.startswith("http") and any(urlsplit(settings.base_url)[2:]),
            "BASE_URL ends with the shop's name and port: the shop has a host to itself.",
        ),
        (
            settings.huey_url is not None and not settings.huey_url.startswith(("postgres", "redis")),
            "HUEY_URL must begin with postgresql:// or redis://; leave it empty to keep the queue beside the database.",
        ),
        (
            settings.trusted_proxies < 0,
            "TRUSTED_PROXIES is the number of proxies in front of the shop, 0 or more; production has to say it.",
        ),
        (
            settings.return_days < 0,
            "SHOP_RETURN_DAYS is a number of days, 0 or more; 0 where nothing is taken back without a reason.",
        ),
        (
            settings.pool_size < LEAST_POOL,
            f"DATABASE_POOL is the number of connections a process may hold, {LEAST_POOL} or more for its eight threads.",
        ),
    ]
    found += [*_language_problems(settings), *_picture_problems(settings)]
    if settings.failpoint and (problem := failpoints.problem(settings.failpoint)):
        found.append((True, problem))
    if settings.is_production:
        found += [
            (
                bool(settings.failpoint),
                "FAILPOINT lets processes die on purpose: it is for tests, never for production.",
            ),
            (
                len(settings.secret_key) < _LEAST_SECRET or settings.secret_key == _DEMO_SECRET,
                "SECRET_KEY needs 32 characters or more of your own in production.",
            ),
            (
                len(settings.address_key) < _LEAST_SECRET,
                "ADDRESS_KEY needs 32 characters or more in production, and must never change.",
            ),
            (not settings.base_url.startswith("https://"), "BASE_URL must begin with https:// in production."),
            (settings.stripe_api_base is not None, "STRIPE_API_BASE names the stand-in; production speaks to Stripe."),
            (settings.smtp_url is None, "SMTP_URL is empty: buyers would never get their mail."),
        ]
    return [sentence for wrong, sentence in found if wrong]


def _language_problems(settings: Settings) -> list[tuple[bool, str]]:
    known = languages()
    return [
        (
            settings.locale.partition("_")[0] not in known,
            f"SHOP_LOCALE is {settings.locale!r}; the shop has words in {', '.join(known)}.",
        ),
        (
            not set(settings.languages) <= set(known),
            f"SHOP_LANGUAGES are of these, with spaces between: {' '.join(known)}.",
        ),
    ]


def _picture_problems(settings: Settings) -> list[tuple[bool, str]]:
    found = [
        (
            settings.media_url != "" and not _is_origin(settings.media_url),
            "MEDIA_URL is like https://media.example.org: pictures are found there under the same paths as in the shop.",
        )
    ]
    bucket = settings.bucket
    if bucket is None:
        return found
    return [
        *found,
        (bucket.name == "", "STORAGE_BUCKET is empty while other settings of the bucket are not."),
        (
            not (bucket.key_id and bucket.secret),
            "STORAGE_KEY_ID and STORAGE_SECRET are the bucket's keys; both are needed.",
        ),
        (
            bucket.endpoint is not None and not _is_origin(bucket.endpoint),
            "STORAGE_ENDPOINT is the service's address, like https://s3.example.org; plain http only on this machine.",
        ),
        (
            find_spec("botocore") is None,
            "STORAGE_BUCKET needs a package more: install the shop with its extra, storefront[s3].",
        ),
    ]


def _is_origin(url: str) -> bool:
    """https, or plain on this machine; and nothing behind the name."""
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    return secure and bool(parts.hostname) and not any(parts[2:])


def _bucket(environ: Mapping[str, str]) -> Bucket | None:
    bucket = Bucket(
        name=environ.get("STORAGE_BUCKET", ""),
        endpoint=environ.get("STORAGE_ENDPOINT", "").rstrip("/") or None,
        region=environ.get("STORAGE_REGION") or "us-east-1",
        key_id=environ.get("STORAGE_KEY_ID", ""),
        secret=environ.get("STORAGE_SECRET", ""),
    )
    return bucket if bucket.name or bucket.endpoint or bucket.key_id or bucket.secret else None


def _press_limits(environ: Mapping[str, str]) -> tuple[Limits, list[str]]:
    """The limits, and what is wrong with them."""
    try:
        return read_limits(environ.get("PRESS_LIMITS", ""), environ.get("PRESS_LIMITS_SOURCE", "")), []
    except NoLimits as wrong:
        return PUBLISHED, [f"PRESS_LIMITS: {wrong}"]


def _words(text: str | None) -> tuple[str, ...]:
    return tuple((text or "").replace(",", " ").split())


def _number(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return _UNSAID
