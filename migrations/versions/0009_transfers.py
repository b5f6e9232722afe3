"""Transfers: pieces that pass to new owners, owners who show a name, and the daily heads of the ledgers.

A migration works with the code before it and the code after it: add, backfill, then tighten, each its own file.
"""

import sqlalchemy as sa
from alembic import op

from storefront.db import UtcDateTime
from storefront.ledger.chain import NumberInBody

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = "shown_name IS NULL OR (length(shown_name) BETWEEN 1 AND 60 AND moved_at IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.add_column(sa.Column("owner_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("moved_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("shown_name", sa.Text(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_certificate_owner_id"), "buyer", ["owner_id"], ["id"])
        batch_op.create_check_constraint(op.f("ck_certificate_name"), _NAME)
        batch_op.drop_constraint("uq_certificate_line_id", type_="unique")
    op.create_index("uq_certificate_current", "certificate", ["line_id"], unique=True, **_only("moved_at IS NULL"))
    op.create_index("ix_certificate_line", "certificate", ["line_id"])
    op.create_index("ix_certificate_owner", "certificate", ["owner_id"])
    op.create_table(
        "transfer",
        sa.Column("certificate_id", _ID, nullable=False),
        sa.Column("giver_id", _ID, nullable=False),
        sa.Column("taker_id", _ID, nullable=True),
        sa.Column(
            "state",
            sa.Enum("offered", "done", "over", name="state", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name=op.f("ck_transfer_ended")),
        sa.CheckConstraint("(state = 'done') = (taker_id IS NOT NULL)", name=op.f("ck_transfer_taker")),
        sa.CheckConstraint("email IS NULL OR state = 'offered'", name=op.f("ck_transfer_email")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_transfer_certificate_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["buyer.id"], name=op.f("fk_transfer_giver_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["buyer.id"], name=op.f("fk_transfer_taker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_transfer_token_hash")),
    )
    op.create_index("uq_transfer_offered", "transfer", ["certificate_id"], unique=True, **_only("state = 'offered'"))
    op.create_index("uq_transfer_done", "transfer", ["certificate_id"], unique=True, **_only("state = 'done'"))
    op.create_table(
        "daily_heads",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_heads")),
    )
    stored = op.get_bind().dialect.name == "postgresql"  # SQLite computes it when asked, and keeps the index
    number = sa.Column("number", sa.Integer(), sa.Computed(NumberInBody(), persisted=stored), nullable=True)
    op.add_column("ledger_entry", number)
    op.create_index("ix_ledger_entry_number", "ledger_entry", ["edition_ref", "number"])
    for event in ("update", "delete"):
        _guard(event)


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for event in ("update", "delete"):
        op.execute(f"DROP TRIGGER guard_daily_heads_{event}" + (" ON daily_heads" if postgres else ""))
        if postgres:
            op.execute(f"DROP FUNCTION guard_daily_heads_{event}()")
    op.drop_index("ix_ledger_entry_number", table_name="ledger_entry")
    op.drop_column("ledger_entry", "number")
    op.drop_table("daily_heads")
    op.drop_table("transfer")
    op.drop_index("uq_certificate_current", table_name="certificate")
    op.drop_index("ix_certificate_line", table_name="certificate")
    op.drop_index("ix_certificate_owner", table_name="certificate")
    op.execute("DELETE FROM certificate WHERE moved_at IS NOT NULL")
    with op.batch_alter_table("certificate") as batch_op:
        batch_op.create_unique_constraint(op.f("uq_certificate_line_id"), ["line_id"])
        batch_op.drop_constraint(op.f("ck_certificate_name"), type_="check")
        batch_op.drop_constraint(op.f("fk_certificate_owner_id"), type_="foreignkey")
        for name in ("owner_id", "moved_at", "shown_name"):
            batch_op.drop_column(name)


def _only(condition: str) -> dict[str, sa.TextClause]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def _guard(event: str) -> None:
    """What was signed for a day stays as it is, kept by the database itself."""
    name, message = f"guard_daily_heads_{event}", "daily heads are never changed"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON daily_heads FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON daily_heads FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
