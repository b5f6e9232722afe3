"""Follows, what followers were told of a drop, and the address an account keeps for its parcels."""

import sqlalchemy as sa
from alembic import op

from storefront.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KINDS = ("announced", "moved", "reminder", "opened", "sold_out")


def upgrade() -> None:
    op.create_table(
        "follow",
        sa.Column("artist_id", _id_type(), nullable=True),
        sa.Column("drop_id", _id_type(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("id", _id_type(), autoincrement=True, nullable=False),
        sa.CheckConstraint("(artist_id IS NULL) <> (drop_id IS NULL)", name=op.f("ck_follow_subject")),
        sa.ForeignKeyConstraint(["artist_id"], ["artist.id"], name=op.f("fk_follow_artist_id")),
        sa.ForeignKeyConstraint(["drop_id"], ["drop.id"], name=op.f("fk_follow_drop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("email_key", "artist_id", name=op.f("uq_follow_email_key_artist_id")),
        sa.UniqueConstraint("email_key", "drop_id", name=op.f("uq_follow_email_key_drop_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_follow_token_hash")),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_artist_id"), ["artist_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_drop_id"), ["drop_id"], unique=False)
    op.create_table(
        "drop_news",
        sa.Column("drop_id", _id_type(), nullable=False),
        sa.Column("kind", sa.Enum(*_KINDS, name="kind", native_enum=False, create_constraint=True), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("told_up_to", _id_type(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("id", _id_type(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["drop_id"], ["drop.id"], name=op.f("fk_drop_news_drop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_news")),
        sa.UniqueConstraint("drop_id", "kind", "turn", name=op.f("uq_drop_news_drop_id_kind_turn")),
    )
    with op.batch_alter_table("drop_news", schema=None) as batch_op:
        batch_op.create_index(
            "ix_drop_news_untold",
            ["kind"],
            unique=False,
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        )
    op.create_table(
        "saved_address",
        sa.Column("account_id", _id_type(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("id", _id_type(), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_saved_address_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_address")),
        sa.UniqueConstraint("account_id", name=op.f("uq_saved_address_account_id")),
    )


def downgrade() -> None:
    for table in ("saved_address", "drop_news", "follow"):
        op.drop_table(table)


def _id_type() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
