"""That a drop was called off is news, and who waited when a queue ended is told so."""

import sqlalchemy as sa
from alembic import op

from storefront.db import UtcDateTime

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_FORMER = ("announced", "moved", "reminder", "opened", "sold_out")
_KINDS = (*_FORMER, "cancelled")


def upgrade() -> None:
    _admit(_KINDS)
    op.add_column("waitlist_turn", sa.Column("untold_since", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_waitlist_turn_untold",
        "waitlist_turn",
        ["id"],
        postgresql_where=sa.text("untold_since IS NOT NULL"),
        sqlite_where=sa.text("untold_since IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_waitlist_turn_untold", table_name="waitlist_turn")
    op.drop_column("waitlist_turn", "untold_since")
    op.execute("DELETE FROM drop_news WHERE kind = 'cancelled'")
    _admit(_FORMER)


def _admit(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("drop_news") as batch_op:
        batch_op.drop_constraint(op.f("ck_drop_news_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_drop_news_kind"), f"kind IN ({words})")
