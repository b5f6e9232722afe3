"""Keeping a picture: the original put away, a first size at once, and the full set when the worker has time for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storefront.config import Settings
from storefront.db import Database
from storefront.media.child import ChildFailed, ChildTookTooLong
from storefront.media.pictures import Picture
from storefront.media.refusals import PictureRefused, Refusal
from storefront.media.s3 import BucketStorage
from storefront.media.storage import FolderStorage, Storage
from storefront.media.uploads import CheckedPicture
from storefront.media.variants import THUMBNAIL, WIDTHS, make_variants, served_widths

FIRST_WIDTHS = (640,)


@dataclass(frozen=True)
class Shelf:
    """Where pictures are kept: variants may be served, originals never are."""

    database: Database
    public: Storage
    originals: Storage


def make_shelf(settings: Settings, database: Database) -> Shelf:
    """Two folders of this machine, or two parts of the bucket the settings name."""
    if settings.bucket is not None:
        return Shelf(database, BucketStorage(settings.bucket, "media"), BucketStorage(settings.bucket, "originals"))
    return Shelf(database, FolderStorage(settings.media_folder), FolderStorage(settings.var / "originals"))


def keep(shelf: Shelf, checked: CheckedPicture, *, at: datetime) -> int:
    """Store a checked picture with its first size and return its id; the same picture again is the same id.

    Raises PictureRefused when it cannot be encoded.
    """
    with shelf.database.reading() as session:
        known = session.scalar(select(Picture.id).where(Picture.digest == checked.digest).limit(1))
    if known is not None:
        return known
    variants = _served(shelf, checked, FIRST_WIDTHS)  # first of all: it may still refuse
    picture = Picture(
        digest=checked.digest,
        original=put_original(shelf, checked),
        width=checked.width,
        height=checked.height,
        transparent=checked.transparent,
        variants=variants,
        created_at=at,
    )
    with shelf.database.transaction() as session:
        session.add(picture)
    return picture.id


def put_original(shelf: Shelf, checked: CheckedPicture) -> str:
    """Put a checked picture where nothing is served from, and beside it the drawing it came as; the picture's key."""
    key = shelf.originals.put(checked.content, checked.format)
    if checked.drawing is not None:
        shelf.originals.put_beside(key, checked.drawing, "svg")
    return key


def finish(shelf: Shelf, picture_id: int) -> None:
    """Make every size. Doing it again changes nothing; a picture that is gone is not missed."""
    with shelf.database.reading() as session:
        picture = session.get(Picture, picture_id)
    if picture is None:
        return
    # What is there stays: pages and caches know its address already.
    missing = set(served_widths(picture.width, WIDTHS)) - {v["width"] for v in picture.variants if not _is_thumbnail(v)}
    if not missing:
        return
    content = shelf.originals.get(picture.original)
    extension = picture.original.rpartition(".")[2]
    checked = CheckedPicture(content, extension, picture.width, picture.height, picture.transparent)
    variants = picture.variants + [v for v in _served(shelf, checked, missing) if not _is_thumbnail(v)]
    with shelf.database.transaction() as session:
        session.get_one(Picture, picture_id).variants = variants


def _is_thumbnail(variant: dict[str, Any]) -> bool:
    return bool(max(variant["width"], variant["height"]) <= THUMBNAIL)


def _served(shelf: Shelf, checked: CheckedPicture, widths: Iterable[int]) -> list[dict[str, object]]:
    try:
        made = make_variants(checked, widths=widths)
    except ChildTookTooLong as slow:
        raise PictureRefused(Refusal.TOO_SLOW) from slow
    except ChildFailed as failed:
        raise PictureRefused(Refusal.BROKEN) from failed
    return [
        {"key": shelf.public.put(v.content, v.format), "format": v.format, "width": v.width, "height": v.height}
        for v in made
    ]
