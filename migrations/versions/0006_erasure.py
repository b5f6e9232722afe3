"""Erasure: an account whose person asked for it to be deleted keeps its row and nothing of theirs."""

import sqlalchemy as sa
from alembic import op

from storefront.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ERASED = (
    "erased_at IS NULL OR (email = '' AND name = '' AND password_hash = '!' AND NOT is_admin"
    " AND confirmed_at IS NULL AND disabled_at IS NOT NULL)"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("account", sa.Column("erased_at", UtcDateTime(), nullable=True))
        op.create_check_constraint(op.f("ck_account_erased"), "account", _ERASED)
    else:  # in place: the table is pointed at, so it is not built anew
        op.execute(f"ALTER TABLE account ADD COLUMN erased_at DATETIME CONSTRAINT ck_account_erased CHECK ({_ERASED})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_account_erased"), "account", type_="check")
    op.execute("ALTER TABLE account DROP COLUMN erased_at")
