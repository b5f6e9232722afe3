"""The press check: whether a piece can be struck, filled and worn at its size, and what would mend it."""

from dataclasses import replace

from storefront.pinart.alike import alike_neighbours
from storefront.pinart.artwork import Artwork
from storefront.pinart.filling import filling_checks
from storefront.pinart.findings import Check, Findings, Rule, read_findings
from storefront.pinart.limits import PUBLISHED, Limits
from storefront.pinart.outline import outline_checks
from storefront.pinart.piece import lay_out
from storefront.pinart.report import Report
from storefront.pinart.widths import cell_check, gap_check, line_check

__all__ = ["Check", "Findings", "Limits", "Report", "Rule", "press_check", "read_findings"]


def press_check(artwork: Artwork, millimetres: float, limits: Limits = PUBLISHED) -> Report:
    """Everything in millimetres of a piece whose longest side, rim included, is `millimetres`."""
    piece = lay_out(artwork, millimetres)
    checks = (
        line_check(piece, limits),
        cell_check(piece, limits),
        gap_check(piece, limits),
        *filling_checks(piece, limits),
        *outline_checks(piece, limits),
    )
    return Report(
        millimetres,
        piece.sides,
        tuple(replace(check, source=limits.source_of(check.name)) for check in checks),
        alike_neighbours(piece),
        piece.regions.place,
    )
