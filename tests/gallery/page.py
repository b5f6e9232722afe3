"""The gallery's page: which pictures stand where."""

from collections.abc import Iterator, Mapping
from html import escape

from gallery.pictures import FAILS, Asked
from storefront.demo.motifs import MOTIFS
from storefront.demo.pictures import PRESSINGS
from storefront.pinart.choices import Effect, Enamel, Step, Texture
from storefront.pinart.metals import METALS

Row = tuple[str, list[tuple[str, Asked]]]
Section = tuple[str, list[Row]]

BEFORE_PLATING = (Step.MOLD, Step.STRIKE, Step.POLISH)
STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 1480px; padding: 1.5rem; background: light-dark(#f4f2ee, #17181b); color: light-dark(#222, #e8e6e1); }
h1 { font-size: 1.8rem; } h2 { margin: 2.5rem 0 .5rem; } h3 { margin: 1rem 0 .25rem; font-size: 1rem; font-weight: 600; }
nav a { margin-right: 1rem; color: inherit; }
.row { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: .5rem; }
figure { margin: 0; text-align: center; } img { max-width: 100%; height: auto; }
figcaption { font-size: .85rem; opacity: .8; }
"""


def shown_on() -> list[Asked]:
    """Every picture of the page once."""
    return list(dict.fromkeys(asked for _, rows in _sections() for _, cells in rows for _, asked in cells))


def page(pictures: Mapping[Asked, str]) -> str:
    sections = list(_sections())
    links = "".join(f'<a href="#s{place}">{escape(title)}</a> ' for place, (title, _) in enumerate(sections))
    body = "".join(_section(place, title, rows, pictures) for place, (title, rows) in enumerate(sections))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>The press: a gallery</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style><h1>The press: every motif, metal and enamel</h1><nav>{links}</nav>{body}</html>\n"
    )


def _section(place: int, title: str, rows: list[Row], pictures: Mapping[Asked, str]) -> str:
    shown = "".join(f'<h3>{escape(name)}</h3><div class="row">{_cells(cells, pictures)}</div>' for name, cells in rows)
    return f'<section id="s{place}"><h2>{escape(title)}</h2>{shown}</section>'


def _cells(cells: list[tuple[str, Asked]], pictures: Mapping[Asked, str]) -> str:
    return "".join(
        f'<figure><img src="{pictures[asked]}" width="{asked.size}" height="{asked.size}" alt="{escape(asked.words)}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
        for caption, asked in cells
    )


def _sections() -> Iterator[Section]:
    for motif in MOTIFS:
        yield motif.title, list(_views(motif.key))
    yield "Textures", [_textures(key, enamel) for key in ("luna", "lighthouse") for enamel in Enamel]
    yield "Effects", [_effects(key, enamel, view) for key, view in EFFECTS for enamel in Enamel]
    yield "What the press check finds", [_findings()]


EFFECTS = (("octopus", "front"), ("luna", "front"), ("luna", "night"))


def _views(key: str) -> Iterator[Row]:
    for enamel in Enamel:
        yield f"{enamel} enamel", [(_plain(metal), Asked(key, metal, enamel)) for metal in METALS]
    yield "back", [(_plain(metal), Asked(key, metal, "soft", "back")) for metal in METALS]
    yield "before plating", [(step, Asked(key, "gold", "soft", step)) for step in BEFORE_PLATING]
    for step in (Step.PLATE, Step.COLOUR):
        yield f"{step}, then bake as above", [(_plain(metal), Asked(key, metal, "soft", step)) for metal in METALS]
    look = PRESSINGS[key].look
    own = [(view, Asked(key, look.metal, look.enamel, view)) for view in ("paper", "dark")]
    yield "as the demo sells it", [*own, ("120 px", Asked(key, look.metal, look.enamel, size=120))]


def _textures(key: str, enamel: Enamel) -> Row:
    views = ("front", Step.PLATE) if enamel is Enamel.SOFT else ("front",)
    cells = [
        (f"{_plain(metal)}, {texture}, {view}", Asked(key, metal, enamel, view, texture=texture))
        for view in views
        for metal in ("gold", "black_nickel", "copper")
        for texture in Texture
    ]
    return f"{key}, {enamel}", cells


def _effects(key: str, enamel: Enamel, view: str) -> Row:
    cells = [(effect.value, Asked(key, "gold", enamel, view, effect=effect)) for effect in Effect]
    return f"{key}, {enamel}, {view}", cells


def _findings() -> Row:
    cells = [
        (f"{motif.title}, {motif.millimetres:g} mm: {rule}", Asked(rule, "gold", "soft", "marked"))
        for rule, motif in FAILS.items()
    ]
    return "drawings that fail one rule each", cells


def _plain(metal: str) -> str:
    return metal.replace("_", " ")
