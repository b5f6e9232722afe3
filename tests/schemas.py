"""Databases of a test's own, and their schema told in words that can be compared."""

import os
import re
from contextlib import contextmanager
from itertools import count

from sqlalchemy import CheckConstraint, Enum, ForeignKeyConstraint, MetaData, UniqueConstraint, inspect, text

from storefront.db import Database
from storefront.schema import metadata

_serial = count(1)


@contextmanager
def blank_database(engine_name, folder):
    """A database without a single table, gone afterwards."""
    name = f"vitrine_blank_{os.getpid()}_{next(_serial)}"
    if engine_name == "sqlite":
        database = Database(f"sqlite:///{folder / name}.db")
        yield database
        database.dispose()
        return
    server = os.environ["VITRINE_TEST_POSTGRES"]
    _on_server(server, f"CREATE DATABASE {name}")
    database = Database(server.format(name), pool_size=2)
    try:
        yield database
    finally:
        database.dispose()
        _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def unguarded():
    """The same tables with nothing to keep them right: only primary keys are left."""
    copy = copied()
    for table in copy.tables.values():
        for guard in list(table.constraints):
            if isinstance(guard, CheckConstraint | UniqueConstraint | ForeignKeyConstraint):
                table.constraints.remove(guard)
        for index in list(table.indexes):
            table.indexes.remove(index)
        for column in table.columns:
            column.foreign_keys.clear()
    return copy


def copied():
    copy = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(copy)
    return copy


def described(database):
    """Every table by name: its columns, keys, CHECKs and indexes, in no particular order."""
    look = inspect(database.engine)
    return {
        name: {
            "columns": {column["name"]: _column(column) for column in look.get_columns(name)},
            "primary key": look.get_pk_constraint(name)["constrained_columns"],
            "foreign keys": {key["name"]: _foreign_key(key) for key in look.get_foreign_keys(name)},
            "unique": {unique["name"]: unique["column_names"] for unique in look.get_unique_constraints(name)},
            "checks": {check["name"]: _words(check["sqltext"]) for check in look.get_check_constraints(name)},
            "indexes": {index["name"]: _index(index) for index in look.get_indexes(name)},
        }
        for name in look.get_table_names()
        if name != "alembic_version"
    }


def allowed_words(database):
    """What every enumerated column admits, read from the CHECKs of the database: {(table, column): words}."""
    checks = {name: table["checks"] for name, table in described(database).items()}
    return {
        (table.name, column.name): set(
            re.findall(r"'([a-z_]+)'", checks[table.name][f"ck_{table.name}_{column.type.name}"])
        )
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
    }


def _column(column):
    default = column.get("default")
    return str(column["type"]), column["nullable"], re.sub(r"'\w+_id_seq'", "sequence", default) if default else None


def _foreign_key(key):
    return key["constrained_columns"], key["referred_table"], key["referred_columns"], key["options"]


def _index(index):
    where = {name: _words(str(value)) for name, value in index["dialect_options"].items() if name.endswith("_where")}
    return index["column_names"], bool(index["unique"]), where


def _words(sql):
    return " ".join(sql.split())


def _on_server(url, command):
    server = Database(url.format("postgres"), pool_size=1)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(command))
    server.dispose()
