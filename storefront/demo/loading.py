"""Loading the demo into an empty shop, once."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.accounts import buyers, passwords
from storefront.accounts.addresses import email_key
from storefront.accounts.people import Account, ArtistMember
from storefront.catalog.artist_pages import ArtistDetails, create_artist
from storefront.catalog.artists import Artist, ShippingZone
from storefront.catalog.artworks import NewDrawing, lay_drawing
from storefront.catalog.drop_plans import DropPlan, create_drop
from storefront.catalog.drops import Drop
from storefront.catalog.edition_terms import EditionTerms, create_edition
from storefront.catalog.editions import list_editions
from storefront.catalog.pin_details import PinDetails, create_pin, write_steps
from storefront.catalog.pin_pictures import hang_picture, illustrate_step
from storefront.catalog.pins import Light, PictureRole, Pin, StepKind
from storefront.catalog.representing import agree, ask
from storefront.catalog.shipping import ShippingTerms, set_shipping
from storefront.config import Settings
from storefront.db import Database
from storefront.demo.artists import ARTISTS, DemoArtist
from storefront.demo.catalogue import PINS, DemoPin
from storefront.demo.motifs import MOTIFS, Colour, Motif
from storefront.demo.people import SIGN_INS
from storefront.demo.pictures import PRESSINGS, DemoPictures, drawn_colours, render_demo_pictures
from storefront.demo.portraits import draw_portrait
from storefront.demo.sales import sell_some
from storefront.inventory import running
from storefront.inventory.announcing import announce
from storefront.longwork import make_long_work
from storefront.media.keeping import Shelf, keep, make_shelf
from storefront.media.uploads import PictureKind, check_picture

_ZONES = (
    ShippingZone("Portugal", ("PT",), 450, 100),
    ShippingZone(
        "European Union", ("AT", "BE", "DE", "DK", "ES", "FI", "FR", "GR", "IE", "IT", "LU", "NL", "PL", "SE"), 690, 150
    ),
    ShippingZone("Everywhere else", ("*",), 1290, 300),
)
_TAX = {"PT": 2300, "ES": 2100, "FR": 2000, "DE": 1900, "NL": 2100, "IT": 2200}


def load_demo(settings: Settings, *, at: datetime, say: Callable[[str], object], scale: float = 1.0) -> bool:
    """Fill the shop; False when it has artists already, and nothing is touched. `scale` draws smaller pictures."""
    database = Database(settings.database_url)
    try:
        with database.reading() as session:
            if session.scalars(select(Artist.id)).first() is not None:
                return False
        shelf = make_shelf(settings, database)
        say("Pressing the demo's pins; this is done once and takes a minute or two.")
        pictures = render_demo_pictures(settings.var / "demo-pictures", _tenths(say), scale=scale)
        kept = _keep_all(shelf, pictures, at) | _keep_portraits(shelf, at)
        blanks = {key: shelf.originals.put(found.blank.read_bytes(), "npz") for key, found in pictures.items()}
        lights = {key: _light(shelf, key, found) for key, found in pictures.items()}
        drawings = {motif.key: _drawing(shelf, motif, pictures[motif.key]) for motif in MOTIFS}
        with database.transaction() as session:
            Loader(session, settings.address_key.encode(), at, kept, blanks, lights, drawings).load()
        long_work = make_long_work(settings, shelf)
        for picture_id in kept.values():
            long_work.finish_picture(picture_id)
        say("The demo is loaded.")
        return True
    finally:
        database.dispose()


def _tenths(say: Callable[[str], object]) -> Callable[[int, int], None]:
    def progress(done: int, of: int) -> None:
        if done * 10 // of != (done - 1) * 10 // of:
            say(f"  {done} of {of} pictures")

    return progress


def _keep_all(shelf: Shelf, pictures: dict[str, DemoPictures], at: datetime) -> dict[str, int]:
    """Every picture's id by its file's name, through the same checks as an artist's upload."""

    def kept(path: Path) -> tuple[str, int]:
        return path.stem, keep(shelf, check_picture(BytesIO(path.read_bytes()), PictureKind.ARTWORK), at=at)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the pixels are moved in child processes
        return dict(pool.map(kept, [path for found in pictures.values() for path in found.all]))


def _keep_portraits(shelf: Shelf, at: datetime) -> dict[str, int]:
    drawn = {demo.key: BytesIO(draw_portrait(demo.key)) for demo in ARTISTS}
    return {
        f"portrait-{key}": keep(shelf, check_picture(content, PictureKind.PHOTOGRAPH), at=at)
        for key, content in drawn.items()
    }


def _drawing(shelf: Shelf, motif: Motif, found: DemoPictures) -> NewDrawing:
    """As if its artist had uploaded it, so that the studio has something to press; its sides are the pin's."""
    drawing, regions = (shelf.originals.put(path.read_bytes(), "png") for path in (found.drawing, found.regions))
    colours = drawn_colours(motif)
    return NewDrawing(drawing, regions, colours, lines=len(colours), width=1000, height=1000)


def _light(shelf: Shelf, motif: str, found: DemoPictures) -> Light:
    look = PRESSINGS[motif].look
    kept = {kind: shelf.public.put(path.read_bytes(), "webp") for kind, path in found.light.items()}
    return {**kept, "metal": look.metal, "enamel": look.enamel}


@dataclass(frozen=True)
class Loader:
    """Writes the demo in one transaction; `pictures` are ids by file name, the others are by motif."""

    session: Session
    address_key: bytes
    at: datetime
    pictures: dict[str, int]
    blanks: dict[str, str]
    lights: dict[str, Light]
    drawings: dict[str, NewDrawing]

    def load(self) -> None:
        artists = {demo.key: self._artist(demo) for demo in ARTISTS}
        self._show_them_together(artists)
        self._people(artists)
        for demo in PINS:
            self._pin(demo, artists[demo.artist])

    def _artist(self, demo: DemoArtist) -> Artist:
        details = ArtistDetails(
            kind=demo.kind,
            name=demo.name,
            currency=demo.currency,
            city=demo.city,
            statement=demo.statement,
            portrait_id=self.pictures[f"portrait-{demo.key}"],
            portrait_alt=demo.portrait,
            practice=demo.practice,
            places=tuple({"name": name, "where": where, "website": ""} for name, where in demo.places),
        )
        artist = create_artist(self.session, details, at=self.at - timedelta(days=30))
        artist.is_demo = True
        set_shipping(self.session, artist, ShippingTerms(_ZONES, ("AQ",), _TAX, ships_within_days=10))
        return artist

    def _show_them_together(self, artists: dict[str, Artist]) -> None:
        for demo in ARTISTS:
            for house in demo.shown_by:
                asked = ask(self.session, artists[house], artists[demo.key], at=self.at)
                agree(self.session, asked, artists[demo.key], at=self.at)

    def _people(self, artists: dict[str, Artist]) -> None:
        studios = {"artist": [artists["ines"]], "museum": [artists["museum"]], "admin": []}
        for who, email, password in SIGN_INS:
            hashed = email_key(self.address_key, email)
            account = Account(
                email=email,
                email_key=hashed,
                name=f"Demo {who}",
                password_hash=passwords.hash_password(password),
                is_admin=who == "admin",
                created_at=self.at,
                confirmed_at=self.at,
            )
            self.session.add(account)
            self.session.flush()
            buyers.of_address(self.session, hashed, at=self.at).account_id = account.id
            self.session.add_all(
                ArtistMember(account_id=account.id, artist_id=artist.id, joined_at=self.at)
                for artist in studios.get(who, [])
            )

    def _pin(self, demo: DemoPin, artist: Artist) -> None:
        opens_at = (self.at + demo.opens).replace(second=0, microsecond=0)
        made_at = min(opens_at, self.at) - timedelta(days=2)
        motif = next(motif for motif in MOTIFS if motif.key == demo.motif)
        pin = create_pin(self.session, artist, _details(demo, motif.title, motif.palette, made_at), at=made_at)
        self._hang(pin, demo)
        width, height = (1000 * side // max(demo.millimetres) for side in demo.millimetres)
        lay_drawing(self.session, pin, replace(self.drawings[demo.motif], width=width, height=height), at=made_at)
        terms = EditionTerms(
            size=demo.size,
            price_minor=demo.price_minor,
            proofs=demo.proofs,
            reserved=demo.reserved,
            reserved_note=demo.reserved_note,
            per_person=demo.per_person,
            policy=demo.policy,
        )
        edition = create_edition(self.session, pin, terms, at=made_at)
        plan = DropPlan(title=pin.title, opens_at=opens_at, zone=demo.zone, editions=(edition.id,))
        drop = create_drop(self.session, artist, plan, at=made_at)
        announce(self.session, drop, at=made_at)
        if demo.sold:
            self._sell(drop, demo, opens_at)

    def _hang(self, pin: Pin, demo: DemoPin) -> None:
        front = self.pictures[f"{demo.motif}-front"]
        hang_picture(self.session, pin, front, PictureRole.FRONT, demo.alt, light=self.lights[demo.motif])
        hang_picture(
            self.session,
            pin,
            self.pictures[f"{demo.motif}-back"],
            PictureRole.BACK,
            f"The back of the pin {pin.title}, with two posts and a plate for the number",
            blank=self.blanks[demo.motif],
        )
        write_steps(self.session, pin, dict(zip(StepKind, demo.steps, strict=True)), at=pin.created_at)
        for number, step in enumerate(pin.steps, start=1):
            illustrate_step(
                self.session,
                step,
                self.pictures[f"{demo.motif}-{number}-{step.kind}"],
                f"{pin.title} after the step: {step.kind}",
            )

    def _sell(self, drop: Drop, demo: DemoPin, opens_at: datetime) -> None:
        running.open_due(self.session, at=opens_at)
        (edition,) = list_editions(self.session, drop.id)
        last = (
            opens_at + (self.at - opens_at) * 0.9
            if demo.sold < demo.size
            else opens_at + timedelta(minutes=4, seconds=12)
        )
        sell_some(self.session, edition, demo.sold, since=opens_at, until=last, address_key=self.address_key)


def _details(demo: DemoPin, title: str, palette: tuple[Colour, ...], made_at: datetime) -> PinDetails:
    width, height = demo.millimetres
    return PinDetails(
        title=title,
        year=made_at.year,
        technique=demo.technique,
        width_tenths=width * 10,
        height_tenths=height * 10,
        thickness_tenths=15,
        metal=demo.metal,
        meaning=demo.meaning,
        meaning_note=demo.meaning_note,
        shape=demo.shape,
        backing=demo.backing,
        colours=tuple({"name": colour.name, "hex": colour.hex} for colour in palette),
        story=demo.story,
        quote=demo.quote,
    )
