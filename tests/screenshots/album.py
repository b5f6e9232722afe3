"""The album: one page with every picture that was taken, state by state."""

from html import escape
from itertools import groupby

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page and state</title>
<style>body{{font:15px/1.4 system-ui;margin:2rem;background:#ddd}}section{{margin-block:2rem}}
div{{display:flex;gap:1rem;overflow-x:auto;align-items:flex-start}}figure{{margin:0}}img{{height:30rem;background:#fff}}
.wrong{{color:#a00}}</style>
<h1>Every page and state</h1>{faults}{sections}</html>"""


def album(folder, camera):
    faults = "".join(f"<p class=wrong>{escape(f'{one.scene}, {one.view}: {one.words}')}</p>" for one in camera.faults)
    sections = "".join(_section(name, list(taken)) for name, taken in groupby(camera.taken, key=lambda one: one[0]))
    page = folder / "index.html"
    page.write_text(_PAGE.format(faults=faults, sections=sections), encoding="utf-8")
    return page


def _section(name, taken):
    figures = "".join(
        f'<figure><a href="{file}"><img src="{file}" alt="{escape(name)}, {view}" loading="lazy"></a>'
        f"<figcaption>{view}</figcaption></figure>"
        for _name, view, file in taken
    )
    return f"<section><h2>{escape(name)}</h2><div>{figures}</div></section>"
