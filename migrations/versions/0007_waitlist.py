"""The waitlist: turns, and the mark on a hold that was offered to one.

A migration works with the code before it and the code after it: add, backfill, then tighten, each its own file.
"""

import sqlalchemy as sa
from alembic import op

from storefront.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STATES = ("asked", "waiting", "offered", "taken", "passed", "left", "over")


def upgrade() -> None:
    op.add_column("hold", sa.Column("offered_until", UtcDateTime(), nullable=True))
    op.create_table(
        "waitlist_turn",
        sa.Column("edition_id", _ID, nullable=False),
        sa.Column("buyer_id", _ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("state", sa.Enum(*_STATES, name="state", native_enum=False, create_constraint=True), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("hold_id", _ID, nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=True),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.CheckConstraint("seq IS NOT NULL OR state IN ('asked', 'left')", name=op.f("ck_waitlist_turn_seq")),
        sa.CheckConstraint(
            "(hold_id IS NOT NULL) = (state IN ('offered', 'taken', 'passed'))", name=op.f("ck_waitlist_turn_offer")
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_waitlist_turn_buyer_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_waitlist_turn_edition_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_waitlist_turn_hold_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_turn")),
        sa.UniqueConstraint("edition_id", "seq", name="uq_waitlist_turn_seq"),
        sa.UniqueConstraint("hold_id", name=op.f("uq_waitlist_turn_hold_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_waitlist_turn_token_hash")),
    )
    op.create_index("ix_waitlist_turn_buyer_id", "waitlist_turn", ["buyer_id"])
    for name, columns, words, unique in _PARTIAL:
        where = sa.text(words)
        op.create_index(name, "waitlist_turn", columns, unique=unique, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    op.drop_table("waitlist_turn")
    op.drop_column("hold", "offered_until")


_PARTIAL = (
    ("uq_waitlist_turn_buyer", ["edition_id", "buyer_id"], "state IN ('asked', 'waiting', 'offered')", True),
    ("ix_waitlist_turn_waiting", ["edition_id", "seq"], "state = 'waiting'", False),
    ("ix_waitlist_turn_offered", ["hold_id"], "state = 'offered'", False),
)
