"""Inside the press (`python -m storefront.pressing.anvil`): a process that reads drawings and draws pins until it is idle.

This is the only module of the shop's own processes that loads the renderer; nothing imports it.
"""

import json
import resource
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image

from storefront.pinart import ingest
from storefront.pinart.alike import alike_neighbours
from storefront.pinart.artwork import AIR, Artwork, Ids, NotArtwork, Rgb
from storefront.pinart.back import blank_back
from storefront.pinart.back import engrave as engraved
from storefront.pinart.blanks import packed, unpacked
from storefront.pinart.checking import press_check
from storefront.pinart.choices import Step
from storefront.pinart.findings import Alike
from storefront.pinart.ingest import Drawing, NotFlat
from storefront.pinart.limits import Limits
from storefront.pinart.picture import Look, front
from storefront.pinart.piece import lay_out, spans
from storefront.pinart.regions import RIM, SHARE_OF_CANVAS
from storefront.pinart.relight import relight_pair
from storefront.pinart.stages import stage
from storefront.pressing.wire import HungUp, Message, receive, send

Blobs = tuple[bytes, ...]
WEBP: Message = {"quality": 90, "method": 2, "alpha_quality": 95}
WHOLE = 1000


def read(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """Colours and regions of a drawing; of one that is not flat also why, and what it would be in flat colours."""
    with Image.open(BytesIO(blobs[0]), formats=("PNG", "JPEG")) as picture:
        picture.load()
    try:
        return _described(ingest.ingest(picture))
    except NotFlat as refused:
        reason = {name: getattr(refused, name) for name in ("reason", "share", "limit", "fading", "textured")}
    except NotArtwork:
        return {"refused": {"reason": "empty"}}, ()
    if reason["reason"] == "empty":
        return {"refused": reason}, ()
    drawing = ingest.posterised(picture, told["colours"])
    answer, regions = _described(drawing)
    return {**answer, "refused": reason}, (*regions, _webp(_flat_picture(drawing, 480)))


def show(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """A preview, the press check, and where its findings lie. What a change does not touch is not done again."""
    plan = told["plan"]
    looks = {name: value for name, value in plan.items() if name != "size_tenths"}
    shape = json.dumps([plan["size_tenths"], plan["ends"]])
    palette = json.dumps([colour["hex"] for colour in plan["colours"]])
    picture, seconds = _small(blobs[0], json.dumps(looks), told["size"])
    report, marks = _checked(blobs[0], shape, Limits(**told["limits"]), told["marks"])
    alike = [pair.as_json() for pair in _alike(blobs[0], shape, palette)]
    return {"report": {**report, "alike": alike}, "seconds": seconds}, (picture, marks)


def draw(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """One picture for each of the plans, in the view and size that are asked for."""
    return {}, tuple(_webp(front(*_planned(plan, blobs[0]), told["size"])) for plan in told["plans"])


def press(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """One view of the finished set, without any loss."""
    artwork, look = _planned(told["plan"], blobs[0])
    size = told["size"]
    match told["view"]:
        case "front":
            picture = front(artwork, look, size)
        case "back":
            blank = blank_back(artwork, look, size)
            picture = engraved(blank, "", told["title"], told["maker"])
            return _sized(picture), (_png(picture), packed(blank) if blank.plaque else b"")
        case step:
            picture = stage(artwork, look, Step(step), size)
    return _sized(picture), (_png(picture),)


def engrave(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """One piece's back: its label, title and maker on a blank that was kept."""
    picture = engraved(unpacked(blobs[0]), told["label"], told["title"], told["maker"])
    return _sized(picture), (_png(picture),)


def measure(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """The shape of the piece that is left when parts of the drawing are cut out."""
    return {"shape": _shape(_artwork(told["plan"], blobs[0]).ids)}, ()


def relight(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """What a browser needs to turn the pin in the light."""
    return {}, relight_pair(*_planned(told["plan"], blobs[0]), told["size"]).webp()


def certificate(told: Message, blobs: Blobs) -> tuple[Message, Blobs]:
    """A sheet of paper with the pictures that are sent along."""
    from storefront.printing.certificate import Sheet, Words, as_pdf  # noqa: PLC0415  only who prints loads it

    words = tuple(Words(**{**one, "rows": tuple(map(tuple, one["rows"]))}) for one in told["words"])
    facts = {name: told[name] for name in ("number", "of", "title", "by", "code", "address")}
    return {}, (as_pdf(Sheet(**facts, words=words), blobs),)


def _described(drawing: Drawing) -> tuple[Message, Blobs]:
    if not drawing.areas:
        return {"refused": {"reason": "empty"}}, ()
    colours = ["#%02x%02x%02x" % rgb for rgb in drawing.colours]  # noqa: UP031  shorter than its three parts
    width, height = _shape(drawing.ids)
    answer = {"colours": colours, "lines": drawing.metal, "width": width, "height": height}
    return answer, (_png(Image.fromarray(drawing.ids)),)


def _shape(ids: Ids) -> tuple[int, int]:
    """Width and height of the finished piece, its rim included, in thousandths of the longer one."""
    across, down = spans(ids != AIR)
    rim = 2 * RIM / (WHOLE * SHARE_OF_CANVAS) * max(across, down)
    longest = max(across, down) + rim
    return round(WHOLE * (across + rim) / longest), round(WHOLE * (down + rim) / longest)


@lru_cache(maxsize=24)
def _small(regions: bytes, looks: str, size: int) -> tuple[bytes, float]:
    """The picture, and the seconds it took."""
    plan = json.loads(looks)
    began = time.perf_counter()
    picture = front(_artwork(plan, regions), _look(plan), size)
    return _webp(picture), round(time.perf_counter() - began, 2)


@lru_cache(maxsize=24)
def _checked(regions: bytes, shape: str, limits: Limits, size: int) -> tuple[Message, bytes]:
    """The press check and its marks, if it has any; no metal, enamel or colour changes them."""
    size_tenths, ends = json.loads(shape)
    report = press_check(_shaped(ends, regions, [(0, 0, 0)] * len(ends)), size_tenths / 10, limits)
    marks = report.marks(size)
    return report.as_json(), _webp(marks) if marks.getbbox() else b""


@lru_cache(maxsize=24)
def _alike(regions: bytes, shape: str, palette: str) -> tuple[Alike, ...]:
    """What of the press check colours do change."""
    size_tenths, ends = json.loads(shape)
    art = _shaped(ends, regions, [_rgb(value) for value in json.loads(palette)])
    return alike_neighbours(lay_out(art, size_tenths / 10))


def _planned(plan: Message, regions: bytes) -> tuple[Artwork, Look]:
    return _artwork(plan, regions), _look(plan)


def _artwork(plan: Message, regions: bytes) -> Artwork:
    return _shaped(plan["ends"], regions, [_rgb(colour["hex"]) for colour in plan["colours"]])


def _shaped(ends: dict[str, int], regions: bytes, palette: Sequence[Rgb]) -> Artwork:
    table = np.arange(256, dtype=np.uint8)
    for region, end in ends.items():
        table[int(region)] = end
    enamels = {n: rgb for n, rgb in enumerate(palette, start=1) if ends[str(n)] == n}
    return Artwork(table[_ids(regions)], enamels)


def _look(plan: Message) -> Look:
    effects = {n: c["effect"] for n, c in enumerate(plan["colours"], start=1) if c["joins"] is None}
    return Look(plan["metal"], plan["technique"], texture=plan["texture"], effects=effects)


@lru_cache(maxsize=4)
def _ids(regions: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(BytesIO(regions), formats=("PNG",)) as drawn:
        return np.asarray(drawn.convert("L"))


def _rgb(value: str) -> Rgb:
    red, green, blue = bytes.fromhex(value.removeprefix("#"))
    return red, green, blue


def _flat_picture(drawing: Drawing, side: int) -> Image.Image:
    """The drawing in its flat colours, as it would be taken."""
    colours = np.zeros((256, 4), np.uint8)
    for region, rgb in enumerate(drawing.colours, start=1):
        colours[region] = (*rgb, 255)
    picture = Image.fromarray(colours[drawing.ids])
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def _sized(picture: Image.Image) -> Message:
    return {"width": picture.width, "height": picture.height}


def _webp(picture: Image.Image, quality: int = 90) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", **{**WEBP, "quality": quality})
    return file.getvalue()


def _png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", compress_level=4)
    return file.getvalue()


WORK: dict[str, Callable[[Message, Blobs], tuple[Message, Blobs]]] = {
    "read": read,
    "show": show,
    "draw": draw,
    "press": press,
    "engrave": engrave,
    "measure": measure,
    "relight": relight,
    "certificate": certificate,
}


def serve(wire: socket.socket, limits: Message) -> None:
    """Until nobody asks any more, or nobody is there."""
    memory = limits["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            told, blobs = receive(wire, time.monotonic() + limits["idle_seconds"])
        except (HungUp, TimeoutError):
            return
        _allow_seconds(limits["cpu_seconds"])
        answer, made = WORK[told["work"]](told, blobs)
        wire.settimeout(limits["wall_seconds"])
        send(wire, answer, made)


def _allow_seconds(seconds: int) -> None:
    """From now on: what earlier orders have used does not count against this one."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    serve(socket.socket(fileno=sys.stdin.fileno()), json.loads(sys.argv[1]))
