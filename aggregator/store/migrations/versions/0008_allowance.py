"""The leave that a person gives somebody to write more than the limit, until when and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("allowed_until", sa.BigInteger(), nullable=True))
    op.add_column("contact", sa.Column("allowed_by", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("contact", "allowed_by")
    op.drop_column("contact", "allowed_until")
