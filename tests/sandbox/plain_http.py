"""The stand-in over plain HTTP: form fields in, JSON out."""

import requests


class Api:
    """Stripe's API by hand: form fields in, JSON out."""

    def __init__(self, url):
        self.url = url

    def get(self, path, **params):
        return self._send("GET", path, params=params)

    def post(self, path, fields=None, *, key=None):
        return self._send("POST", path, data=fields or {}, headers={"Idempotency-Key": key} if key else {})

    def control(self, where, /, **given):
        return requests.post(f"{self.url}/_sandbox/{where}", json=given, timeout=10)

    def a_session(self, **more):
        return self.post("/v1/checkout/sessions", a_session(**more)).json()

    def _send(self, method, path, *, headers=None, **options):
        headers = {"Authorization": "Bearer sk_test_1", **(headers or {})}
        return requests.request(method, self.url + path, headers=headers, timeout=10, **options)


def a_session(**more):
    """The fewest fields a session can be made of, each as a form sends it."""
    return {
        "mode": "payment",
        "success_url": "http://127.0.0.1:8000/pay/return?cs={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/checkout",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": "2800",
        "line_items[0][price_data][product_data][name]": "Rose window, 17/50",
        **more,
    }
