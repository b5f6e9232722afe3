"""The fast reader of signed values agrees with the library that signs them."""

import time

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadData, URLSafeTimedSerializer

from storefront.ids import new_token
from storefront.web.signed import Signed

KEY = "a key of the tests, 32 characters or more"


def of_forms(key=KEY):
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token")


def of_cookies(key=KEY):
    app = Flask(__name__)
    app.secret_key = key
    return SecureCookieSessionInterface().get_signing_serializer(app)


both = pytest.mark.parametrize("kind", [of_forms, of_cookies])


@both
@pytest.mark.parametrize(
    "value", ["a token", {"guest": new_token(), "csrf_token": "ü", "_permanent": True}, {}, "", None]
)
def test_what_the_library_signs_is_read(kind, value):
    assert Signed(kind()).read(kind().dumps(value)) == value


@both
def test_what_is_compressed_is_read_too(kind):
    signed = kind().dumps("a" * 2_000)

    assert signed.startswith(".")
    assert Signed(kind()).read(signed) == "a" * 2_000


@both
def test_another_key_or_another_use_is_not_read(kind):
    other = of_cookies if kind is of_forms else of_forms

    assert Signed(kind("another key, also 32 characters or more")).read(kind().dumps("x")) is None
    assert Signed(other()).read(kind().dumps("x")) is None


@both
@pytest.mark.parametrize(("age", "is_read"), [(0, True), (60, True), (61, False), (-1, False)])
def test_what_is_too_old_or_from_tomorrow_is_not_read(kind, age, is_read, monkeypatch):
    signed = kind().dumps("x")
    signed_at = kind().loads(signed, return_timestamp=True)[1].timestamp()
    monkeypatch.setattr(time, "time", lambda: signed_at + age)

    assert (Signed(kind()).read(signed, max_age=60) == "x") is is_read


@both
@given(data=st.data())
def test_whatever_is_changed_in_it_is_read_by_nobody_or_by_both_alike(kind, data):
    signed = kind().dumps({"guest": "somebody"})
    place = data.draw(st.integers(0, len(signed) - 1))
    mark = data.draw(st.sampled_from("ABab01-_.=+/ é\x00"))
    changed = data.draw(
        st.sampled_from(
            [signed[:place] + mark + signed[place:], signed[:place] + mark + signed[place + 1 :], signed[:place]]
        )
    )

    read = Signed(kind()).read(changed)

    assert read in (None, {"guest": "somebody"})
    assert (read is None) or changed == signed
    if read is not None:
        assert kind().loads(changed) == read


@both
@pytest.mark.parametrize("odd", ["", ".", "..", "a", "a.b", "a.b.c", "é.é.é", "....", "=.=.="])
def test_what_was_never_signed_is_not_read(kind, odd):
    with pytest.raises(BadData):
        kind().loads(odd)

    assert Signed(kind()).read(odd) is None
