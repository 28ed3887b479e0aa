"""Attachments, early receipts, the channels' state; volunteers and private answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFERENCES = (
    ("finding", "relay_id", "conversation"),
    ("finding", "about_submission_id", "submission"),
    ("submission", "private_conversation_id", "conversation"),
    ("submission", "relay_id", "conversation"),
)


def upgrade() -> None:
    op.create_table(
        "channelstate",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("last_item_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_until", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(), server_default="", nullable=False),
        sa.Column("trouble_since", sa.BigInteger(), nullable=True),
        sa.Column("polled_at", sa.BigInteger(), nullable=True),
        sa.Column("poll_error", sa.String(), server_default="", nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=True),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "earlyreceipt",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), server_default="owed", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("mime", sa.String(), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "n"),
    )
    op.create_index("ix_attachment_state", "attachment", ["state"])
    op.create_index("ix_attachment_submission_id", "attachment", ["submission_id"])
    op.add_column("contact", sa.Column("volunteer", sa.String(), server_default="", nullable=False))
    op.add_column("conversation", sa.Column("membership", sa.String(), server_default="", nullable=False))
    # SQLite takes a new reference only so; a table made anew would lose what points at it.
    for table, column, there in REFERENCES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER REFERENCES {there} (id)")
    op.create_index("ix_submission_private_conversation_id", "submission", ["private_conversation_id"])


def downgrade() -> None:
    op.drop_index("ix_submission_private_conversation_id", "submission")
    for table, column, _ in REFERENCES:
        op.drop_column(table, column)
    op.drop_column("conversation", "membership")
    op.drop_column("contact", "volunteer")
    for table in ("attachment", "earlyreceipt", "channelstate"):
        op.drop_table(table)
