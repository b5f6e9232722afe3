"""The shop's back office, for admins only."""

from flask import Blueprint

from storefront.web.access import needs_admin
from storefront.web.admin import accounts, drops, editions, events, ledger, live, mail, orders, pieces, waitlists, words

pages = Blueprint("admin", __name__, url_prefix="/admin")
for part in (live, drops, editions, pieces, orders, accounts, ledger, mail, events, waitlists):
    pages.register_blueprint(part.pages)
pages.before_request(needs_admin)
pages.context_processor(words.for_templates)
