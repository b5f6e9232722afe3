"""The first schema: every table, and the triggers that keep what must never change.

A migration works with the code before it and the code after it: add, backfill, then tighten, each its own file.
"""

import sqlalchemy as sa
from alembic import op

from storefront.db import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_email_key")),
    )
    op.create_table(
        "call_bucket",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_call_bucket_name")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_call_bucket")),
    )
    op.create_table(
        "checkout_attempt",
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "creating",
                "open",
                "processing",
                "paid",
                "review",
                "expired",
                "abandoned",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("params", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("session_expires_at", UtcDateTime(), nullable=True),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("next_check_at", UtcDateTime(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('creating', 'open', 'processing', 'paid') OR params IS NOT NULL",
            name=op.f("ck_checkout_attempt_params"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'processing', 'paid') OR session_id IS NOT NULL",
            name=op.f("ck_checkout_attempt_session"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_checkout_attempt_amount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_attempt")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_checkout_attempt_idempotency_key")),
        sa.UniqueConstraint("session_id", name=op.f("uq_checkout_attempt_session_id")),
    )
    with op.batch_alter_table("checkout_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkout_attempt_reference"), ["reference"], unique=False)
        batch_op.create_index("ix_checkout_attempt_state", ["state", "next_check_at"], unique=False)

    op.create_table(
        "event_list",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("read_until", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_event_list_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_list")),
    )
    op.create_table(
        "job_progress",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("done >= 0 AND total >= done", name=op.f("ck_job_progress_done")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_progress")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("edition_ref", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "declared",
                "opened",
                "closed",
                "seed_revealed",
                "sold",
                "refunded",
                "relisted",
                "withheld",
                "voided",
                "replaced",
                "transferred",
                "certified",
                "revoked",
                name="kind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_ledger_entry_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("edition_ref", "seq", name=op.f("uq_ledger_entry_edition_ref_seq")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_entry_hash")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("edition_ref", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("edition_ref", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "sent", "dead", name="state", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outbox_message_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_message_dedupe_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_pending",
            ["next_try_at"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "picture",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("transparent", sa.Boolean(), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_picture_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
    )
    with op.batch_alter_table("picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_picture_digest"), ["digest"], unique=False)

    op.create_table(
        "provider_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_provider_event_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_event")),
    )
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_provider_event_unhandled",
            ["next_try_at"],
            unique=False,
            postgresql_where=sa.text("handled_at IS NULL"),
            sqlite_where=sa.text("handled_at IS NULL"),
        )

    op.create_table(
        "throttle_count",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("window_at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "window_at", name=op.f("pk_throttle_count")),
    )
    op.create_table(
        "account_session",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_session_token_hash")),
    )
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "account_token",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("confirm", "reset", "change_email", name="purpose", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("new_email", sa.Text(), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_token_token_hash")),
    )
    with op.batch_alter_table("account_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "artist",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("person", "museum", "gallery", name="kind", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("shipping_zones", sa.JSON(), nullable=False),
        sa.Column("excluded_countries", sa.JSON(), nullable=False),
        sa.Column("tax_rates", sa.JSON(), nullable=False),
        sa.Column("ships_within_days", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("portrait_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("portrait_alt", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("currency IS NULL OR length(currency) = 3", name=op.f("ck_artist_currency")),
        sa.ForeignKeyConstraint(["portrait_id"], ["picture.id"], name=op.f("fk_artist_portrait_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artist")),
        sa.UniqueConstraint("slug", name=op.f("uq_artist_slug")),
    )
    op.create_table(
        "buyer",
        sa.Column("guest_hash", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("joined_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "guest_hash IS NOT NULL OR email_key IS NOT NULL OR account_id IS NOT NULL OR joined_to IS NOT NULL",
            name=op.f("ck_buyer_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_buyer_account_id")),
        sa.ForeignKeyConstraint(["joined_to"], ["buyer.id"], name=op.f("fk_buyer_joined_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer")),
        sa.UniqueConstraint("account_id", name=op.f("uq_buyer_account_id")),
        sa.UniqueConstraint("email_key", name=op.f("uq_buyer_email_key")),
        sa.UniqueConstraint("guest_hash", name=op.f("uq_buyer_guest_hash")),
    )
    with op.batch_alter_table("buyer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buyer_joined_to"), ["joined_to"], unique=False)

    op.create_table(
        "payment",
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("charge_id", sa.Text(), nullable=True),
        sa.Column("captured_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("card_fingerprint", sa.Text(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("captured_minor > 0", name=op.f("ck_payment_captured")),
        sa.CheckConstraint("refunded_minor BETWEEN 0 AND captured_minor", name=op.f("ck_payment_refunded")),
        sa.ForeignKeyConstraint(["attempt_id"], ["checkout_attempt.id"], name=op.f("fk_payment_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_payment_attempt_id")),
        sa.UniqueConstraint("intent_id", name=op.f("uq_payment_intent_id")),
    )
    op.create_table(
        "artist_member",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_artist_member_account_id")),
        sa.ForeignKeyConstraint(["artist_id"], ["artist.id"], name=op.f("fk_artist_member_artist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artist_member")),
        sa.UniqueConstraint("account_id", "artist_id", name=op.f("uq_artist_member_account_id_artist_id")),
    )
    with op.batch_alter_table("artist_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_artist_member_artist_id"), ["artist_id"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_dispute_provider_id")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "drop",
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "announced",
                "open",
                "paused",
                "closed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column(
            "who_may_hold",
            sa.Enum("anyone", "confirmed", "accounts", name="who_may_hold", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("preview_hash", sa.Text(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("announced_at", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name=op.f("ck_drop_times")),
        sa.ForeignKeyConstraint(["artist_id"], ["artist.id"], name=op.f("fk_drop_artist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop")),
        sa.UniqueConstraint("slug", name=op.f("uq_drop_slug")),
    )
    with op.batch_alter_table("drop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drop_artist_id"), ["artist_id"], unique=False)
        batch_op.create_index("ix_drop_state_opens_at", ["state", "opens_at"], unique=False)

    op.create_table(
        "order",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "placed",
                "paid",
                "review",
                "cancelled",
                "refunded",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("shipping_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("link_hash", sa.Text(), nullable=True),
        sa.Column("link_until", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('paid', 'refunded') OR attempt_id IS NOT NULL", name=op.f("ck_order_attempt")
        ),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_order_currency")),
        sa.CheckConstraint("shipping_minor >= 0 AND tax_minor >= 0 AND total_minor > 0", name=op.f("ck_order_amounts")),
        sa.CheckConstraint("tax_minor <= total_minor", name=op.f("ck_order_tax")),
        sa.ForeignKeyConstraint(["artist_id"], ["artist.id"], name=op.f("fk_order_artist_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["checkout_attempt.id"], name=op.f("fk_order_attempt_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_order_buyer_id")),
        sa.ForeignKeyConstraint(["placed_by"], ["buyer.id"], name=op.f("fk_order_placed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_order_attempt_id")),
        sa.UniqueConstraint("code", name=op.f("uq_order_code")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_order_link_hash")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_artist_id"), ["artist_id"], unique=False)
        batch_op.create_index("ix_order_buyer", ["buyer_id"], unique=False)
        batch_op.create_index("ix_order_placed_by", ["placed_by"], unique=False)
        batch_op.create_index("ix_order_state", ["state"], unique=False)

    op.create_table(
        "pin",
        sa.Column("artist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column(
            "technique",
            sa.Enum("soft", "hard", name="technique", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("width_tenths", sa.Integer(), nullable=False),
        sa.Column("height_tenths", sa.Integer(), nullable=False),
        sa.Column("thickness_tenths", sa.Integer(), nullable=False),
        sa.Column(
            "metal",
            sa.Enum(
                "gold",
                "silver",
                "black_nickel",
                "antique_brass",
                "copper",
                "rose_gold",
                name="metal",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "texture",
            sa.Enum("polished", "sandblasted", name="texture", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("colours", sa.JSON(), nullable=False),
        sa.Column(
            "backing",
            sa.Enum(
                "rubber", "butterfly", "locking", "magnet", name="backing", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column(
            "meaning",
            sa.Enum(
                "place",
                "fandom",
                "cause",
                "artwork",
                "memory",
                name="meaning",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("meaning_note", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("posts BETWEEN 0 AND 4", name=op.f("ck_pin_posts")),
        sa.CheckConstraint("width_tenths > 0 AND height_tenths > 0 AND thickness_tenths > 0", name=op.f("ck_pin_size")),
        sa.ForeignKeyConstraint(["artist_id"], ["artist.id"], name=op.f("fk_pin_artist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
        sa.UniqueConstraint("artist_id", "slug", name=op.f("uq_pin_artist_id_slug")),
    )
    with op.batch_alter_table("pin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pin_artist_id"), ["artist_id"], unique=False)

    op.create_table(
        "refund",
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number_returns", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested", "pending", "succeeded", "failed", name="state", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_refund_idempotency_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_refund_provider_id")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("pin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.JSON(), nullable=False),
        sa.Column("reserved_note", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("per_person", sa.Integer(), nullable=False),
        sa.Column(
            "policy",
            sa.Enum("ascending", "sealed", "pick", name="policy", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("seed_revealed_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("minted_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_edition_currency")),
        sa.CheckConstraint("per_person BETWEEN 1 AND 20", name=op.f("ck_edition_per_person")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_edition_price")),
        sa.CheckConstraint("proofs BETWEEN 0 AND 1000", name=op.f("ck_edition_proofs")),
        sa.CheckConstraint("size BETWEEN 1 AND 100000", name=op.f("ck_edition_size")),
        sa.ForeignKeyConstraint(["drop_id"], ["drop.id"], name=op.f("fk_edition_drop_id")),
        sa.ForeignKeyConstraint(["pin_id"], ["pin.id"], name=op.f("fk_edition_pin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("ref", name=op.f("uq_edition_ref")),
    )
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_drop_id"), ["drop_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_edition_pin_id"), ["pin_id"], unique=False)

    op.create_table(
        "making_step",
        sa.Column("pin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "mold",
                "strike",
                "polish",
                "plate",
                "colour",
                "bake",
                name="kind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 6", name=op.f("ck_making_step_position")),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_making_step_picture_id")),
        sa.ForeignKeyConstraint(["pin_id"], ["pin.id"], name=op.f("fk_making_step_pin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_making_step")),
        sa.UniqueConstraint("pin_id", "kind", name=op.f("uq_making_step_pin_id_kind")),
    )
    with op.batch_alter_table("making_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_making_step_pin_id"), ["pin_id"], unique=False)

    op.create_table(
        "pin_artwork",
        sa.Column("pin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("drawing", sa.Text(), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("width BETWEEN 1 AND 1000 AND height BETWEEN 1 AND 1000", name=op.f("ck_pin_artwork_size")),
        sa.ForeignKeyConstraint(["pin_id"], ["pin.id"], name=op.f("fk_pin_artwork_pin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_artwork")),
        sa.UniqueConstraint("pin_id", name=op.f("uq_pin_artwork_pin_id")),
    )
    op.create_table(
        "pressing",
        sa.Column("pin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("progress_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("light", sa.JSON(), nullable=False),
        sa.Column("blank", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["pin_id"], ["pin.id"], name=op.f("fk_pressing_pin_id")),
        sa.ForeignKeyConstraint(["progress_id"], ["job_progress.id"], name=op.f("fk_pressing_progress_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pressing")),
        sa.UniqueConstraint("progress_id", name=op.f("uq_pressing_progress_id")),
    )
    with op.batch_alter_table("pressing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pressing_pin_id"), ["pin_id"], unique=False)

    op.create_table(
        "pin_picture",
        sa.Column("pin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("picture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum("front", "back", "photo", name="role", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("light", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("blank", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("length(alt) > 0", name=op.f("ck_pin_picture_alt")),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_pin_picture_picture_id")),
        sa.ForeignKeyConstraint(["pin_id"], ["pin.id"], name=op.f("fk_pin_picture_pin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_picture")),
    )
    with op.batch_alter_table("pin_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pin_picture_pin_id"), ["pin_id"], unique=False)

    op.create_table(
        "piece",
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind", sa.Enum("numbered", "proof", name="kind", native_enum=False, create_constraint=True), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "available", "held", "sold", "withheld", "void", name="state", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("(kind = 'numbered') = (rank IS NOT NULL)", name=op.f("ck_piece_rank")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_piece_number")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_piece_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_piece")),
        sa.UniqueConstraint("edition_id", "kind", "number", name="uq_piece_number"),
        sa.UniqueConstraint("edition_id", "rank", name="uq_piece_rank"),
        sa.UniqueConstraint("id", "edition_id", name="uq_piece_edition"),
    )
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.create_index(
            "ix_piece_available",
            ["edition_id", "rank"],
            unique=False,
            postgresql_where=sa.text("state = 'available' AND kind = 'numbered'"),
            sqlite_where=sa.text("state = 'available' AND kind = 'numbered'"),
        )

    op.create_table(
        "numbered_back",
        sa.Column("piece_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("blank", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_numbered_back_picture_id")),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.id"], name=op.f("fk_numbered_back_piece_id")),
        sa.PrimaryKeyConstraint("piece_id", name=op.f("pk_numbered_back")),
    )
    op.create_table(
        "hold",
        sa.Column("drop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("piece_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("buyer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("placed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("active", "releasing", "released", "sold", name="state", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("in_attempt", sa.Boolean(), nullable=False),
        sa.Column("release_asked", sa.Boolean(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint("NOT in_attempt OR state <> 'released'", name=op.f("ck_hold_in_attempt")),
        sa.CheckConstraint("extensions BETWEEN 0 AND 2", name=op.f("ck_hold_extensions")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_hold_currency")),
        sa.CheckConstraint("length(idempotency_key) BETWEEN 16 AND 64", name=op.f("ck_hold_key")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_hold_price")),
        sa.CheckConstraint("slot >= 1", name=op.f("ck_hold_slot")),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_hold_buyer_id")),
        sa.ForeignKeyConstraint(["drop_id"], ["drop.id"], name=op.f("fk_hold_drop_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_hold_edition_id")),
        sa.ForeignKeyConstraint(["piece_id", "edition_id"], ["piece.id", "piece.edition_id"], name="fk_hold_piece"),
        sa.ForeignKeyConstraint(["placed_by"], ["buyer.id"], name=op.f("fk_hold_placed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("placed_by", "idempotency_key", name="uq_hold_key"),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index("ix_hold_buyer", ["buyer_id"], unique=False)
        batch_op.create_index(
            "ix_hold_due",
            ["held_until"],
            unique=False,
            postgresql_where=sa.text("state IN ('active', 'releasing')"),
            sqlite_where=sa.text("state IN ('active', 'releasing')"),
        )
        batch_op.create_index(
            "ix_hold_overdue",
            ["edition_id", "held_until"],
            unique=False,
            postgresql_where=sa.text("state = 'active' AND NOT in_attempt"),
            sqlite_where=sa.text("state = 'active' AND NOT in_attempt"),
        )
        batch_op.create_index(
            "ix_hold_place",
            ["edition_id", "place", "held_until"],
            unique=False,
            postgresql_where=sa.text("place IS NOT NULL"),
            sqlite_where=sa.text("place IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_hold_piece",
            ["piece_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('active', 'releasing', 'sold')"),
            sqlite_where=sa.text("state IN ('active', 'releasing', 'sold')"),
        )
        batch_op.create_index(
            "uq_hold_slot",
            ["edition_id", "buyer_id", "slot"],
            unique=True,
            postgresql_where=sa.text("state IN ('active', 'releasing', 'sold')"),
            sqlite_where=sa.text("state IN ('active', 'releasing', 'sold')"),
        )

    op.create_table(
        "attempt_hold",
        sa.Column("attempt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["checkout_attempt.id"], name=op.f("fk_attempt_hold_attempt_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_attempt_hold_hold_id")),
        sa.PrimaryKeyConstraint("attempt_id", "hold_id", name=op.f("pk_attempt_hold")),
    )
    with op.batch_alter_table("attempt_hold", schema=None) as batch_op:
        batch_op.create_index(
            "uq_attempt_hold_live",
            ["hold_id"],
            unique=True,
            postgresql_where=sa.text("live"),
            sqlite_where=sa.text("live"),
        )

    op.create_table(
        "order_line",
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("piece_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tax_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reserved",
                "sold",
                "refunding",
                "refunded",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.CheckConstraint(
            "price_minor >= 0 AND tax_minor >= 0 AND tax_minor <= price_minor", name=op.f("ck_order_line_price")
        ),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_order_line_hold_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.id"], name=op.f("fk_order_line_piece_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index("ix_order_line_order", ["order_id"], unique=False)
        batch_op.create_index(
            "uq_order_line_hold",
            ["hold_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('reserved', 'sold', 'refunding')"),
            sqlite_where=sa.text("state IN ('reserved', 'sold', 'refunding')"),
        )
        batch_op.create_index(
            "uq_order_line_piece",
            ["piece_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('sold', 'refunding')"),
            sqlite_where=sa.text("state IN ('sold', 'refunding')"),
        )
    op.create_table(
        "signing_key",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("key_id", name=op.f("uq_signing_key_key_id")),
        sa.UniqueConstraint("public_key", name=op.f("uq_signing_key_public_key")),
    )
    op.create_table(
        "certificate",
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signing_key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_certificate_line_id")),
        sa.ForeignKeyConstraint(["signing_key_id"], ["signing_key.id"], name=op.f("fk_certificate_signing_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("line_id", name=op.f("uq_certificate_line_id")),
    )
    _add_guards()


def downgrade() -> None:
    _remove_guards()
    op.drop_table("certificate")
    op.drop_table("signing_key")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_order_line_piece",
            postgresql_where=sa.text("state IN ('sold', 'refunding')"),
            sqlite_where=sa.text("state IN ('sold', 'refunding')"),
        )
        batch_op.drop_index(
            "uq_order_line_hold",
            postgresql_where=sa.text("state IN ('reserved', 'sold', 'refunding')"),
            sqlite_where=sa.text("state IN ('reserved', 'sold', 'refunding')"),
        )
        batch_op.drop_index("ix_order_line_order")

    op.drop_table("order_line")
    with op.batch_alter_table("attempt_hold", schema=None) as batch_op:
        batch_op.drop_index("uq_attempt_hold_live", postgresql_where=sa.text("live"), sqlite_where=sa.text("live"))

    op.drop_table("attempt_hold")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hold_slot",
            postgresql_where=sa.text("state IN ('active', 'releasing', 'sold')"),
            sqlite_where=sa.text("state IN ('active', 'releasing', 'sold')"),
        )
        batch_op.drop_index(
            "uq_hold_piece",
            postgresql_where=sa.text("state IN ('active', 'releasing', 'sold')"),
            sqlite_where=sa.text("state IN ('active', 'releasing', 'sold')"),
        )
        batch_op.drop_index(
            "ix_hold_overdue",
            postgresql_where=sa.text("state = 'active' AND NOT in_attempt"),
            sqlite_where=sa.text("state = 'active' AND NOT in_attempt"),
        )
        batch_op.drop_index(
            "ix_hold_due",
            postgresql_where=sa.text("state IN ('active', 'releasing')"),
            sqlite_where=sa.text("state IN ('active', 'releasing')"),
        )
        batch_op.drop_index("ix_hold_buyer")

    op.drop_table("hold")
    with op.batch_alter_table("piece", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_piece_available",
            postgresql_where=sa.text("state = 'available' AND kind = 'numbered'"),
            sqlite_where=sa.text("state = 'available' AND kind = 'numbered'"),
        )

    op.drop_table("numbered_back")
    op.drop_table("piece")
    with op.batch_alter_table("pin_picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pin_picture_pin_id"))

    op.drop_table("pin_picture")
    with op.batch_alter_table("pressing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pressing_pin_id"))

    op.drop_table("pressing")
    op.drop_table("pin_artwork")
    with op.batch_alter_table("making_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_making_step_pin_id"))

    op.drop_table("making_step")
    with op.batch_alter_table("edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_pin_id"))
        batch_op.drop_index(batch_op.f("ix_edition_drop_id"))

    op.drop_table("edition")
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_payment_id"))

    op.drop_table("refund")
    with op.batch_alter_table("pin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pin_artist_id"))

    op.drop_table("pin")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_index("ix_order_state")
        batch_op.drop_index("ix_order_placed_by")
        batch_op.drop_index("ix_order_buyer")
        batch_op.drop_index(batch_op.f("ix_order_artist_id"))

    op.drop_table("order")
    with op.batch_alter_table("drop", schema=None) as batch_op:
        batch_op.drop_index("ix_drop_state_opens_at")
        batch_op.drop_index(batch_op.f("ix_drop_artist_id"))

    op.drop_table("drop")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_payment_id"))

    op.drop_table("dispute")
    with op.batch_alter_table("artist_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_artist_member_artist_id"))

    op.drop_table("artist_member")
    op.drop_table("payment")
    with op.batch_alter_table("buyer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_buyer_joined_to"))

    op.drop_table("buyer")
    op.drop_table("artist")
    with op.batch_alter_table("account_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_token_account_id"))

    op.drop_table("account_token")
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_session_account_id"))

    op.drop_table("account_session")
    op.drop_table("throttle_count")
    with op.batch_alter_table("provider_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_provider_event_unhandled",
            postgresql_where=sa.text("handled_at IS NULL"),
            sqlite_where=sa.text("handled_at IS NULL"),
        )

    op.drop_table("provider_event")
    with op.batch_alter_table("picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_picture_digest"))

    op.drop_table("picture")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_message_pending",
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )

    op.drop_table("outbox_message")
    op.drop_table("ledger_head")
    op.drop_table("ledger_entry")
    op.drop_table("lease")
    op.drop_table("job_progress")
    op.drop_table("event_list")
    with op.batch_alter_table("checkout_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_checkout_attempt_state")
        batch_op.drop_index(batch_op.f("ix_checkout_attempt_reference"))

    op.drop_table("checkout_attempt")
    op.drop_table("call_bucket")
    op.drop_table("account")


_FROZEN = ("size", "proofs", "reserved", "price_minor", "currency", "per_person", "policy", "seed", "pin_id")


def _guards() -> list[tuple[str, str, str, str]]:
    """(name, event, condition, message): what no code path may do, kept by the database itself."""
    same = "CAST(NEW.{0} AS TEXT) IS NOT CAST(OLD.{0} AS TEXT)"
    changed = " OR ".join(same.format(column) for column in _FROZEN)
    return [
        ("ledger_entry_update", "UPDATE ON ledger_entry", "1=1", "ledger entries are never changed"),
        ("ledger_entry_delete", "DELETE ON ledger_entry", "1=1", "ledger entries are never deleted"),
        (
            "edition_frozen",
            "UPDATE ON edition",
            f"OLD.minted_at IS NOT NULL AND ({changed})",
            "an announced edition is frozen",
        ),
        ("edition_kept", "DELETE ON edition", "OLD.minted_at IS NOT NULL", "an announced edition is kept"),
        (
            "piece_frozen",
            "UPDATE ON piece",
            "NEW.edition_id <> OLD.edition_id OR NEW.number <> OLD.number OR NEW.kind <> OLD.kind OR NEW.rank IS NOT OLD.rank",
            "a piece keeps its number",
        ),
        ("piece_kept", "DELETE ON piece", "1=1", "pieces are never deleted"),
    ]


def _add_guards() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, event, condition, message in _guards():
        if postgres:
            differs = condition.replace("IS NOT CAST", "IS DISTINCT FROM CAST").replace(
                "IS NOT OLD", "IS DISTINCT FROM OLD"
            )
            op.execute(
                f"CREATE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER guard_{name} BEFORE {event} FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION guard_{name}()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER guard_{name} BEFORE {event} FOR EACH ROW WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )


def _remove_guards() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, event, _condition, _message in _guards():
        table = event.rsplit(" ", 1)[1]
        op.execute(f"DROP TRIGGER guard_{name}" + (f" ON {table}" if postgres else ""))
        if postgres:
            op.execute(f"DROP FUNCTION guard_{name}()")
