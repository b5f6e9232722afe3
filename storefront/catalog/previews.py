"""Previews: a link by which a drop's page may be seen before it is announced."""

import hmac

from sqlalchemy.orm import Session

from storefront.catalog.drops import Drop
from storefront.ids import new_token, token_hash


def new_preview(session: Session, drop: Drop) -> str:
    """A fresh token for the preview link. Only its hash is kept, so it is shown once; the link before it ends."""
    token = new_token()
    drop.preview_hash = token_hash(token)
    session.flush()
    return token


def may_preview(drop: Drop, token: str) -> bool:
    """Whether this token opens the page of a drop that is not public yet."""
    return drop.preview_hash is not None and hmac.compare_digest(token_hash(token), drop.preview_hash)
