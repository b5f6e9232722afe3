"""Light: a pin's front taken apart, for a browser to turn it (static/js/tilt.js). Only a front that was pressed here has it."""

from dataclasses import dataclass

from storefront.catalog.pins import PictureRole, Pin
from storefront.web.picture_addresses import picture_address


@dataclass(frozen=True)
class Light:
    """Addresses of colour and surface, and what they are of."""

    albedo: str
    surface: str
    metal: str
    enamel: str


def find_light(pin: Pin) -> Light | None:
    front = pin.picture(PictureRole.FRONT)
    told = front.light if front is not None else None
    if not told:
        return None
    return Light(picture_address(told["albedo"]), picture_address(told["surface"]), told["metal"], told["enamel"])
