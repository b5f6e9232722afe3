"""A buyer with a browser of their own, who asks again whenever there was no answer, as people do."""

import random
import re
import time

import requests

from chaos.history import End, Told, now

_PATIENCE = 75.0
_CARD = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "code": "123", "name": "A Buyer"}
_ADDRESS = {"name": "A Buyer", "line1": "Rua 1", "postcode": "1000-001", "city": "Lisboa", "country": "PT"}
_NUMBER = re.compile(r'aria-label="number (\d+) of \d+"')


class Refused(Exception):
    """The shop has said no; the argument is why."""


class Unanswered(Exception):
    """Nobody answered for more than a minute."""


class Lost(Exception):
    """The request got no answer; whether it had its effect is not known."""


class Visitor:
    def __init__(self, shop, history, n):
        self._shop, self._history = shop, history
        self.email = f"buyer{n}@example.org"
        self._agreed = {}
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["X-Forwarded-For"] = f"24.{n >> 8 & 255}.{n & 255}.7"  # an address block of their own

    def come(self, slug):
        """Ask for the personal part of the drop's page: the form's token, and a key for the next press."""
        mine = self.ask("GET", f"/d/{slug}/me").json()
        self._token = mine["csrf"]
        return mine["key"]

    def hold(self, slug, edition, key=None):
        """Press the button until it is answered. Raises Refused."""
        key = key or self.come(slug)
        return self._told(slug, edition, key, self.ask("POST", f"/d/{slug}/holds", **self._press(edition, key)))

    def press_once(self, slug, edition, key):
        """Press the button, and wait for the one answer. Raises Lost."""
        return self.send("POST", f"/d/{slug}/holds", **self._press(edition, key))

    def press_again(self, told):
        """With the key of a hold that was acknowledged."""
        return self.ask("POST", f"/d/{told.slug}/holds", **self._press(told.edition, told.key))

    def check_out(self, told):
        """From the hold to the payment page: its address. Raises Refused."""
        return self.follow(self.order(told))

    def order(self, told):
        """Agree to the total, or press again what got no answer: the answer to the order."""
        form, review = self._agree(told)
        return self.ask("POST", "/orders", data={**form, "total_minor": review})

    def order_once(self, told):
        form, review = self._agree(told)
        return self.send("POST", "/orders", data={**form, "total_minor": review})

    def follow(self, answer):
        """To the payment page, through the page that waits for it."""
        until = now() + _PATIENCE
        while now() < until:
            where = answer.headers.get("Location", "")
            if where.startswith(self._shop.stripe_url):
                return where
            waiting = re.search(r"/pay/wait/([\w-]+)", where or answer.url)
            if answer.status_code >= 400 or waiting is None:
                raise Refused(f"on the way to the payment: {answer.status_code} {where}")
            if self.ask("GET", f"/pay/wait/{waiting[1]}.json").json()["state"] == "preparing":
                time.sleep(0.3)
            answer = self.ask("GET", f"/pay/wait/{waiting[1]}")
        raise Unanswered("the payment page was not prepared")

    def pay(self, pay_url):
        """Type a good card: the session that is paid."""
        answer = self.ask("POST", pay_url, data={**_CARD, "email": self.email})
        if answer.status_code not in (200, 303):
            raise Refused(f"the payment page said {answer.status_code}")
        return pay_url.rpartition("/")[2]

    def come_back(self, told, session_id):
        """Return from the payment page, and wait until the order is said to be paid; its number is looked at."""
        answer = self.ask("GET", f"/pay/return?session={session_id}")
        until = now() + _PATIENCE
        where = answer.headers.get("Location")
        while where is None and now() < until:
            state = self.ask("GET", f"/pay/return.json?session={session_id}").json()
            if state["state"] not in ("paid", "confirming"):
                raise Refused(f"after paying: {state['state']}")
            where = state.get("url") or time.sleep(0.3)
        if where is None:
            raise Unanswered("the payment was never confirmed")
        told.order = where.rpartition("/")[2]
        told.end = End.BOUGHT
        return self.numbers_of_order(told)

    def buy(self, told):
        self.come_back(told, self.pay(self.check_out(told)))

    def give_back(self, told):
        self.ask("POST", f"/holds/{told.hold}/releases", data={"csrf_token": self._token})
        told.end = End.GIVEN_BACK

    def number_of_hold(self, told):
        page = self.ask("GET", f"/holds/{told.hold}")
        found = _NUMBER.search(page.text)
        if found is None:
            raise Refused(f"hold {told.hold} shows no number: {page.status_code}")
        return int(found[1])

    def numbers_of_order(self, told):
        page = self.ask("GET", f"/orders/{told.order}")
        return {int(number) for number in _NUMBER.findall(page.text)}

    def ask(self, method, path, **options):
        """Again and again until there is an answer other than "try again"."""
        until = now() + _PATIENCE
        while now() < until:
            try:
                answer = self.send(method, path, **options)
            except Lost:
                self._history.miss()
            else:
                if answer.status_code < 500:
                    return answer
                if answer.status_code != 503:
                    reference = answer.headers.get("X-Request-Id")
                    self._history.complain(f"{method} {path}: {answer.status_code} (request {reference})")
            time.sleep(random.uniform(0.05, 0.3))
        raise Unanswered(f"{method} {path}")

    def send(self, method, path, **options):
        """Once. Raises Lost."""
        self._asked_at = now()
        url = path if path.startswith("http") else self._shop.url + path
        if method == "POST" and url.startswith(self._shop.url):
            options.setdefault("headers", {})["Origin"] = self._shop.url
        try:
            return self._http.request(method, url, timeout=20, allow_redirects=False, **options)
        except requests.RequestException as lost:
            raise Lost(f"{method} {path}") from lost

    def _press(self, edition, key):
        fields = {"csrf_token": self._token, "idempotency_key": key, "edition": edition}
        return {"data": fields, "headers": {"Accept": "application/json"}}

    def _told(self, slug, edition, key, answer):
        if answer.status_code != 201:
            raise Refused(answer.json()["error"] if answer.status_code == 409 else f"{answer.status_code}")
        hold = int(answer.headers["Location"].rpartition("/")[2])
        told = self._history.add(Told(self, slug, edition, key, hold, self._asked_at, now()))
        told.number = self.number_of_hold(told)
        return told

    def _agree(self, told):
        """The form as it was typed, and the total that was shown for it; the page is still there for a second press."""
        if told.hold in self._agreed:
            return self._agreed[told.hold]
        form = {"csrf_token": self._token, "hold": told.hold, "email": self.email, **_ADDRESS}
        review = self.ask("POST", "/checkout", data=form)
        total = re.search(r'name="total_minor" value="(\d+)"', review.text)
        if total is None:
            raise Refused(f"no total was shown: {review.status_code} {review.headers.get('Location')}")
        self._agreed[told.hold] = form, total[1]
        return form, total[1]
