"""How much an SVG draws once every part has been drawn as often as it is referred to."""

from dataclasses import dataclass, field

from storefront.media.refusals import PictureRefused, Refusal

MOST_DRAWN = 100_000


@dataclass(eq=False)
class Part:
    """An element with what it holds and the ids of what it draws besides."""

    id: str | None = None
    refers_to: list[str] = field(default_factory=list)
    holds: list["Part"] = field(default_factory=list)


def check_drawn_parts(root: Part) -> None:
    """Raises PictureRefused for a drawing that multiplies itself, or draws itself inside itself."""
    parts = _Parts(root)
    try:
        drawn = parts.drawn_by(root)
    except RecursionError:
        raise PictureRefused(Refusal.DRAWING_TOO_INVOLVED) from None
    if drawn > MOST_DRAWN:
        raise PictureRefused(Refusal.DRAWING_TOO_INVOLVED)


class _Parts:
    def __init__(self, root: Part) -> None:
        self._named: dict[str, Part] = {}
        self._drawn: dict[Part, int | None] = {}
        self._learn_names(root)

    def drawn_by(self, part: Part) -> int:
        if part in self._drawn:
            known = self._drawn[part]
            if known is None:  # still being counted: it is inside itself
                raise PictureRefused(Refusal.DRAWING_TOO_INVOLVED)
            return known
        self._drawn[part] = None
        referred = [self._named[name] for name in part.refers_to if name in self._named]
        drawn = 1 + sum(self.drawn_by(other) for other in (*part.holds, *referred))
        self._drawn[part] = drawn
        return drawn

    def _learn_names(self, part: Part) -> None:
        if part.id is not None:
            self._named.setdefault(part.id, part)
        for held in part.holds:
            self._learn_names(held)
