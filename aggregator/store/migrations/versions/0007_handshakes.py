"""Links by which authors take over what was filed from their comments; the fingerprint of what was captured."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handshake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="offered", nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("consent", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("submission_id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_handshake_contact_id", "handshake", ["contact_id"])
    op.add_column("contact", sa.Column("misses", sa.Integer(), server_default="0", nullable=False))
    op.add_column("contact", sa.Column("missed_at", sa.BigInteger(), nullable=True))
    op.add_column("submission", sa.Column("taken_over_at", sa.BigInteger(), nullable=True))
    op.add_column("finding", sa.Column("text_print", sa.String(), server_default="", nullable=False))
    op.add_column("conversation", sa.Column("digest_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("conversation", "digest_at")
    op.drop_column("finding", "text_print")
    op.drop_column("submission", "taken_over_at")
    op.drop_column("contact", "missed_at")
    op.drop_column("contact", "misses")
    op.drop_index("ix_handshake_contact_id", "handshake")
    op.drop_table("handshake")
