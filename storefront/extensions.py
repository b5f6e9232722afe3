"""What a request needs from the application: its services, sign-in, form protection and languages."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from storefront.clock import Clock
from storefront.config import Settings
from storefront.db import Database
from storefront.inventory.claims import Claims
from storefront.longwork import LongWork
from storefront.media.keeping import Shelf
from storefront.media.storage import Storage
from storefront.orders.till import Till
from storefront.payments.gateway import Gateway
from storefront.pressing.asking import Previews
from storefront.provenance.certificates import Issuer
from storefront.provenance.keys import Vault

login = LoginManager()
csrf = CSRFProtect()
babel = Babel()


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    clock: Clock
    gateway: Gateway
    shelf: Shelf
    long_work: LongWork
    claims: Claims
    previews: Previews

    @property
    def storage(self) -> Storage:
        """Pictures that may be served."""
        return self.shelf.public

    @property
    def issuer(self) -> Issuer:
        """Who signs certificates."""
        secrets = (self.settings.secret_key, *self.settings.secret_key_fallbacks)
        return Issuer(self.settings.shop_name, Vault(secrets))

    @property
    def till(self) -> Till:
        """Where conversations with the payment provider happen."""
        return Till(self.database, self.gateway, self.clock, self.settings.base_url, self.settings.shop_id)


def services(app: Flask | None = None) -> Services:
    """The services of the running application."""
    found: Services = (app or current_app).extensions["services"]
    return found
