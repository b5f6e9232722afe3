"""Actual size: a pin drawn beside a bank card, in millimetres, and the comparison in words."""

from dataclasses import dataclass

from flask_babel import gettext as _

from storefront.web.cutouts import CutOut, Front, cut_out

CARD = (85.6, 53.98)  # ISO/IEC 7810 ID-1, rounded at the corners
_ROOM = 7  # millimetres from the card's edge to the pin


@dataclass(frozen=True)
class ActualSize:
    """The drawing is `across` by `down` mm, the pin's middle at x, y; `pin` is None where no picture can be cut out."""

    words: str
    width: float
    height: float
    across: float
    down: float
    pin: CutOut | None

    @property
    def x(self) -> float:
        return _ROOM + self.width / 2

    @property
    def y(self) -> float:
        return self.down / 2

    @property
    def card(self) -> tuple[float, float]:
        return CARD


def actual_size(millimetres: str, size: tuple[float, float], front: Front | None) -> ActualSize:
    """The pin of `size`, said as `millimetres`. Not for within a transaction: it may read the stored picture."""
    pin = cut_out(front) if front is not None else None
    width, height = (pin.width, pin.height) if pin is not None else size
    return ActualSize(
        words=_beside_a_card(millimetres, size[0] / CARD[0]),
        width=width,
        height=height,
        across=max(CARD[0], width + 2 * _ROOM),
        down=max(CARD[1], height),
        pin=pin,
    )


def _beside_a_card(size: str, share: float) -> str:
    said = (
        (0.16, _("%(size)s, about an eighth of a bank card wide.", size=size)),
        (0.29, _("%(size)s, about a quarter of a bank card wide.", size=size)),
        (0.42, _("%(size)s, about a third of a bank card wide.", size=size)),
        (0.58, _("%(size)s, about half a bank card wide.", size=size)),
        (0.71, _("%(size)s, about two thirds of a bank card wide.", size=size)),
        (0.88, _("%(size)s, about three quarters of a bank card wide.", size=size)),
        (1.12, _("%(size)s, about as wide as a bank card.", size=size)),
    )
    wider = _("%(size)s, wider than a bank card.", size=size)
    return next((words for most, words in said if share < most), wider)
