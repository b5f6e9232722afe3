"""Runs the numbered migrations on the connection `storefront.migrate` hands over."""

from alembic import context

from storefront.failpoints import reach
from storefront.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=True,
    on_version_apply=lambda **_: reach("F14"),  # after each step, before its commit
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")  # better to fail and retry than to queue buyers
    context.run_migrations()
