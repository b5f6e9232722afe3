"""`storefront press`, as a person at a command line sees it."""

import json
import re

import pytest
from click.testing import CliRunner
from PIL import Image

from pinart.flat_files import LINE, painted
from storefront import cli
from storefront.demo.motifs import MOTIFS

FILES = [
    "back.png",
    "front.png",
    "report.json",
    "step-1-mold.png",
    "step-2-strike.png",
    "step-3-polish.png",
    "step-4-plate.png",
    "step-5-colour.png",
    "step-6-bake.png",
    "thumb.png",
]
LUNA = MOTIFS[0]
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
<circle cx="50" cy="50" r="45" fill="#c0273f"/><path d="M20 40h60v20h-60z" fill="#1c3f8f"/></svg>"""


@pytest.fixture
def press(tmp_path):
    def command(file, *options):
        words = ["press", str(file), "--out", str(tmp_path / "out"), "--size", "120", *options]
        return CliRunner().invoke(cli.main, words)

    return command


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def luna(tmp_path):
    path = tmp_path / "luna.png"
    painted(LUNA).save(path, compress_level=1)
    return path


def report_in(folder):
    return json.loads((folder / "report.json").read_text())


def test_a_drawing_becomes_a_full_set_of_pictures_and_a_report(press, out, luna):
    answer = press(luna, "--metal", "silver", "--enamel", "hard", "--mm", "38", "--number", "17/100")

    assert answer.exit_code == 0, answer.output
    assert sorted(path.name for path in out.iterdir()) == FILES
    for path in out.glob("*.png"):
        with Image.open(path) as picture:
            assert (picture.mode, picture.size) == ("RGBA", (120, 120))
    report = report_in(out)
    assert set(report["palette"]) == {colour.hex for colour in LUNA.palette}
    assert report["palette"] == [region["colour"] for region in report["regions"]]
    assert sum(region["area"] for region in report["regions"]) + report["metal_area"] == pytest.approx(1, abs=0.001)
    assert (report["metal"], report["enamel"], report["number"]) == ("silver", "hard", "17/100")
    assert report["metal_colour"] == "#" + bytes(LINE).hex()
    assert report["millimetres"] == 38
    assert len(report["checks"]) > 8
    for check in report["checks"]:
        assert {"name", "value", "limit", "verdict"} <= set(check)
        assert check["verdict"] in {"pass", "warn"}
        assert check["source"].endswith(".")


def test_an_svg_is_drawn_and_pressed(press, out, tmp_path):
    (tmp_path / "badge.svg").write_text(SVG)

    answer = press(tmp_path / "badge.svg", "--metal-colour", "#1c3f8f")

    assert answer.exit_code == 0, answer.output
    assert report_in(out)["palette"] == ["#c0273f"]
    assert report_in(out)["metal_colour"] == "#1c3f8f"


def test_the_artist_merges_cuts_out_and_says_what_glitters(press, out, luna):
    answer = press(
        luna, "--merge", "#3f8f7c=#aedbb5", "--cut-out", "#76284a", "--effect", "#aedbb6=glitter", "--texture", "sandblasted",
        "--mm", "12"
    )  # fmt: skip

    assert answer.exit_code == 0, answer.output
    assert re.search(r"^- .*mm", answer.stdout, re.MULTILINE)  # what warns is said in words
    report = report_in(out)
    assert set(report["palette"]) == {"#aedbb5", "#f7f0dc", "#edb64f", "#1d3a45"}
    assert {region["colour"]: region["effect"] for region in report["regions"]}["#aedbb5"] == "glitter"
    assert report["texture"] == "sandblasted"


def test_a_makers_own_limit_decides_and_says_where_it_comes_from(press, out, luna):
    answer = press(luna, "--limits", "cells=2", "--limits-source", "Our maker fills two.")

    told = {check["name"]: check for check in report_in(out)["checks"]}
    assert (told["cells"]["verdict"], told["cells"]["limit"]) == ("warn", 2)
    assert told["cells"]["source"] == "Our maker fills two."
    assert told["line"]["source"].startswith("The least that makers ask")
    assert "more than 2 are too many to fill by hand" in answer.stdout


def a_gradient(path):
    Image.linear_gradient("L").convert("RGB").crop((20, 20, 220, 220)).save(path)


def an_empty_sheet(path):
    Image.new("RGB", (80, 80), "white").save(path)


def a_text(path):
    path.write_text("Dear shop, here is my pin.")


def a_scripted_svg(path):
    path.write_text(SVG.replace("<circle", "<script>alert(1)</script><circle"))


@pytest.mark.parametrize(
    ("draw", "name", "words"),
    [
        (a_gradient, "soft.png", r"Almost all of it runs softly .* \(99%\)\. .* at least 89% of"),
        (an_empty_sheet, "empty.png", "Nothing is drawn on it"),
        (a_text, "letter.png", "This file is not a picture"),
        (a_scripted_svg, "badge.svg", "The SVG contains a script"),
    ],
)
def test_a_file_that_cannot_be_a_pin_is_refused_in_one_line_and_leaves_nothing(press, out, tmp_path, draw, name, words):
    draw(tmp_path / name)

    answer = press(tmp_path / name)

    assert answer.exit_code == 1
    assert re.match(words, answer.stderr)
    assert len(answer.stderr.splitlines()) == 1
    assert not answer.stdout
    assert not out.exists()


def test_what_is_not_flat_can_be_posterised(press, out, tmp_path):
    a_gradient(tmp_path / "soft.png")

    answer = press(tmp_path / "soft.png", "--posterise", "4")

    assert answer.exit_code == 0, answer.output
    assert 2 <= len(report_in(out)["palette"]) <= 4


@pytest.mark.parametrize("option", ["--metal-colour=#00ff00", "--effect=#00ff00=glow", "--merge=#00ff00=#aedbb5"])
def test_a_colour_the_drawing_does_not_have_is_told_with_those_it_has(press, out, luna, option):
    answer = press(luna, option)

    assert answer.exit_code == 1
    assert answer.stderr.startswith("The drawing has no colour #00ff00. Its colours are #")
    assert not out.exists()


def test_files_that_were_there_stay_when_a_drawing_is_refused(press, out, tmp_path):
    out.mkdir()
    (out / "front.png").write_bytes(b"an older one")
    an_empty_sheet(tmp_path / "empty.png")

    assert press(tmp_path / "empty.png").exit_code == 1
    assert [path.read_bytes() for path in out.iterdir()] == [b"an older one"]


@pytest.mark.parametrize(
    "option", ["--metal=tin", "--effect=#aabbcc", "--effect=red=glow", "--mm=0", "--size=99999", "--limits=line=thin"]
)
def test_options_that_cannot_be_are_a_mistake_of_use(press, out, luna, option):
    assert press(luna, option).exit_code == 2
    assert not out.exists()
