"""The shop window: which public page stands at which address. The same for everybody, so none of them reads a cookie."""

from flask import Blueprint

from storefront.web import (
    artist_page,
    calendar,
    drop_list,
    drop_page,
    embed,
    feeds,
    home_page,
    live,
    oembed,
    plain_pages,
    search_page,
    share_cards,
    shared_numbers,
    sheet,
    sitemaps,
    wear,
)

pages = Blueprint("shop", __name__)

pages.add_url_rule("/", "home", home_page.home)
pages.add_url_rule("/drops", "drops", drop_list.drops)
pages.add_url_rule("/d/<slug>", "drop", drop_page.show)
pages.add_url_rule("/d/<slug>/live.json", "live", live.live)
pages.add_url_rule("/d/<slug>/me", "me", live.mine)  # the one with a cookie, and never kept
pages.add_url_rule("/d/<slug>/calendar.ics", "calendar", calendar.of_drop)
pages.add_url_rule("/d/<slug>/wear", "wear", wear.of_drop)
pages.add_url_rule("/d/<slug>/wear.png", "wear_picture", wear.picture_of_drop)
pages.add_url_rule("/d/<slug>/card.jpg", "card", share_cards.show)
pages.add_url_rule("/search", "search", search_page.show)
pages.add_url_rule("/artists", "artists", artist_page.artists)
pages.add_url_rule("/a/<slug>", "artist", artist_page.artist)
pages.add_url_rule("/drops.<any(rss, atom, json):kind>", "feed", feeds.of_all)
pages.add_url_rule("/a/<slug>/drops.<any(rss, atom, json):kind>", "artist_feed", feeds.of_artist)
pages.add_url_rule("/drops.ics", "calendars", calendar.of_all)
pages.add_url_rule("/a/<slug>/drops.ics", "artist_calendars", calendar.of_artist)
pages.add_url_rule("/embed/d/<slug>", "embed", embed.show)
pages.add_url_rule("/oembed", "oembed", oembed.show)
pages.add_url_rule("/mine/<code>", "shared", shared_numbers.show)
pages.add_url_rule("/mine/<code>/card.jpg", "shared_card", shared_numbers.card)
pages.add_url_rule("/robots.txt", "robots", sitemaps.robots)
pages.add_url_rule("/sitemap.xml", "sitemap", sitemaps.sitemap)
pages.add_url_rule("/sitemap-<int:part>.xml", "sitemap_part", sitemaps.sitemap_part)
pages.add_url_rule("/favicon.ico", "favicon", sitemaps.favicon)
pages.add_url_rule("/sheet.css", "sheet", sheet.show)
for name in plain_pages.PAGES:
    pages.add_url_rule(f"/{name}", name, plain_pages.show, defaults={"name": name})
