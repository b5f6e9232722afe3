"""A small app with invented data that shows every macro and layout: `python tests/design/preview.py`, then open the address it prints."""

import hashlib
import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from PIL import Image, ImageDraw
from wtforms import (
    BooleanField,
    FileField,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from storefront import fonts, paths, sheets

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 27, 18, 11, tzinfo=UTC)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ERRORS = (400, 403, 404, 405, 409, 410, 413, 429, 500, 503)
PAGES = (
    "drop-scheduled",
    "drop-open",
    "drop-all_held",
    "drop-sold_out",
    "drop-sealed",
    "drop-large",
    "hold",
    "form",
    "order",
    "waiting",
    "certificate",
    "home",
    "studio",
    "start",
    "admin",
    "macros",
)


class Cell(NamedTuple):
    number: int
    kind: str
    state: str
    label: str


class _Address(FlaskForm):
    class Meta:
        csrf = False

    line = StringField("Street and number", [InputRequired("Enter the street and number.")])
    city = StringField("Town", [InputRequired("Enter the town.")])


class _Checkout(FlaskForm):
    email = StringField(
        "E-mail",
        [InputRequired("Enter an e-mail address, so that we can send the receipt.")],
        description="For the receipt.",
    )
    address = FormField(_Address)
    country = SelectField("Country", choices=[SelectChoice("PT", "Portugal"), SelectChoice("JP", "Japan")])
    quantity = IntegerField("How many", [InputRequired("Enter a whole number.")])
    enamel = RadioField(
        "Enamel",
        [InputRequired("Choose soft or hard.")],
        choices=[SelectChoice("soft", "Soft"), SelectChoice("hard", "Hard")],
    )
    note = TextAreaField("A word to the artist", [Length(max=400)])
    picture = FileField("Photograph", description="JPEG, PNG or WebP, up to 20 MB.")
    agree = BooleanField(
        "I understand that the number comes back if I do not pay in time.", [InputRequired("Tick this to go on.")]
    )


def create_preview() -> Flask:
    app = Flask("preview", static_folder=str(paths.STATIC), template_folder=str(paths.TEMPLATES))
    app.config.update(SECRET_KEY="preview", WTF_CSRF_ENABLED=True, TESTING=True)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(HERE / "pages"), FileSystemLoader(paths.TEMPLATES)])
    app.jinja_env.undefined = StrictUndefined
    Babel(app)
    csrf = CSRFProtect(app)
    app.jinja_env.globals.update(
        static_url=_static_url, sheet_url=lambda: "/sheet.css", other_languages=list, shop_name="Vitrine", demo=False
    )
    app.jinja_env.filters.update(money=str, zoned=_zoned, duration=str)
    app.add_url_rule("/preview/<name>", "page", _page)
    app.add_url_rule("/pin/<name>", "pin", _pin)
    app.add_url_rule("/error/<int:code>", "error", _error)
    app.add_url_rule("/time", "time", _time)
    app.add_url_rule("/sheet.css", "sheet", lambda: Response(sheets.common_sheet(), mimetype="text/css"))
    app.add_url_rule("/holds", "holds", csrf.exempt(_holds), methods=["POST"])
    app.add_url_rule("/live.json", "live", _live)
    app.add_url_rule(
        "/me.json",
        "me",
        lambda: jsonify(csrf="token", key="key", holds=[{"url": "/h", "label": "number 38"}], now=_ms()),
    )
    app.after_request(_strict)
    return app


def _page(name: str) -> str:
    kind, _, state = name.partition("-")
    form = _Checkout(formdata=None)
    if kind == "form" and request.args.get("errors", "1") == "1":
        form.validate()
    return render_template(
        f"{kind}.html",
        state=state or "open",
        cells=_cells(state),
        now=NOW,
        opens=NOW + timedelta(seconds=int(request.args.get("opens", 2 * 86400 + 4 * 3600 + 17 * 60 + 9))),
        picture=picture,
        form=form,
        page_address="?page={}".format,
        theme=request.args.get("theme", ""),
        locale=Locale(
            "ar" if request.args.get("dir") == "rtl" else "en", "EG" if request.args.get("dir") == "rtl" else "GB"
        ),
        until=NOW + timedelta(seconds=int(request.args.get("left", "581"))),
    )


def _cells(state: str) -> list[Cell]:
    size = 1200 if state == "large" else 100
    sold = set(range(1, size + 1)) if state == "sold_out" else ({*range(1, 37), 88} - {29, 34})
    held = set(range(1, size + 1)) - sold if state == "all_held" else {29, 34, 37, 38}
    return [
        Cell(n, "numbered", "sold" if n in sold else "held" if n in held else "free", str(n))
        for n in range(1, size + 1)
    ]


def picture(name: str, alt: str, width: int = 1000, height: int = 1000) -> SimpleNamespace:
    src = f"/pin/{name}"
    source = SimpleNamespace(type="image/webp", srcset=f"{src} {width}w")
    return SimpleNamespace(alt=alt, width=width, height=height, src=src, sources=[source], drawn=True)


def _pin(name: str) -> Response:
    """A picture from the folder PREVIEW_PINS, or a plain drawn one."""
    folder = os.environ.get("PREVIEW_PINS")
    if folder and (Path(folder) / f"{name}.webp").is_file():
        return send_file(Path(folder) / f"{name}.webp")
    image = Image.new("RGBA", (400, 380))
    ImageDraw.Draw(image).ellipse((20, 20, 380, 360), fill="#6fb9a8", outline="#b8923a", width=18)
    drawn = BytesIO()
    image.save(drawn, "WEBP")
    drawn.seek(0)
    return send_file(drawn, mimetype="image/webp")


def _error(code: int) -> tuple[str, int]:
    return render_template(f"errors/{code}.html", reference="7f3a-19c2"), code


def _time() -> Response:
    return Response(status=204, headers={"X-Time": str(_ms()), "Cache-Control": "no-store"})


def _live() -> Response:
    digits = [{"free": 0, "held": 1, "sold": 2}[cell.state] for cell in _cells("open")]
    packed = bytes(a << 4 | b for a, b in zip(digits[::2], digits[1::2], strict=True))
    edition = {
        "id": 1,
        "sold": 35,
        "held": 4,
        "free": 61,
        "next_free": 39,
        "wall": {"numbered": b64encode(packed).decode()},
    }
    return jsonify(v=1, now=_ms(), state=request.args.get("state", "open"), poll_ms=5000, editions=[edition])


def _holds() -> ResponseReturnValue:
    """Too early the first time a key is seen, then yours: what a click just before the opening meets."""
    asked = current_app.extensions.setdefault("asked", [])
    asked.append(request.form.to_dict())
    if len(asked) == 1:
        return jsonify(error="not_open", wait_ms=200), 409
    return redirect("/preview/hold", 303)


def _ms() -> int:
    return int(NOW.timestamp() * 1000)


def _zoned(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M} in {zone.rpartition('/')[2].replace('_', ' ')}"


def _static_url(name: str) -> str:
    digest = hashlib.sha256((paths.STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


if __name__ == "__main__":
    fonts.build()
    create_preview().run(port=int(os.environ.get("PORT", "8099")))
