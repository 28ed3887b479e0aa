"""Which channel's platform a job waits for, so that one that does not answer holds up its own jobs only."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OWED = """
UPDATE job SET channel = (SELECT channel FROM outbox WHERE CAST(outbox.id AS VARCHAR) = job.subject)
WHERE task = 'send' AND state <> 'done' AND EXISTS (SELECT 1 FROM outbox WHERE CAST(outbox.id AS VARCHAR) = job.subject)
"""


def upgrade() -> None:
    op.add_column("job", sa.Column("channel", sa.String(), server_default="", nullable=False))
    op.execute(_OWED)


def downgrade() -> None:
    op.drop_column("job", "channel")
