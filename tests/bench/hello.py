"""The least Flask can do: one route, no extensions. What a page of the shop is compared with."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "Hello"
