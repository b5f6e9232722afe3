"""Where a page's feeds and calendar are."""

from dataclasses import dataclass

from storefront.web.public import canonical


@dataclass(frozen=True)
class FeedLinks:
    rss: str
    atom: str
    json: str
    ics: str

    @property
    def webcal(self) -> str:
        """The calendar's address as calendars take it: to follow, not to copy once."""
        return "webcal" + self.ics.removeprefix("https").removeprefix("http")


def links_of_all() -> FeedLinks:
    rss, atom, json = (canonical("shop.feed", kind=kind) for kind in ("rss", "atom", "json"))
    return FeedLinks(rss, atom, json, canonical("shop.calendars"))


def links_of_artist(slug: str) -> FeedLinks:
    rss, atom, json = (canonical("shop.artist_feed", slug=slug, kind=kind) for kind in ("rss", "atom", "json"))
    return FeedLinks(rss, atom, json, canonical("shop.artist_calendars", slug=slug))
