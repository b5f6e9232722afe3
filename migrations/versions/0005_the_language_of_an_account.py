"""The language in which an account reads the shop, for the mail it gets.

A migration works with the code before it and the code after it: add, backfill, then tighten, each its own file.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("locale", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "locale")
