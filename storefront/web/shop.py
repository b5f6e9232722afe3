"""The shop window: which public page stands at which address. The same for everybody, so none of them reads a cookie."""

from flask import Blueprint

from storefront.web import artist_page, calendar, drop_list, drop_page, home_page, live, plain_pages, share_cards, wear

pages = Blueprint("shop", __name__)

pages.add_url_rule("/", "home", home_page.home)
pages.add_url_rule("/drops", "drops", drop_list.drops)
pages.add_url_rule("/d/<slug>", "drop", drop_page.show)
pages.add_url_rule("/d/<slug>/live.json", "live", live.live)
pages.add_url_rule("/d/<slug>/me", "me", live.mine)  # the one with a cookie, and never kept
pages.add_url_rule("/d/<slug>/calendar.ics", "calendar", calendar.calendar)
pages.add_url_rule("/d/<slug>/wear", "wear", wear.of_drop)
pages.add_url_rule("/d/<slug>/wear.png", "wear_picture", wear.picture_of_drop)
pages.add_url_rule("/d/<slug>/card.jpg", "card", share_cards.show)
pages.add_url_rule("/artists", "artists", artist_page.artists)
pages.add_url_rule("/a/<slug>", "artist", artist_page.artist)
pages.add_url_rule("/robots.txt", "robots", plain_pages.robots)
pages.add_url_rule("/sitemap.xml", "sitemap", plain_pages.sitemap)
pages.add_url_rule("/favicon.ico", "favicon", plain_pages.favicon)
for name in plain_pages.PAGES:
    pages.add_url_rule(f"/{name}", name, plain_pages.show, defaults={"name": name})
