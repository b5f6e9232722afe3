"""The languages of the shop are whole: every message has its words, in as many forms as the language counts in."""

import pytest
from babel.messages.catalog import Catalog

from wording.catalogues import TRANSLATED, brought_up_to_date, faults, read
from wording.gathering import Message, messages


@pytest.fixture(scope="module")
def wanted():
    return messages()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_words_for_every_message(language, wanted):
    assert faults(read(language), wanted) == []  # `make words` brings the files up to date and tells what is missing


ONE = {
    "Sold": Message("Sold"),
    "%(n)s left": Message("%(n)s left"),
    "%(num)s pin": Message("%(num)s pin", "%(num)s pins"),
}
WHOLE = {
    "Sold": "Verkauft",
    "%(n)s left": "noch %(n)s",
    ("%(num)s pin", "%(num)s pins"): ("%(num)s Pin", "%(num)s Pins"),
}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"Sold": ""}, "is not translated"),
        ({"Sold": None}, "is not translated"),
        ({"%(n)s left": "noch welche"}, "does not hold the same placeholders"),
        ({"%(n)s left": "noch %(m)s"}, "does not hold the same placeholders"),
        ({("%(num)s pin", "%(num)s pins"): ("ein Pin", "%(n)s Pins")}, "holds what the message does not"),
        ({("%(num)s pin", "%(num)s pins"): ("ein Pin", "")}, "is not translated"),
        ({"Unsold": "Unverkauft"}, "nobody says this any more"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_seen(change, fault):
    catalogue = Catalog(locale="de", header_comment="# A glossary.", fuzzy=False)
    for said, words in {**WHOLE, **change}.items():
        if words is not None:
            catalogue.add(said, words)

    found = faults(catalogue, ONE)

    assert found == [] if fault is None else fault in "".join(found)


def test_new_messages_come_in_empty_and_known_words_stay():
    old = Catalog(locale="de", header_comment="# A glossary.", fuzzy=False)
    old.add("Sold", "Verkauft")
    old.add("Unsold", "Unverkauft")

    new = brought_up_to_date(old, ONE)

    assert new["Sold"].string == "Verkauft"
    assert new["%(num)s pin"].string == ("", "")
    assert "Unsold" not in new
    assert "glossary" in new.header_comment
