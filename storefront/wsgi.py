"""The application gunicorn serves."""

import os

from storefront.app import create_app
from storefront.config import read_settings
from storefront.web import logs

settings = read_settings(os.environ)
logs.configure(settings)
app = create_app(settings)
