"""The artwork page's values: the preview, the press check beside it, the comparison and how far a pressing is."""

import base64
from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.catalog.artworks import PinArtwork, sides
from storefront.catalog.pins import Metal, Pin, Technique
from storefront.catalog.press_plans import PressPlan
from storefront.extensions import services
from storefront.pressing.asking import TILE, Preview, digest_of
from storefront.pressing.press import PressBroke, PressBusy, PressTookTooLong
from storefront.pressing.pressings import Pressing
from storefront.progress import ProgressState
from storefront.web import press_sources, press_words, trade_words
from storefront.web.formats import decimal
from storefront.web.studio import artwork_words as words

NO_ANSWER = (PressBusy, PressTookTooLong, PressBroke)
COMPARISONS: dict[str, tuple[Technique | Metal, ...]] = {"enamel": tuple(Technique), "metal": tuple(Metal)}


@dataclass(frozen=True)
class Tile:
    """One picture of a comparison; `choose` is what its button sends."""

    name: str
    picture: str
    choose: str
    chosen: bool


@dataclass(frozen=True)
class PressingView:
    """`words` say what is done just now, or how it ended."""

    state: ProgressState
    active: bool
    done: int
    total: int
    words: str
    current: bool


@dataclass(frozen=True)
class ArtworkView:
    """`quick` is the small preview, for a page that changes; `marks` lie over it where there are some. `lines` and `answers` are
    the press check in words and `sources` where its limits come from, nothing when the press did not answer; `sides` are the
    finished piece's.
    """

    alt: str
    picture_url: str
    quick: str
    marks: str
    lines: tuple[press_words.Said, ...]
    answers: tuple[press_words.Answer, ...]
    sources: tuple[press_sources.Source, ...]
    seconds: str
    sides: str
    names: tuple[str, ...]
    tiles: tuple[Tile, ...]
    compared: str

    @property
    def outcome(self) -> str:
        """For who can't see that the page has changed."""
        warnings = sum(not line.passes for line in self.lines)
        if not warnings:
            return _("Drawn anew. It can be made like this.")
        return ngettext("Drawn anew. %(num)s check warns.", "Drawn anew. %(num)s checks warn.", warnings)


def view_artwork(pin: Pin, artwork: PinArtwork, plan: PressPlan, compared: str = "") -> ArtworkView:
    """To be called outside of any transaction: the press is asked, which takes its time."""
    regions = services().shelf.originals.get(artwork.regions)
    preview = find_preview(regions, plan)
    width, height = _sides(artwork, plan, preview)
    names = words.named(plan)
    return ArtworkView(
        alt=words.planned(pin, plan),
        picture_url=url_for("studio.artwork.picture", pin_id=pin.id, v=version_of(artwork, plan)),
        quick=as_data(preview.picture) if preview else "",
        marks=as_data(preview.marks) if preview and preview.marks else "",
        lines=press_words.lines(preview.findings, names) if preview else (),
        answers=press_words.answers(preview.findings, names) if preview else (),
        sources=press_sources.sources(preview.findings.checks) if preview else (),
        seconds=decimal(max(0.1, preview.seconds), "0.0") if preview else "",
        sides=_("%(width)s × %(height)s mm", width=trade_words.tenths(width), height=trade_words.tenths(height)),
        names=tuple(names),
        tiles=_tiles(regions, plan, compared),
        compared=compared,
    )


def version_of(artwork: PinArtwork, plan: PressPlan) -> str:
    """What the address of a preview ends with: another plan has another address."""
    return digest_of(plan, artwork.regions)[:16]


def find_preview(regions: bytes, plan: PressPlan) -> Preview | None:
    """None when the press has no time just now."""
    try:
        return services().previews.show(regions, plan)
    except NO_ANSWER:
        return None


def _sides(artwork: PinArtwork, plan: PressPlan, preview: Preview | None) -> tuple[int, int]:
    """In tenths of a millimetre; of what is cut out only the press knows how much it leaves."""
    if preview is None or not plan.cuts_out:
        return sides(artwork.shape, plan.size_tenths)
    width, height = (round(10 * side) for side in preview.findings.sides)
    return width, height


def view_pressing(pressing: Pressing | None, artwork: PinArtwork, plan: PressPlan) -> PressingView | None:
    if pressing is None:
        return None
    progress = pressing.progress
    said = {
        ProgressState.DONE: _("The pictures hang on the pin’s page."),
        ProgressState.FAILED: _("The press broke down over it. Nothing that hung before was touched. Press again."),
        ProgressState.CANCELLED: _("Called off. Nothing that hung before was touched."),
    }
    return PressingView(
        state=progress.state,
        active=pressing.is_active,
        done=progress.done,
        total=progress.total,
        words=said[progress.state] if progress.state in said else words.step_of(progress),
        current=pressing.regions == artwork.regions and _looks(pressing.plan) == _looks(plan),
    )


def _looks(plan: PressPlan) -> str:
    return digest_of(plan, "")


def _tiles(regions: bytes, plan: PressPlan, compared: str) -> tuple[Tile, ...]:
    others = COMPARISONS.get(compared, ())
    plans = [_changed(plan, other) for other in others]
    if not plans:
        return ()
    try:
        pictures = services().previews.draw(regions, plans, TILE)
    except NO_ANSWER:
        return ()
    return tuple(
        Tile(
            name=words.metal(other) if isinstance(other, Metal) else words.technique(other)[0],
            picture=as_data(picture),
            choose=f"{'metal' if isinstance(other, Metal) else 'technique'}:{other}",
            chosen=changed == plan,
        )
        for other, changed, picture in zip(others, plans, pictures, strict=True)
    )


def _changed(plan: PressPlan, other: Technique | Metal) -> PressPlan:
    return replace(plan, metal=other) if isinstance(other, Metal) else replace(plan, technique=other)


def as_data(picture: bytes) -> str:
    """A picture inside its page: nobody else can fetch it, and it costs no second request."""
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"
