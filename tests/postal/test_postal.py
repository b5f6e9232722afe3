"""What each country's post asks for, takes and wants written: by the examples of its own people."""

import pytest
from babel import Locale

from storefront.postal.addresses import Problem, as_kept, find_problems
from storefront.postal.labels import label_lines
from storefront.postal.regions import _LISTED
from storefront.postal.rules import _NEEDS_REGION, PARTS, UNKNOWN, rules_of

STREET = [["line1"], ["line2"]]


def an_address(country, **parts):
    return dict.fromkeys(PARTS, "") | {"name": "Ada Lovelace", "line1": "Street 1", "country": country, **parts}


@pytest.mark.parametrize(
    ("country", "rows", "required", "names"),
    [
        ("DE", [*STREET, ["postcode", "city"]], {"line1", "postcode", "city"}, {"postcode": "postal"}),
        ("US", [*STREET, ["city", "region", "postcode"]], {"line1", "city", "region", "postcode"}, {"postcode": "zip", "region": "state"}),
        ("JP", [["postcode"], ["region"], *STREET], {"line1", "region", "postcode"}, {"region": "prefecture"}),
        ("IE", [*STREET, ["district"], ["city"], ["region"], ["postcode"]], {"line1", "city"}, {"postcode": "eircode", "region": "county"}),
        ("AE", [*STREET, ["region"]], {"line1", "region"}, {"region": "emirate"}),
        ("HK", [["region"], ["city"], *STREET], {"line1", "region"}, {"region": "area", "city": "district"}),
        ("GB", [*STREET, ["city"], ["postcode"]], {"line1", "city", "postcode"}, {"city": "post_town"}),
        ("BR", [*STREET, ["district"], ["city", "region"], ["postcode"]], {"line1", "city", "region", "postcode"}, {"district": "neighborhood"}),
        ("ES", [*STREET, ["postcode", "city", "region"]], {"line1", "city", "postcode"}, {"region": "province"}),
        ("SG", [*STREET, ["postcode"]], {"line1", "postcode"}, {}),
    ],
)  # fmt: skip
def test_a_country_is_asked_for_what_its_post_needs_in_its_order(country, rows, required, names):
    rules = rules_of(country)

    assert (rules.rows, rules.required) == (rows, required)
    assert names.items() <= rules.names.items()


def test_every_country_can_be_answered_and_its_example_is_a_postcode():
    codes = [code for code in Locale("en").territories if len(code) == 2 and code.isalpha()]

    for rules in map(rules_of, codes):
        assert {"line1"} <= rules.required <= rules.asked
        assert all(rules.postcodes.find(example) == example for example in rules.postcodes.examples)
    assert len([code for code in codes if rules_of(code) is not UNKNOWN]) > 240


def test_a_region_is_asked_for_only_where_the_post_names_one_and_chosen_where_there_is_a_list():
    for country in _NEEDS_REGION:
        rules = rules_of(country)
        assert "region" in rules.asked
        assert len({region.value for region in rules.regions}) == len(rules.regions)
        assert (len(rules.regions) >= 7) == (country in _LISTED)


@pytest.mark.parametrize("country", ["", "XX", "de", "../", "DE\n", "\x00", "９９"])
def test_an_unknown_country_is_asked_for_what_most_need(country):
    assert rules_of(country) is UNKNOWN


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("DE", " 10115 ", "10115"),
        ("DE", "D-10115", "10115"),
        ("DE", "١٠١١٥", "10115"),
        ("DE", "1011", None),
        ("DE", "10115 Berlin", None),
        ("GB", "sw1y4lb", "SW1Y 4LB"),
        ("GB", "SW1Y 4LBX", None),
        ("US", "947031234", "94703-1234"),
        ("US", "9470", None),
        ("PT", "1100001", "1100-001"),
        ("PT", "1100", None),
        ("JP", "〒1540023", "154-0023"),
        ("JP", "１５４－００２３", "154-0023"),
        ("IE", "a65f4e2", "A65 F4E2"),
        ("CH", "CH-8001", "8001"),
        ("LV", "LV-1010", "LV-1010"),
        ("CA", "k1a 0b1", "K1A 0B1"),
        ("NL", "1012ab", "1012 AB"),
    ],
)
def test_a_postcode_is_kept_as_its_post_writes_it_however_it_was_typed(country, typed, kept):
    assert rules_of(country).postcodes.find(typed) == kept


def test_problems_are_what_the_post_could_not_work_with():
    assert find_problems(an_address("AE", region="dubai")) == {}
    assert find_problems(an_address("AE", postcode="nonsense")) == {"region": Problem.MISSING}
    assert find_problems(an_address("US", city="Berkeley", region="Bavaria", postcode="9470")) == {
        "region": Problem.UNLISTED,
        "postcode": Problem.NO_POSTCODE,
    }
    assert find_problems({"country": "IE"}) == dict.fromkeys(["name", "line1", "city"], Problem.MISSING)


def test_what_is_kept_is_what_the_post_asks_for_and_a_region_goes_by_its_own_name():
    assert as_kept(an_address("US", region="california"))["region"] == "CA"
    assert as_kept(an_address("JP", region="東京都"))["region"] == "Tokyo"
    assert as_kept(an_address("DE", region="CA", city=" Berlin "))["region"] == ""
    assert as_kept(an_address("DE", city=" Berlin "))["city"] == "Berlin"


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (an_address("DE", postcode="10115", city="Berlin"), ["Ada Lovelace", "Street 1", "10115 Berlin"]),
        (an_address("US", city="Berkeley", region="CA", postcode="94703"), ["Ada Lovelace", "Street 1", "Berkeley, CA 94703"]),
        (an_address("US", city="Berkeley", postcode="94703"), ["Ada Lovelace", "Street 1", "Berkeley 94703"]),
        (an_address("TR", postcode="06101", city="Ulus"), ["Ada Lovelace", "Street 1", "06101 Ulus"]),
        (an_address("CH", postcode="8001", city="Zürich"), ["Ada Lovelace", "Street 1", "CH-8001 Zürich"]),
        (an_address("CH", city="Zürich"), ["Ada Lovelace", "Street 1", "Zürich"]),
        (an_address("GB", line2="Flat 2", city="London", postcode="SW1Y 4LB"), ["Ada Lovelace", "Street 1", "Flat 2", "London", "SW1Y 4LB"]),
        (an_address("JP", line1="1-5-3 Yaesu, Chuo-ku", region="Tokyo", postcode="154-0023"), ["Ada Lovelace", "1-5-3 Yaesu, Chuo-ku, Tokyo", "154-0023"]),
        (an_address("JP", name="山田", line1="八重洲 1-5-3", region="Tokyo", postcode="154-0023"), ["〒154-0023", "東京都", "八重洲 1-5-3", "山田"]),
        (an_address("AE", line1="شارع الشيخ زايد", region="Dubai"), ["Ada Lovelace", "شارع الشيخ زايد", "دبي"]),
        (an_address("AE", city="Dubai"), ["Ada Lovelace", "Street 1", "Dubai"]),  # kept before it had a form of its own
        (an_address("GI", postcode="GX11 1AA"), ["Ada Lovelace", "Street 1", "GIBRALTAR", "GX11 1AA"]),
        ({"country": "GG"}, []),  # of an erased order
        ({}, []),
    ],
)  # fmt: skip
def test_a_label_is_written_as_the_country_writes_it(address, lines):
    assert label_lines(address) == lines
