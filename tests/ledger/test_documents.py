"""A ledger that was downloaded is checked without the shop, in one part or in many."""

import copy
import json

import pytest

from factories import NOON, a_drop, an_edition
from sales import a_sale
from shopfront import sell
from storefront.catalog.editions import NumberPolicy
from storefront.ledger import documents
from storefront.ledger.documents import NotAChain, check_heads, check_parts, tell_part


@pytest.fixture
def engine_name():
    """SQLite alone: nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def parts(session, monkeypatch):
    """A chain of seven entries in parts of three."""
    monkeypatch.setattr(documents, "PART", 3)
    edition = an_edition(session)
    sell(session, edition, 6)
    return [tell_part(session, edition.ref, after=after, silent=False) for after in (0, 3, 6)]


def written(parts):
    return [json.dumps(part, indent=1) for part in parts]  # a layout of one's own changes nothing


def test_a_chain_in_parts_holds(parts):
    checked = check_parts(written(parts))
    assert (checked.seq, checked.hash) == (7, parts[-1]["head"]["hash"])
    assert [part["more"] for part in parts] == [True, True, False]


def changed(parts, change):
    spoilt = copy.deepcopy(parts)
    change(spoilt)
    return written(spoilt)


SPOILT = {
    "a body": lambda parts: parts[1]["entries"][0]["body"].update(number=9),
    "a time": lambda parts: parts[0]["entries"][1].update(at="2026-06-01T12:00:00.000001+00:00"),
    "a kind": lambda parts: parts[2]["entries"][0].update(kind="voided"),
    "a hash": lambda parts: parts[0]["entries"][2].update(hash="0" * 64),
    "an entry gone": lambda parts: parts[1]["entries"].pop(1),
    "a part gone": lambda parts: parts.pop(1),
    "the first part gone": lambda parts: parts.pop(0),
    "two entries exchanged": lambda parts: parts[1]["entries"].reverse(),
    "the end gone": lambda parts: parts[2]["entries"].pop(),
    "another edition": lambda parts: parts[1].update(edition="another"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_every_change_is_noticed(parts, what):
    with pytest.raises(NotAChain):
        check_parts(changed(parts, SPOILT[what]))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "no JSON", '{"entries": 1}', "[" * 100_000])
def test_anything_else_is_no_ledger(text):
    with pytest.raises(NotAChain):
        check_parts([text])


def test_a_history_written_anew_does_not_pass_the_head_somebody_kept(parts):
    checked = check_parts(written(parts))
    kept = {"day": "2026-06-01", "heads": {checked.edition: {"seq": 4, "hash": parts[1]["entries"][0]["hash"]}}}
    assert check_heads(checked, kept) == 4
    assert check_heads(checked, {"day": "2026-06-01", "heads": {}}) is None
    kept["heads"][checked.edition]["hash"] = "0" * 64
    with pytest.raises(NotAChain, match="signed on 2026-06-01"):
        check_heads(checked, kept)


def test_of_a_sealed_edition_only_what_names_no_number_is_told(session):
    edition = an_edition(session, a_drop(session), policy=NumberPolicy.SEALED, size=5)
    a_sale(session, edition, at=NOON)
    part = tell_part(session, edition.ref, after=0, silent=True)
    assert [entry["kind"] for entry in part["entries"]] == ["declared"]
    assert (part["head"], part["more"]) == (None, False)
    assert check_parts(written([part])).is_sealed
