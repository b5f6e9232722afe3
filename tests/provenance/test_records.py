import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from storefront.provenance.records import NotGenuine, canonical, check_document, key_id, sign, written_out

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SECRET.public_key().public_bytes_raw()
RECORD = {"title": "Lúna", "piece": {"kind": "numbered", "number": 39}, "key": key_id(PUBLIC)}
DOCUMENT = written_out(RECORD, sign(RECORD, SECRET), PUBLIC)


def changed(**parts):
    return json.dumps({**json.loads(DOCUMENT), **parts})


def test_what_was_signed_is_genuine():
    assert check_document(DOCUMENT) == RECORD
    assert check_document(DOCUMENT, [base64.b64encode(PUBLIC).decode()]) == RECORD


def test_the_canonical_form_is_the_one_that_is_described():
    assert canonical({"b": 1, "a": {"d": "é", "c": "\n"}}) == '{"a":{"c":"\\n","d":"é"},"b":1}'.encode()


def test_a_layout_of_ones_own_changes_nothing():
    assert check_document(json.dumps(json.loads(DOCUMENT))) == RECORD


@given(st.sampled_from(["title", "number", "key"]), st.integers(1, 1000))
def test_every_change_is_noticed(name, value):
    record = json.loads(json.dumps(RECORD))
    (record["piece"] if name == "number" else record)[name] = value
    if record != RECORD:
        with pytest.raises(NotGenuine):
            check_document(changed(record=record))


@given(st.binary(min_size=64, max_size=64))
def test_no_other_signature_fits(signature):
    if signature != sign(RECORD, SECRET):
        with pytest.raises(NotGenuine, match="does not fit"):
            check_document(changed(signature=base64.b64encode(signature).decode()))


def test_a_forger_with_a_key_of_their_own_is_found_out_by_the_key_log():
    forger = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    public = forger.public_key().public_bytes_raw()
    record = {**RECORD, "key": key_id(public)}
    forged = written_out(record, sign(record, forger), public)

    assert check_document(forged) == record  # by itself it adds up
    with pytest.raises(NotGenuine, match="none of the shop's"):
        check_document(forged, [base64.b64encode(PUBLIC).decode()])


def test_a_record_that_names_another_key_is_refused():
    record = {**RECORD, "key": "0" * 16}
    with pytest.raises(NotGenuine, match="another key"):
        check_document(written_out(record, sign(record, SECRET), PUBLIC))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "no JSON",
        "[" * 100_000,
        changed(record=[]),
        changed(signature="!"),
        changed(public_key=7),
    ],
)
def test_anything_else_is_no_record(text):
    with pytest.raises(NotGenuine):
        check_document(text)


def test_a_key_of_the_wrong_length_is_refused():
    short = base64.b64encode(b"short").decode()
    with pytest.raises(NotGenuine):
        check_document(changed(public_key=short, record={**RECORD, "key": key_id(b"short")}))
