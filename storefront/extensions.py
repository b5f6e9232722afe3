"""What a request needs from the application: its services, sign-in, form protection and languages."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from babel.support import NullTranslations
from flask import Flask, current_app
from flask_babel import Babel, Domain, get_locale
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from storefront import catalogues
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
from storefront.provenance.issuing import Issuer
from storefront.provenance.keys import Vault

login = LoginManager()
csrf = CSRFProtect()


class Words(Domain):  # type: ignore[misc]  # Flask-Babel publishes no types
    """Flask-Babel's way to the shop's words: the catalogue of the page's locale."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        if locale is None:  # nobody's page
            return NullTranslations()
        (folder,) = self.translation_directories
        return catalogues.load(str(locale), Path(folder))


class Languages(Babel):  # type: ignore[misc]  # as above
    @cached_property
    def domain_instance(self) -> Words:
        return Words()


babel = Languages()


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
        known = self.settings
        return Till(self.database, self.gateway, self.clock, known.base_url, known.shop_id, known.other_languages)


def services(app: Flask | None = None) -> Services:
    """The services of the running application."""
    found: Services = (app or current_app).extensions["services"]
    return found
