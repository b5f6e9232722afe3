"""Whoever only looks: the first pages, the people, the search, the plain facts and the errors."""

from screenshots.scene import ALL, Scene
from screenshots.stage import Stage


def an_empty_shop(_stage):
    yield Scene("home, empty shop", "/")
    yield Scene("drops, none", "/drops")
    yield Scene("artists, none", "/artists")
    yield Scene("me, empty", "/me", more=("narrow", "arabic"))
    yield Scene("keys, none yet", "/keys")


def home(stage: Stage):
    """Last of all: it closes what is on."""
    yield Scene("home, many live", "/", more=ALL)
    running, _artists = stage.slugs()
    stage.only_live(running[0])
    yield Scene("home, one live", "/")
    stage.only_live()
    yield Scene("home, none live", "/")
    yield Scene("artist, without a live drop", "/a/ines-varela")


def looking_around(_stage):
    yield Scene("drops", "/drops", more=("narrow", "zoom", "arabic", "contrast"))
    yield Scene("drops, narrowed", "/drops?metal=gold&when=now")
    yield Scene("drops, nothing found", "/drops?metal=gold&enamel=hard&when=past&artist=nobody")
    yield Scene("search, found", "/search?q=ines", more=("narrow", "arabic"))
    yield Scene("search, in vain", "/search?q=cactuses", more=("narrow",))
    yield Scene("search, nothing asked", "/search")
    yield Scene("artists", "/artists", more=("narrow",))
    yield Scene("artist, with a live drop", "/a/ines-varela", more=ALL)
    yield Scene("artist, a museum", "/a/museum-of-coloured-light", more=("narrow", "arabic"))
    yield Scene("artist, a gallery", "/a/the-tide-print-room")
    yield Scene("help", "/help", more=("narrow", "print", "arabic"))
    yield Scene("fairness", "/fairness", more=("narrow",))
    yield Scene("shipping", "/shipping", more=("print", "narrow"))
    yield Scene("privacy", "/privacy")
    yield Scene("accessibility", "/accessibility")
    yield Scene("imprint", "/imprint")


def errors(_stage):
    yield Scene("error 404", "/nothing-here", status=404, more=ALL)
    yield Scene("error 400", "/errors/400", status=400)
    yield Scene("error 403", "/errors/403", status=403)
    yield Scene("error 409", "/errors/409", status=409)
    yield Scene("error 410", "/errors/410", status=410)
    yield Scene("error 429", "/errors/429", status=429)
    yield Scene("error 500", "/errors/500", status=500, more=("narrow", "arabic"))
    yield Scene("error 503", "/errors/503", status=503)
    yield Scene("error 503, without the shop", "/static/503.html")
