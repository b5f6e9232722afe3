"""The outbox: what was sent, what waits, what was given up."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from storefront.extensions import services
from storefront.outbox.messages import MessageState, OutboxMessage
from storefront.outbox.resending import NotGivenUp, resend
from storefront.web import mail_previews
from storefront.web.admin.page import back, page, paged

pages = Blueprint("mail", __name__, url_prefix="/mail")


@pages.get("")
def index() -> ResponseReturnValue:
    state = request.args.get("state", "")
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc())
    if state:
        query = query.where(OutboxMessage.state == (MessageState(state) if state in set(MessageState) else abort(404)))
    with services().database.reading() as session:
        return page("mail", paged=paged(session, query), states=list(MessageState), state=state)


@pages.post("/<int:message_id>/resendings")
def send_again(message_id: int) -> ResponseReturnValue:
    try:
        with services().database.transaction() as session:
            if session.get(OutboxMessage, message_id) is None:
                abort(404)
            resend(session, message_id, at=services().clock.now())
    except NotGivenUp:
        return back(_("This message was not given up: it is sent, or still being tried."), "warn", ".index")
    return back(_("It is in the outbox again."), "ok", ".index")


@pages.get("/previews")
def previews() -> ResponseReturnValue:
    return mail_previews.list_previews("admin/mail_previews.html", ".preview")


@pages.get("/previews/<kind>")
def preview(kind: str) -> ResponseReturnValue:
    back = url_for(".previews")
    return mail_previews.show_preview("admin/mail_preview.html", ".preview_document", kind, back=back)


@pages.get("/previews/<kind>/document")
def preview_document(kind: str) -> ResponseReturnValue:
    return mail_previews.document(kind)
