"""The stand-in as a Flask application: the API, the pay page and the control surface over one world."""

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue

from storefront.sandbox.api import add_api
from storefront.sandbox.control import control
from storefront.sandbox.pay_page import pay_page
from storefront.sandbox.world import World


def create_sandbox(world: World | None = None) -> Flask:
    app = Flask("storefront.sandbox", static_url_path="/sandbox")
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]  # a page elsewhere can't reach it by another name
    world = world or World()
    app.extensions["world"] = world
    add_api(app, world)
    app.register_blueprint(pay_page)
    app.register_blueprint(control)

    @app.get("/")
    def start() -> ResponseReturnValue:
        return redirect(url_for("control.inspect"))

    return app
