"""Reports: findings of a press check, and where on the piece they are."""

from dataclasses import dataclass, field

from PIL import Image

from storefront.pinart.findings import Findings, Rule
from storefront.pinart.marks import drawn_marks
from storefront.pinart.regions import Place


@dataclass(frozen=True)
class Report(Findings):
    """The same, and where on the piece it was found."""

    place: Place = field(repr=False)

    def marks(self, size: int, *rules: Rule) -> Image.Image:
        """What warns, for laying over the front of the same size; all of it, or only what these rules found."""
        shown = [mark for check in self.warnings if not rules or check.name in rules for mark in check.marks]
        return drawn_marks(shown, self.place, size)
