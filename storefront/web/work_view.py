"""The work behind an edition, told: its story, its making and its facts."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from storefront.catalog import stories
from storefront.catalog.artists import Artist
from storefront.catalog.editions import Edition
from storefront.catalog.pins import PictureRole, Pin
from storefront.web import trade_words as words
from storefront.web.formats import comma_list
from storefront.web.pictures import Shown, shown


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    picture: Shown | None
    photo: bool


@dataclass(frozen=True)
class WorkView:
    quote: str
    story: Markup
    steps: tuple[Step, ...]
    specs: tuple[tuple[str, str], ...]
    colours: tuple[tuple[str, str], ...]
    photos: tuple[Shown, ...]


def view_work(edition: Edition, artist: Artist) -> WorkView:
    pin = edition.pin
    return WorkView(
        quote=pin.quote,
        story=Markup(stories.as_html(pin.story)),  # noqa: S704  cleaned there
        steps=_steps(pin),
        specs=_specs(edition, artist),
        colours=tuple((colour["name"], colour["hex"]) for colour in pin.colours),
        photos=tuple(shown(p.picture, p.alt) for p in pin.pictures if p.role is PictureRole.PHOTO),
    )


def _steps(pin: Pin) -> tuple[Step, ...]:
    made = []
    for step in pin.steps:
        title, text = words.step(step.kind)
        picture = shown(step.picture, step.alt) if step.picture else None
        made.append(Step(title, step.text or text, picture, photo=picture is not None and not picture.drawn))
    return tuple(made)


def _specs(edition: Edition, artist: Artist) -> tuple[tuple[str, str], ...]:
    pin = edition.pin
    rows = (
        (_("Edition"), _edition_words(edition)),
        (_("Technique"), words.sentence(words.technique(pin.technique))),
        (_("Shape"), words.sentence(pin.shape)),
        (
            _("Size"),
            _("%(flat)s, %(thick)s mm thick", flat=words.millimetres(pin), thick=words.tenths(pin.thickness_tenths)),
        ),
        (_("Metal"), words.sentence(words.metal(pin.metal))),
        (_("Texture"), words.sentence(words.texture(pin.texture))),
        (_("Backing"), _backing_words(pin)),
        (_("Stands for"), ". ".join(filter(None, (words.sentence(words.meaning(pin.meaning)), pin.meaning_note)))),
        (
            _("Ships"),
            ngettext(
                "Within %(num)s day of your payment", "Within %(num)s days of your payment", artist.ships_within_days
            ),
        ),
    )
    return tuple(row for row in rows if row[1])


def _edition_words(edition: Edition) -> str:
    said = [ngettext("%(num)s numbered piece", "%(num)s numbered pieces", edition.size)]
    if edition.proofs:
        said.append(ngettext("%(num)s artist’s proof", "%(num)s artist’s proofs", edition.proofs))
    if edition.reserved:
        reserved = len(edition.reserved)
        said.append(ngettext("%(num)s number kept back", "%(num)s numbers kept back", reserved))
    return comma_list(said)


def _backing_words(pin: Pin) -> str:
    backing = words.sentence(words.backing(pin.backing))
    if not pin.posts:
        return backing
    return ngettext("%(backing)s, %(num)s post", "%(backing)s, %(num)s posts", pin.posts, backing=backing)
