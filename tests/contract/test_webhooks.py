"""Webhooks as the gateway reads them: a real one is believed, a forged one never."""

import contextlib
import hashlib
import hmac
import json
import time
import zlib

import pytest

from contract.stripe_scenes import a_gateway, session_params
from storefront.payments.gateway import ForgedEvent
from storefront.payments.stripe_gateway import StripeGateway

pytestmark = pytest.mark.contract

SECRET = "whsec_right"


def event_with(**change):
    """The event a shop waits for, with some fields changed or (given as ...) left out."""
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1_780_000_000,
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session", "payment_intent": "pi_1"}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "checkout.session.completed",
        **change,
    }
    return json.dumps({name: value for name, value in event.items() if value is not ...}).encode()


BODY = event_with()


def mac(body, *, at, secret=SECRET, kind=hashlib.sha256, prefix=True):
    return hmac.new(secret.encode(), (f"{at}.".encode() if prefix else b"") + body, kind).hexdigest()


def header(body=BODY, *, at, **how):
    return f"t={at},v1={mac(body, at=at, **how)}"


def signed_now(body):
    return body, header(body, at=int(time.time()))


def forgeries(now):
    """Every one is made from BODY and a right signature, with something wrong."""
    right = mac(BODY, at=now)

    def header_now(body=BODY, *, at=now, **how):
        return header(body, at=at, **how)

    def signed(body):
        return body, header_now(body)

    return {
        "no header": (BODY, None),
        "empty header": (BODY, ""),
        "blank header": (BODY, "   "),
        "header without signature": (BODY, f"t={now}"),
        "header without time": (BODY, f"v1={right}"),
        "header with empty signature": (BODY, f"t={now},v1="),
        "header with empty time": (BODY, f"t=,v1={right}"),
        "header of commas": (BODY, ",,,,"),
        "header with semicolons": (BODY, header_now().replace(",", ";")),
        "header of another scheme": (BODY, header_now().replace("v1=", "v0=")),
        "header that is long": (BODY, "v1=" + "a" * 100_000),
        "another secret": (BODY, header_now(secret="whsec_wrong")),
        "an empty secret": (BODY, header_now(secret="")),
        "a secret with a space": (BODY, header_now(secret=f"{SECRET} ")),
        "a secret in capitals": (BODY, header_now(secret=SECRET.upper())),
        "sha1": (BODY, header_now(kind=hashlib.sha1)),
        "sha512": (BODY, header_now(kind=hashlib.sha512)),
        "signed without its time": (BODY, header_now(prefix=False)),
        "signature cut short": (BODY, header_now()[:-1]),
        "signature with more": (BODY, header_now() + "0"),
        "signature reversed": (BODY, f"t={now},v1={right[::-1]}"),
        "signature in capitals": (BODY, f"t={now},v1={right.upper()}"),
        "signature not in ASCII": (BODY, f"t={now},v1=sígnature"),
        "time not a number": (BODY, f"t=now,v1={right}"),
        "time with a fraction": (BODY, f"t={now}.0,v1={right}"),
        "time changed": (BODY, f"t={now + 1},v1={right}"),
        "two times, the wrong one first": (BODY, f"t={now - 1},{header_now()}"),
        "six minutes old": (BODY, header_now(at=now - 360)),
        "an hour old": (BODY, header_now(at=now - 3600)),
        "a year old": (BODY, header_now(at=now - 31_536_000)),
        "from 1970": (BODY, header_now(at=0)),
        "from before 1970": (BODY, header_now(at=-1)),
        "ten minutes early": (BODY, header_now(at=now + 600)),
        "a day early": (BODY, header_now(at=now + 86_400)),
        "from the year 9999": (BODY, header_now(at=253_402_300_000)),
        "from beyond any calendar": (BODY, header_now(at=10**30)),
        "another body": (BODY.replace(b"cs_test_1", b"cs_test_2"), header_now()),
        "a body with one byte more": (BODY + b"\n", header_now()),
        "a body cut short": (BODY[:-1], header_now()),
        "a body written anew": (json.dumps(json.loads(BODY), indent=2).encode(), header_now()),
        "no body": (b"", header_now()),
        "an empty body": signed(b""),
        "a body that is no JSON": signed(b"{"),
        "a form": signed(b"id=evt_1&type=checkout.session.completed"),
        "not UTF-8": signed(b"\xff\xfe" + BODY),
        "compressed": signed(zlib.compress(BODY)),
        "a NUL before it": signed(b"\x00" + BODY),
        "a list": signed(b"[]"),
        "a string": signed(b'"event"'),
        "a number": signed(b"17"),
        "null": signed(b"null"),
        "nested too deep": signed(b"[" * 200_000),
        "an empty object": signed(b"{}"),
        "a thin event": signed(event_with(object="v2.core.event")),
        "another object": signed(event_with(object="charge")),
        "an envelope": signed(json.dumps({"detail": json.loads(BODY)}).encode()),
        "live mode": signed(event_with(livemode=True)),
        "no mode": signed(event_with(livemode=...)),
        "a mode in words": signed(event_with(livemode="false")),
        "no id": signed(event_with(id=...)),
        "an id that is a number": signed(event_with(id=1)),
        "no type": signed(event_with(type=...)),
        "a type that is a list": signed(event_with(type=[])),
        "no time": signed(event_with(created=...)),
        "a time in words": signed(event_with(created="now")),
        "a time beyond any calendar": signed(event_with(created=10**30)),
        "no data": signed(event_with(data=...)),
        "data that is a string": signed(event_with(data="x")),
        "no object in the data": signed(event_with(data={})),
        "an object that is a string": signed(event_with(data={"object": "cs_test_1"})),
        "an object without a kind": signed(event_with(data={"object": {"id": "cs_test_1"}})),
        "an object whose id is a list": signed(
            event_with(data={"object": {"id": ["x"], "object": "checkout.session"}})
        ),
    }


FORGERIES = tuple(forgeries(0))


@pytest.fixture(scope="module")
def reader():
    return StripeGateway("sk_test_1", (SECRET,))


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_event_is_not_believed(reader, what):
    body, signature = forgeries(int(time.time()))[what]

    with pytest.raises(ForgedEvent):
        reader.read_event(body, signature)


def test_there_are_fifty_forgeries_and_the_pattern_they_are_made_from_is_believed(reader):
    event = reader.read_event(*signed_now(BODY))

    assert len(FORGERIES) >= 50
    assert (event.id, event.type, event.session_id, event.intent_id) == (
        "evt_1",
        "checkout.session.completed",
        "cs_test_1",
        "pi_1",
    )
    assert (event.object_id, event.object_type, event.livemode) == ("cs_test_1", "checkout.session", False)


def test_an_event_signed_a_minute_early_is_believed(reader):
    assert reader.read_event(BODY, header(at=int(time.time()) + 60)).id == "evt_1"


def test_while_a_secret_is_changed_the_old_and_the_new_are_believed():
    reader = StripeGateway("sk_test_1", ("whsec_new", SECRET))

    now = int(time.time())
    by_old = reader.read_event(BODY, header(at=now))
    by_new = reader.read_event(BODY, header(at=now, secret="whsec_new"))
    by_both = reader.read_event(BODY, f"{header(at=now, secret='whsec_unknown')},v1={mac(BODY, at=now)}")

    assert by_old == by_new == by_both


def test_an_event_about_something_without_an_id_is_believed(reader):
    event = reader.read_event(*signed_now(event_with(type="balance.available", data={"object": {"object": "balance"}})))

    assert (event.object_id, event.object_type) == ("", "balance")


def test_what_the_stand_in_delivers_is_believed(gateway, sandbox, listener):
    session = gateway.create_session(session_params(), "checkout:41")

    sandbox.pay(session.id)
    sandbox.wait_for_webhooks()

    events = [gateway.read_event(body, signature) for body, signature in listener.heard]
    assert [event.session_id for event in events if event.type == "checkout.session.completed"] == [session.id]
    assert {"charge.succeeded", "payment_intent.succeeded"} <= {event.type for event in events}


def test_a_duplicate_is_the_same_event_and_a_twin_is_another_about_the_same_thing(gateway, sandbox, listener):
    first, second = (gateway.create_session(session_params(), f"checkout:{number}") for number in (1, 2))

    sandbox.webhooks(duplicate=True, types=["checkout.session.completed"])
    sandbox.pay(first.id)
    sandbox.webhooks(twin=True, types=["checkout.session.completed"])
    sandbox.pay(second.id)
    sandbox.wait_for_webhooks()

    events = [gateway.read_event(body, signature) for body, signature in listener.heard]
    duplicates, twins = (
        [event.id for event in events if event.session_id == session.id] for session in (first, second)
    )
    assert (len(duplicates), len(set(duplicates))) == (2, 1)
    assert (len(twins), len(set(twins))) == (2, 2)


def test_another_shops_endpoint_does_not_believe_it(sandbox, listener):
    gateway = a_gateway(sandbox)
    stranger = StripeGateway("sk_test_1", ("whsec_of_another_shop",))
    sandbox.pay(gateway.create_session(session_params(), "checkout:41").id)
    sandbox.wait_for_webhooks()

    believed = 0
    for body, signature in listener.heard:
        with contextlib.suppress(ForgedEvent):
            stranger.read_event(body, signature)
            believed += 1

    assert listener.heard
    assert believed == 0
