"""`make lighthouse`: figures of a running shop's public pages on a throttled phone, and whether they are good enough.

Lighthouse is a program of its own (`npx`): nothing of the shop or of its tests needs it.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

import click

VERSION = "lighthouse@13"
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
LCP, CLS = 2500, 0.05


def main() -> None:
    shop, rounds = os.environ.get("URL") or "http://127.0.0.1:8000", int(os.environ.get("ROUNDS") or 1)
    program = shlex.split(os.environ.get("LIGHTHOUSE") or f"npx --yes {VERSION}")
    bad = []
    click.echo(f"{'page':<26}{'perf':>6}{'access':>8}{'best':>6}{'seo':>5}{'LCP s':>8}{'CLS':>8}")
    for name, path in pages(shop).items():
        looks = sorted(
            (look(program, urljoin(shop, path)) for _ in range(rounds)), key=lambda told: told["performance"]
        )
        median = looks[(len(looks) - 1) // 2]
        figures = (median["performance"], median["accessibility"], median["best-practices"], median["seo"])
        row = "{:>6.0f}{:>8.0f}{:>6.0f}{:>5.0f}".format(*figures) + f"{median['lcp'] / 1000:>8.2f}{median['cls']:>8.3f}"
        click.echo(f"{name:<26}{row}")
        for words in median["missed"]:
            click.echo(f"    {words}")
        is_good = (
            all(median[part] >= least for part, least in WANTED.items())
            and median["lcp"] <= LCP
            and median["cls"] <= CLS
        )
        bad += [] if is_good else [name]
    sys.exit(1 if bad else 0)


def pages(shop):
    """One drop of each kind, found as a visitor finds it, and what stands around it."""
    found = {"home": "/", "drops": "/drops"}
    for name, when in (("drop, live", "now"), ("drop, scheduled", "coming"), ("drop, past", "past")):
        listed = read(urljoin(shop, f"/drops?when={when}"))
        if drop := re.search(r'href="(/d/[\w-]+)"', listed):
            found[name] = drop.group(1)
    if "drop, live" in found and (artist := re.search(r'href="(/a/[\w-]+)"', read(urljoin(shop, found["drop, live"])))):
        found["artist"] = artist.group(1)
    if "drop, past" in found and (
        ledger := re.search(r'href="(/e/[\w-]+/ledger)"', read(urljoin(shop, found["drop, past"])))
    ):
        found["ledger"] = ledger.group(1)
    if certificate := os.environ.get("CERTIFICATE"):
        found["certificate"] = f"/v/{certificate}"
    return found


def read(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def look(program, address):
    """Lighthouse's figures in points of a hundred, milliseconds and shares; what it missed, in its own words."""
    chromium = shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told.json")
        flags = "--headless=new --no-sandbox --disable-dev-shm-usage"
        command = [*program, address, "--quiet", "--output=json", f"--output-path={told}", f"--chrome-flags={flags}"]
        for _try in range(3):  # a busy machine's browser sometimes loses the beginning of a page
            done = subprocess.run(
                command, check=False, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True
            )
            if done.returncode == 0:
                break
        report = json.loads(told.read_text())
    audits = report["audits"]
    missed = [
        f"{audits[ref['id']]['title']} ({part['title']})"
        for name, part in report["categories"].items()
        for ref in part["auditRefs"]
        if ref["weight"]
        and audits[ref["id"]]["score"] is not None
        and audits[ref["id"]]["score"] < 0.9
        and name != "performance"
    ]
    return {
        **{name: 100 * (part["score"] or 0) for name, part in report["categories"].items()},
        "lcp": audits["largest-contentful-paint"]["numericValue"],
        "cls": audits["cumulative-layout-shift"]["numericValue"],
        "missed": missed,
    }


if __name__ == "__main__":
    main()
