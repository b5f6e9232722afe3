"""Languages: the first part of a path says which one a page is in; without one it is the shop's own.

`/de/drops` is `/drops` in German: the part is taken off before anything reads the path, so routes, limits and logs know
one path for all languages, and `url_for` puts it on again, so every link, redirect and form of a page stays in its
language. Nothing is ever negotiated: a page that caches keep is in the language of its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel import Locale
from flask import Flask, current_app, has_request_context, request
from markupsafe import Markup

from storefront.extensions import services
from storefront.web.own_paths import safe_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from storefront.config import Settings

LANGUAGE = "storefront.language"  # in the environ: the part that was taken off
# Words for machines, addresses that are kept elsewhere, and bytes without words: one address for all languages.
_WITHOUT = re.compile(
    r"/(?:static|media|hooks|api|feeds?)/.*|/v/[^/]+\.json|/d/[^/]+/live\.json"
    r"|/(?:healthz|readyz|time|keys\.json|robots\.txt|sitemap(?:-\d+)?\.xml|favicon\.ico|sheet\.css|oembed|feeds?)"
    r"|.*\.(?:rss|atom)"
    r"|(?:/a/[^/]+)?/drops\.(?:json|ics)|/e/[^/]+/ledger\.json|/ledger/.*\.json"
)
_NO_MATTER = re.compile(r"(utm_\w+|fbclid|gclid|msclkid|mc_[ce]id)=")  # no page reads what a mailing adds to its links

_SAID_ONCE = "shown="  # the number another page offered: what came of it is said once, and may be sealed


@dataclass(frozen=True)
class Other:
    """The same page in another language; `name` is what its readers call it."""

    language: str
    name: str
    direction: str
    url: str


class Shop(Flask):
    """Flask, whose addresses are in the language of the page that shows them."""

    def url_for(self, endpoint: str, **values: Any) -> str:
        return in_language(super().url_for(endpoint, **values), spoken_part())


def init_app(app: Flask) -> None:
    """Put around what reads paths, and inside what changes an address for other reasons."""
    app.wsgi_app = InPath(app.wsgi_app, services(app).settings.other_languages)  # type: ignore[method-assign]  # Flask's documented hook
    app.jinja_env.globals.update(canonical_links=canonical_links, other_languages=other_languages, this_path=this_path)
    app.context_processor(lambda: {"lang_root": root()})


def spoken() -> str:
    """The locale of this request's pages."""
    return spoken_part() or services().settings.locale


def spoken_part() -> str:
    """What stands in front of this request's path, without a slash; nothing for the shop's own language."""
    return str(request.environ.get(LANGUAGE, "")) if has_request_context() else ""


def root() -> str:
    """What goes in front of a path of ours that no url_for makes."""
    part = spoken_part()
    return f"/{part}" if part else ""


def this_path() -> str:
    """The path and query that were asked for, with the language."""
    return root() + request.full_path.rstrip("?")


def in_language(path: str, part: str) -> str:
    """A path of ours in another language; what has one address for all of them keeps it."""
    if not part or not path.startswith("/") or _WITHOUT.fullmatch(path.partition("?")[0]):
        return path
    return f"/{part}{path}"


def part_for(locale: str | None, settings: Settings) -> str:
    """What stands in front of the paths of pages in this locale; nothing where the shop does not offer it."""
    return locale if locale in settings.other_languages else ""


def other_languages() -> list[Other]:
    """The page in the shop's other languages; none of a page that answers a form, which can't be asked for again."""
    here = _here()
    return [_other(name, here) for name in _parts() if name != spoken_part()] if here else []


def canonical_links(address: str) -> Markup:
    """For a page's head: its one address, and the same page's in every language."""
    links = [Markup('<link rel="canonical" href="{}">').format(address)]
    found = in_every_language(address)
    if found[1:]:
        pairs = [*found, ("x-default", found[0][1])]
        links += [Markup('<link rel="alternate" hreflang="{}" href="{}">').format(*pair) for pair in pairs]
    return Markup("\n    ").join(links)


def in_every_language(address: str) -> list[tuple[str, str]]:
    """Each language with a page's full address in it, the shop's own first."""
    settings = services().settings
    path = _without_part(address.removeprefix(settings.base_url))
    if in_language(path, "x") == path:
        return [(settings.locale, address)]
    return [
        ((part or settings.locale).replace("_", "-"), settings.base_url + in_language(path, part)) for part in _parts()
    ]


def what_is_read(query: str) -> str:
    """The part of a query that pages read."""
    return "&".join(part for part in query.split("&") if not _NO_MATTER.match(part)) if query else ""


class InPath:
    """A WSGI application around the shop's own, that takes the language off the path."""

    def __init__(self, wsgi_app: WSGIApplication, others: tuple[str, ...]) -> None:
        self._app = wsgi_app
        self._part = re.compile(rf"/({'|'.join(map(re.escape, others))})(/.*)?", re.DOTALL) if others else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = self._part.fullmatch(environ.get("PATH_INFO", "")) if self._part else None
        if found is None:
            return self._app(environ, start_response)
        part, rest = found[1], found[2] or "/"
        if not _WITHOUT.fullmatch(rest):  # else it is an address that nothing has
            environ[LANGUAGE], environ["PATH_INFO"] = part, rest
        return self._app(environ, start_response)


def _here() -> str:
    """The page's path in the shop's own language, with what it reads of the query."""
    if request.method not in ("GET", "HEAD") or request.url_rule is None or request.endpoint is None:
        return ""
    path = Flask.url_for(
        current_app, request.endpoint, **(request.view_args or {})
    )  # the shop's own would add the part
    query = what_is_read(request.query_string.decode("ascii", "replace"))
    query = "&".join(part for part in query.split("&") if not part.startswith(_SAID_ONCE))
    if safe_path(request.args.get("next")) != request.args.get("next", "/"):  # no page of ours says it
        query = ""
    return f"{path}?{query}" if query else path


def _other(part: str, here: str) -> Other:
    locale = Locale.parse(part or services().settings.locale)
    return Other(
        language=str(locale).replace("_", "-"),
        name=locale.get_language_name(str(locale)) or part,
        direction=locale.text_direction,
        url=in_language(here, part),
    )


def _parts() -> list[str]:
    return ["", *services().settings.other_languages]


def _without_part(path: str) -> str:
    part = spoken_part()
    return path.removeprefix(f"/{part}") if part and path.startswith(f"/{part}/") else path
