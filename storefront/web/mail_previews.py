"""Mails to look at before anybody gets them: a list, and each one as HTML beside its text."""

from collections.abc import Collection

from flask import Response, abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from storefront.extensions import services
from storefront.outbox.kinds import Kind
from storefront.web.forms import later
from storefront.web.mail_examples import EXAMPLES, example
from storefront.web.security import standing_headers

# Of the mail itself: its own inline style and pictures, no script, framed by our own page alone.
_OF_THE_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
NAMES = {
    Kind.CONFIRM_ADDRESS: later("Confirm the address of an account"),
    Kind.RESET_PASSWORD: later("Choose a new password"),
    Kind.CHANGE_ADDRESS: later("Confirm a new address"),
    Kind.ADDRESS_CHANGED: later("To the former address"),
    Kind.ACCOUNT_EXISTS: later("There is an account already"),
    Kind.ORDER_PAID: later("Receipt: the number is yours"),
    Kind.ORDER_REFUNDED: later("Paid too late, refunded"),
    Kind.HOLD_LOST: later("The number went back"),
    Kind.CONFIRM_FOLLOW: later("Asked to follow"),
    Kind.DROP_ANNOUNCED: later("A drop is announced"),
    Kind.DROP_MOVED: later("The opening has moved"),
    Kind.DROP_REMINDER: later("Ten minutes before the opening"),
    Kind.DROP_CANCELLED: later("A drop is called off"),
    Kind.TRANSFER_OFFERED: later("To the giver: a link passes the pin on"),
    Kind.TRANSFER_LINK: later("To the taker: somebody gives you a pin"),
    Kind.TRANSFER_GIVEN: later("To the giver: it has a new owner"),
    Kind.TRANSFER_TAKEN: later("To the taker: it is yours"),
    Kind.PIECE_RECALLED: later("To the owner: its sale was undone"),
    Kind.WAITLIST_ASKED: later("Asked to join a waitlist"),
    Kind.WAITLIST_JOINED: later("On the waitlist"),
    Kind.WAITLIST_OFFER: later("Your turn"),
    Kind.WAITLIST_OVER: later("The waitlist has ended"),
    Kind.DROP_OPENED: later("To the studio: the drop is open"),
    Kind.DROP_SOLD_OUT: later("To the studio: sold out"),
    Kind.DAILY_DIGEST: later("To the studio, each morning"),
    Kind.CHECK_FAILED: later("To admins: a check failed"),
}


def list_previews(template: str, endpoint: str, kinds: Collection[Kind] = tuple(EXAMPLES)) -> str:
    named = [(str(NAMES[kind]), url_for(endpoint, kind=kind.value)) for kind in EXAMPLES if kind in kinds]
    return render_template(template, previews=named, messages=[])


def show_preview(
    template: str, endpoint: str, kind: str, kinds: Collection[Kind] = tuple(EXAMPLES), *, back: str
) -> ResponseReturnValue:
    known = _known(kind, kinds)
    page = render_template(
        template,
        name=str(NAMES[known]),
        mail=example(known),
        document=url_for(endpoint, kind=known.value),
        back=back,
        messages=[],
    )
    answer = make_response(page)
    standing = dict(standing_headers(services().settings))["Content-Security-Policy"]
    answer.headers["Content-Security-Policy"] = f"{standing}; frame-src 'self'"
    return answer


def document(kind: str, kinds: Collection[Kind] = tuple(EXAMPLES)) -> Response:
    """The mail's HTML, as a mail program shows it."""
    answer = Response(example(_known(kind, kinds)).html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _OF_THE_MAIL
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _known(kind: str, kinds: Collection[Kind]) -> Kind:
    return next((known for known in EXAMPLES if known in kinds and known == kind), None) or abort(404)
