"""The database: model base, column types, engines for SQLite and PostgreSQL, and the only commit."""

import json
import math
import re
import threading
import time
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Text,
    Update,
    bindparam,
    create_engine,
    event,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, InvalidatePoolError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

BigInt = BigInteger().with_variant(Integer(), "sqlite")
# The WAL-reset bug (3.7.0 to 3.51.2) can lose writes; fixed in 3.51.3 and in two older branches.
_FIXED_BRANCHES = (((3, 51, 3), (9, 0, 0)), ((3, 50, 7), (3, 51, 0)), ((3, 44, 6), (3, 45, 0)))
_LONGEST_TURN = 10.0  # seconds
_FRESH = 1.0  # seconds in which a connection that was in use is taken for alive
_POSTGRES_LIMITS = (
    "-c lock_timeout=2s -c statement_timeout=5s -c idle_in_transaction_session_timeout=10s -c timezone=UTC"
    " -c enable_seqscan=off"
)


_NOT_LASTING = text("SET LOCAL synchronous_commit = off")


class IllegalMove(RuntimeError):
    """A state change the table of allowed next states does not know: a bug, never a buyer's mistake."""


class UnsafeSQLite(RuntimeError):
    """The SQLite library carries the WAL-reset bug."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012  SQLAlchemy reads this class attribute


class HasId:
    """A surrogate key: 64 bits on PostgreSQL, SQLite's rowid."""

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True)


class HasState(Protocol):
    """A row whose state moves only along `MOVES`."""

    MOVES: dict[Any, frozenset[Any]]
    state: Any


E_ = TypeVar("E_", bound=StrEnum)
T_ = TypeVar("T_")


def choice(kind: type[E_], name: str = "state") -> Enum:
    """A text column that holds one of the enum's values, kept so by a CHECK."""
    return Enum(
        kind, name=name, native_enum=False, create_constraint=True, values_callable=lambda e: [m.value for m in e]
    )


def partial(condition: str) -> dict[str, Any]:
    """Index options for "only rows where": the same words on both databases."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


def move(
    session: Session,
    model: type[Any],
    to: StrEnum,
    *,
    expect: Collection[StrEnum],
    where: Iterable[ColumnElement[bool]],
    **values: Any,
) -> list[int]:
    """Move the matching rows that stand in one of the expected states; the ids that really moved, in order.

    A row that is no longer in an expected state is left alone: the caller compares what it gets with what it wanted.
    """
    return sorted(
        session.scalars(_moving(model, to, expect, where, values).returning(model.id), execution_options=_AS_IS)
    )


def move_rows(
    session: Session, model: type[T_], to: StrEnum, *, expect: Collection[StrEnum], where: Iterable[ColumnElement[bool]]
) -> list[T_]:
    """As `move`, but the rows themselves, as they are now."""
    moving = _moving(model, to, expect, where, {}).returning(model)
    return list(session.scalars(moving, execution_options={**_AS_IS, "populate_existing": True}))


_AS_IS = {"synchronize_session": False}  # what the session has read is nobody's business here


def _moving(
    model: type[Any], to: StrEnum, expect: Collection[StrEnum], where: Iterable[ColumnElement[bool]], values: Any
) -> Update:
    for state in expect:
        if to not in model.MOVES[state]:
            raise IllegalMove(f"{model.__tablename__}: {state} to {to}")
    return update(model).where(*where, model.state.in_(expect)).values(state=to, **values)


def inserting(session: Session, model: type[Any]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the words of the session's database."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)


def locked(session: Session, model: type[Any], ids: Iterable[int]) -> list[Any]:
    """The rows of these ids, freshly read and locked in order of id."""
    query = select(model).where(model.id.in_(list(ids))).order_by(model.id).with_for_update()
    return list(session.scalars(query, execution_options={"populate_existing": True}))


class Many(TypeDecorator[Collection[Any]]):
    """Many values in one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, each: type[TypeEngine[Any]]) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else _Array(self.each)

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> str:
        if dialect.name == "sqlite":
            return json.dumps(list(value or ()))
        return "{" + ",".join(map(_element, value or ())) + "}"


class _Array(UserDefinedType[str]):
    """An array that arrives in PostgreSQL's own words: the driver takes ten times as long to put it into them."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, each: type[TypeEngine[Any]]) -> None:
        self.each = each

    def get_col_spec(self, **_kw: Any) -> str:
        return f"{self.each()}[]"


def _element(value: str | int | None) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "NULL" if value is None else str(value)


def one_of(column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Whether the column has one of these, spelled out: `in_` is rendered anew each time, and partial indexes know no parameters."""
    return column.in_([literal_column(f"'{value}'") for value in values])


class _Among(FunctionElement[Any]):
    """`column`, and the parameter with the values it may have. Not of a Boolean type: SQLite would get "… = 1"."""

    inherit_cache = True


def among(column: ColumnElement[Any] | InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Whether the column, of text or of ids, has one of the values in the parameter of this name.

    It stays one statement however many values there are; `IN` would be another one, to be read and planned, for each.
    """
    each = Text if isinstance(column.type, String) else BigInteger
    return _Among(column, bindparam(name, type_=Many(each)))


@compiles(_Among, "postgresql")
def _among_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY({values})"


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


def violated(error: IntegrityError, *names: str) -> str | None:
    """Which of these constraints an IntegrityError broke.

    PostgreSQL tells the constraint's name. SQLite tells a CHECK's name but a UNIQUE only by its columns, so a unique
    constraint is asked for by name here and recognised there by `table.column` from the metadata.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name if diagnosis.constraint_name in names else None
    text = str(error.orig)
    told = set(re.findall(r"\w+\.\w+", text))
    for name in names:
        if name in text or (told and told == _columns_of(name)):
            return name
    return None


def _columns_of(name: str) -> set[str]:
    for table in Base.metadata.tables.values():
        for unique in [*table.constraints, *table.indexes]:
            if getattr(unique, "name", None) == name:
                return {f"{table.name}.{column.name}" for column in getattr(unique, "columns", [])}
    return set()


class Database:
    """One engine, and the ways to use it: `transaction()` and `at_once()` write, `reading()` does not."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgres(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writing = threading.Lock()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        untied = {"readonly": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._untied = self.engine.execution_options(**untied)  # each statement by itself, on PostgreSQL
        self._readers = sessionmaker(self._untied, expire_on_commit=False, autoflush=False)

    @contextmanager
    def transaction(self, *, lasting: bool = True, in_turn: bool = False) -> Generator[Session]:
        """A session whose work is committed at the end of the block, or undone when the block raises.

        `in_turn` is for work that meets at one row whoever does it: this process's writers then wait here, one after
        the other, and not in the database, where eight who wait for the row make all of them a third slower.
        What need not be `lasting` may be forgotten should the machine fail in the next moment; in return, PostgreSQL
        does not keep the caller, and all who wait for the same row, until the disk has it.
        """
        with self._turn(in_turn=in_turn), self._sessions.begin() as session:
            if not lasting and not self.is_sqlite:
                session.execute(_NOT_LASTING)
            yield session

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session for looking only: no write lock on SQLite, no transaction round trips on PostgreSQL."""
        with self._readers() as session:
            yield session

    @contextmanager
    def glance(self) -> Generator[Connection]:
        """As `reading()`, for a single statement in a rush: a session costs more than what it asks."""
        with self._untied.connect() as connection:
            yield connection

    @contextmanager
    def at_once(self) -> Generator[Connection]:
        """For what one statement writes after others have read: PostgreSQL commits it by itself, which saves two round trips.

        On SQLite it is a transaction.
        """
        if not self.is_sqlite:
            with self.glance() as connection:
                yield connection
            return
        with self.transaction() as session:
            yield session.connection()

    @contextmanager
    def _turn(self, *, in_turn: bool) -> Generator[None]:
        """On SQLite all of this process's writers queue here: its own wait for the lock is a lottery that starves some."""
        waited = (self.is_sqlite or in_turn) and self._writing.acquire(timeout=_LONGEST_TURN)
        try:
            yield  # whoever waited too long takes part in the database's own queue, or SQLite's lottery
        finally:
            if waited:
                self._writing.release()

    def dispose(self) -> None:
        self.engine.dispose()


def is_fixed_sqlite(version: tuple[int, ...]) -> bool:
    return any(low <= version < high for low, high in _FIXED_BRANCHES)


def _sqlite(url: str) -> Engine:
    from pysqlite3 import dbapi2  # noqa: PLC0415  the PostgreSQL shop needs no SQLite

    if not is_fixed_sqlite(dbapi2.sqlite_version_info):
        raise UnsafeSQLite(f"SQLite {dbapi2.sqlite_version} has the WAL-reset bug; 3.51.3 or newer is needed")
    engine = create_engine(
        url, module=dbapi2, hide_parameters=True, connect_args={"timeout": 5, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, opens transactions
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "mmap_size=0"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer takes the lock at once: read first and write later is how a number is sold twice.
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: str, pool_size: int) -> Engine:
    url = re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", url)
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=3,
        pool_use_lifo=True,
        hide_parameters=True,  # people's data stays out of logs
        connect_args={"connect_timeout": 3, "options": _POSTGRES_LIMITS},
    )
    event.listen(engine, "checkin", lambda _connection, record: record.info.update(used_at=time.monotonic()))

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _fairy: object) -> None:
        """As `pool_pre_ping`, which asks every time: in a rush that is a round trip for nothing.

        Whoever comes in the second after the database was restarted meets the error itself, once a process.
        """
        if time.monotonic() - record.info.get("used_at", math.inf) > _FRESH:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error:
                raise InvalidatePoolError from None

    return engine
