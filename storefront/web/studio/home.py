"""The studio's first page: my artists, the next step of each first."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from storefront.accounts.people import list_artist_ids
from storefront.catalog.artists import Artist
from storefront.extensions import services
from storefront.web.current import current_account
from storefront.web.studio.next_step import next_step
from storefront.web.studio.page import page

pages = Blueprint("home", __name__)


@pages.get("")
def show() -> ResponseReturnValue:
    account = current_account()
    with services().database.reading() as session:
        at = services().clock.now()
        ids = list_artist_ids(session, account.id) if account else []
        artists = session.scalars(select(Artist).where(Artist.id.in_(ids)).order_by(Artist.name)).all()
        found = [(artist, next_step(session, artist, at=at)) for artist in artists]
    return page("home", artists=found, name=account.name if account else "")
