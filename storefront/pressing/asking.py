"""What is asked of the press, and what it answers, as plain values."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from storefront.catalog.press_plans import PressPlan
from storefront.pinart.findings import Findings, read_findings
from storefront.pinart.limits import PUBLISHED, Limits
from storefront.pressing.press import Press
from storefront.pressing.wire import Message

SMALL, LARGE, TILE = 360, 720, 240
POSTERISED = 8
_RENDERER = 1  # to be counted up when the same plan gives other pictures
_REMEMBERED = 12


@dataclass(frozen=True)
class Reading:
    """What was recognised in a drawing; `regions` is its region map, `width` and `height` as in catalog.artworks."""

    regions: bytes
    colours: tuple[str, ...]
    lines: int | None
    width: int
    height: int


class NotFlat(Exception):
    """The drawing is not flat colour; `shares` say how it was measured, `offer` is it in flat colours, and `picture` shows
    that as WebP. An empty drawing has no offer.
    """

    def __init__(self, reason: str, shares: dict[str, float], offer: Reading | None, picture: bytes) -> None:
        super().__init__(reason)
        self.reason = reason
        self.shares = shares
        self.offer = offer
        self.picture = picture


@dataclass(frozen=True)
class Preview:
    """Pictures as WebP, `marks` empty where there is nothing to mark; `seconds` is how long the first took to draw."""

    picture: bytes
    marks: bytes
    findings: Findings
    seconds: float


class Previews:
    """The last few previews are remembered: a page and the pictures in it ask for the same one. None is larger than the
    pictures of a full set.
    """

    def __init__(self, press: Press, largest: int = LARGE, limits: Limits = PUBLISHED) -> None:
        self.press = press
        self._limits = asdict(limits)
        self._largest = largest
        self._shown: OrderedDict[str, Preview] = OrderedDict()

    def read(self, drawing: bytes) -> Reading:
        """Raises NotFlat, PressBusy, PressTookTooLong, PressBroke, as all that ask."""
        told, blobs = self.press.ask("read", {"colours": POSTERISED}, drawing)
        reading = _reading(told, blobs[0]) if blobs else None
        if refused := told.get("refused"):
            shares = {name: value for name, value in refused.items() if isinstance(value, float)}
            raise NotFlat(refused["reason"], shares, reading, blobs[1] if blobs else b"")
        if reading is None:
            raise NotFlat("empty", {}, None, b"")
        return reading

    def show(self, regions: bytes, plan: PressPlan) -> Preview:
        """The small preview and its press check."""
        key = digest_of(plan, hashlib.sha256(regions).hexdigest())
        found = self._shown.get(key)
        if found is None:
            order = {"plan": told_plan(plan), "limits": self._limits}
            sizes = {"size": self._at_most(SMALL), "marks": self._at_most(LARGE)}
            told, (picture, marks) = self.press.ask("show", {**order, **sizes}, regions)
            found = self._shown[key] = Preview(picture, marks, read_findings(told["report"]), told["seconds"])
            while len(self._shown) > _REMEMBERED:
                self._shown.popitem(last=False)
        return found

    def draw(self, regions: bytes, plans: Sequence[PressPlan], size: int) -> tuple[bytes, ...]:
        """Pictures only, as WebP."""
        _told, pictures = self.press.ask(
            "draw", {"plans": [told_plan(plan) for plan in plans], "size": self._at_most(size)}, regions
        )
        return pictures

    def _at_most(self, size: int) -> int:
        return min(size, self._largest)


def told_plan(plan: PressPlan) -> Message:
    """The plan with its joins followed to their ends. Raises JoinsInACircle, NoEnamelLeft."""
    return {**plan.as_json(), "ends": plan.ends()}


def digest_of(plan: PressPlan, regions: str, *more: object) -> str:
    """The same for everything that looks the same: names of colours do not count."""
    told = plan.as_json()
    looks = {**told, "colours": [{**colour, "name": ""} for colour in told["colours"]]}
    return hashlib.sha256(json.dumps([_RENDERER, looks, regions, *more], sort_keys=True).encode()).hexdigest()


def _reading(told: Message, regions: bytes) -> Reading:
    return Reading(regions, tuple(told["colours"]), told["lines"], told["width"], told["height"])
