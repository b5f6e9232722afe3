"""What goes out in an artist's name, and what the studio itself is told: every such mail with example facts."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from storefront.web import mail_previews
from storefront.web.mail_examples import OF_THE_STUDIO

pages = Blueprint("mail", __name__)


@pages.get("/mail")
def show() -> ResponseReturnValue:
    return mail_previews.list_previews("studio/mail_previews.html", ".preview", OF_THE_STUDIO)


@pages.get("/mail/<kind>")
def preview(kind: str) -> ResponseReturnValue:
    back = url_for(".show")
    return mail_previews.show_preview("studio/mail_preview.html", ".document", kind, OF_THE_STUDIO, back=back)


@pages.get("/mail/<kind>/document")
def document(kind: str) -> ResponseReturnValue:
    return mail_previews.document(kind, OF_THE_STUDIO)
