"""Bringing a database's tables up to date."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storefront import paths


def upgrade(engine: Engine) -> None:
    """Run every migration the database has not seen."""
    with engine.connect() as connection:
        command.upgrade(config(connection), "head")
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Whether the database has seen the newest migration."""
    with engine.connect() as connection:
        seen = MigrationContext.configure(connection).get_current_revision()
        return seen == ScriptDirectory.from_config(config(connection)).get_current_head()


def config(connection: Connection) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(paths.MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings
