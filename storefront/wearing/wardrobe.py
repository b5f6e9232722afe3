"""The wardrobe: every garment there is, the first one being what a page begins with."""

from storefront.wearing.garments import Garment
from storefront.wearing.hat import HAT
from storefront.wearing.jacket import JACKET
from storefront.wearing.lanyard import LANYARD
from storefront.wearing.tote import TOTE

GARMENTS: dict[str, Garment] = {garment.name: garment for garment in (JACKET, TOTE, HAT, LANYARD)}
