"""When the password of an account was changed last."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("password_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "password_at")
