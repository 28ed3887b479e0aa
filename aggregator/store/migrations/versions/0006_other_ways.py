"""Other ways to the same citizen: what makes people of several channels one, and which channels could not carry a reply."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("reach", sa.String(), nullable=True))
    op.create_index("ix_contact_reach", "contact", ["reach"])
    op.add_column("outbox", sa.Column("shut", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("outbox", "shut")
    op.drop_index("ix_contact_reach", "contact")
    op.drop_column("contact", "reach")
