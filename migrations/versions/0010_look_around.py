"""What the shop window tells machines and visitors: when something changed, what is searched, who shows whom, what is shared."""

import unicodedata

import sqlalchemy as sa
from alembic import op

from storefront.db import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'") if _is_postgres() else None
    with op.batch_alter_table("drop") as table:
        table.add_column(sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("changed_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("pin") as table:
        table.add_column(sa.Column("changed_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("search_title", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("search_text", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("artist") as table:
        table.add_column(sa.Column("changed_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("practice", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("places", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("search_name", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("search_text", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "representation",
        sa.Column("house_id", _ID, nullable=False),
        sa.Column("artist_id", _ID, nullable=False),
        sa.Column("asked_by_id", _ID, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.CheckConstraint("house_id <> artist_id", name=op.f("ck_representation_two")),
        sa.CheckConstraint("asked_by_id IN (house_id, artist_id)", name=op.f("ck_representation_asker")),
        sa.ForeignKeyConstraint(["house_id"], ["artist.id"], name=op.f("fk_representation_house_id")),
        sa.ForeignKeyConstraint(["artist_id"], ["artist.id"], name=op.f("fk_representation_artist_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["artist.id"], name=op.f("fk_representation_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
        sa.UniqueConstraint("house_id", "artist_id", name=op.f("uq_representation_house_id_artist_id")),
    )
    op.create_index(op.f("ix_representation_artist_id"), "representation", ["artist_id"])
    # An index and not a constraint: for that SQLite would build the table anew, and transfers point at it.
    op.add_column("certificate", sa.Column("shared_code", sa.Text(), nullable=True))
    op.create_index("uq_certificate_shared_code", "certificate", ["shared_code"], unique=True)
    _fill_search()
    _count_changes()


def downgrade() -> None:
    op.execute("DROP TRIGGER count_drop_changes" + (' ON "drop"' if _is_postgres() else ""))
    if _is_postgres():
        op.execute("DROP FUNCTION count_drop_changes()")
    op.drop_index("uq_certificate_shared_code", table_name="certificate")
    op.drop_column("certificate", "shared_code")
    op.drop_table("representation")
    for table, columns in (
        ("artist", ("search_text", "search_name", "places", "practice", "changed_at")),
        ("pin", ("search_text", "search_title", "changed_at")),
        ("drop", ("changed_at", "sequence")),
    ):
        for column in columns:
            op.drop_column(table, column)


def _count_changes() -> None:
    """Whoever moves an announced drop or calls it off, calendars see that theirs is older (RFC 5545's SEQUENCE)."""
    counts = (
        "OLD.announced_at IS NOT NULL AND (NEW.opens_at <> OLD.opens_at OR NEW.title <> OLD.title"
        " OR (NEW.state = 'cancelled' AND OLD.state <> 'cancelled'))"
    )
    if _is_postgres():
        op.execute(
            "CREATE FUNCTION count_drop_changes() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.sequence := OLD.sequence + 1; RETURN NEW; END $$"
        )
        op.execute(
            f'CREATE TRIGGER count_drop_changes BEFORE UPDATE ON "drop" FOR EACH ROW WHEN ({counts}) '
            "EXECUTE FUNCTION count_drop_changes()"
        )
    else:
        op.execute(
            f'CREATE TRIGGER count_drop_changes AFTER UPDATE OF opens_at, title, state ON "drop" WHEN {counts} '
            'BEGIN UPDATE "drop" SET sequence = OLD.sequence + 1 WHERE id = NEW.id; END'
        )


def _fill_search() -> None:
    """As storefront/catalog/searching.py folds words from here on."""
    connection = op.get_bind()
    for table, name, texts in (
        ("pin", "search_title", ("title", "story", "quote", "meaning_note", "shape")),
        ("artist", "search_name", ("name", "city", "statement")),
    ):
        for row in connection.execute(sa.text(f"SELECT id, {', '.join(texts)} FROM {table}")).all():
            connection.execute(
                sa.text(f"UPDATE {table} SET {name} = :name, search_text = :text WHERE id = :id"),
                {"id": row.id, "name": _folded(row[1]), "text": _folded("\n".join(row[1:]))},
            )


def _folded(text: str) -> str:
    marks = (
        ("\u0300", "\u036f"),
        ("\u0591", "\u05c7"),
        ("\u0610", "\u061a"),
        ("\u064b", "\u065f"),
        ("\u0670", "\u0670"),
    )
    unfolded = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ı": "i", "ـ": ""})
    letters = unicodedata.normalize("NFKD", text).casefold().translate(unfolded)
    bare = "".join(letter for letter in letters if not any(first <= letter <= last for first, last in marks))
    return unicodedata.normalize("NFC", bare)


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
