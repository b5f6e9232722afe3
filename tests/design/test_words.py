"""Every word a person reads can be handed to a translator: none stands bare in a template, and all of them can be gathered."""

import re
from collections import defaultdict

import pytest
from jinja2 import Environment

from storefront import paths
from storefront.invariants.statements import INVARIANTS
from wording.gathering import gathered

TEMPLATES = {str(file.relative_to(paths.TEMPLATES)): file for file in paths.TEMPLATES.rglob("*.*")}
BARE = {
    "components/numbers.html": {"AP"},  # the trade's sign for an artist's proof, in every language of ours
    "shop/machines.html": {"RSS", "Atom", "JSON", "Feed"},  # names of formats
    "sign_in/account.html": {"UTC"},  # the name of a time zone
}
_UNREAD = re.compile(r"<!--.*?-->|<(script|style|svg)\b.*?</\1>|[\w-]+=\"[^\"]*\"|&\w+;", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_SAID = re.compile(r'(?<![\w-])(?:alt|title|placeholder|aria-label|aria-description)="([^"]*)"')
_WORD = re.compile(r"[^\W\d_]{2,}")


def bare_words(source):
    """What a reader would see of a template if every expression in it were empty."""
    written = "".join(part if kind == "data" else "" for _line, kind, part in Environment().lex(source))
    seen = [*_SAID.findall(written), _TAG.sub(" ", _UNREAD.sub(" ", written))]
    return {word for text in seen for word in _WORD.findall(text)}


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_no_word_stands_bare_in_a_template(template):
    assert bare_words(TEMPLATES[template].read_text()) == BARE.get(template, set())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Sold out</p>", {"Sold", "out"}),
        ('<p>{{ _("Sold out") }}</p>', set()),
        ('<img alt="A moth" class="front">', {"moth"}),
        ('<div {% if x %}title="Open"{% endif %}>', {"Open"}),
        ("{% if x > 1 %}none left{% endif %}{# no one reads this #}", {"none", "left"}),
        ("<script>const x</script>&middot; 12", set()),
    ],
)
def test_a_bare_word_is_seen(source, words):
    assert bare_words(source) == words


def test_every_message_can_be_gathered_and_filled_in():
    messages = gathered()

    assert {place.partition("/")[0] for place, _line, _said in messages} == {"storefront", "templates"}
    for place, line, said in messages:
        for text in said if isinstance(said, tuple) else (said,):
            if "%(" in text:
                assert text % defaultdict(int) != text, f"{place}:{line}"


def test_what_a_check_says_is_gathered():
    messages = {said for _place, _line, said in gathered()}

    assert {invariant.says for invariant in INVARIANTS} <= messages
