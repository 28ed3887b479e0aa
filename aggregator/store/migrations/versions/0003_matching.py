"""The fingerprints of photos; reports by place; no submission without a living report."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LIVING = "SELECT 1 FROM report WHERE id = {} AND merged_into IS NULL"
HOMELESS = "a submission belongs to a living report"
BEREFT = "a report is merged into a living one, and only once it has no submissions"
BAD_MERGE = f"NOT EXISTS ({LIVING.format('NEW.merged_into')}) OR NEW.merged_into = NEW.id OR EXISTS (SELECT 1 FROM submission WHERE report_id = NEW.id)"  # noqa: S608  # nothing of it comes from outside
# Foreign keys say that a report exists; that it lives, only triggers can. Who makes these tables anew on SQLite must make them anew too.
INTEGRITY = {
    "sqlite": (
        *(
            f"CREATE TRIGGER submission_{name} BEFORE {when} ON submission WHEN NOT EXISTS ({LIVING.format('NEW.report_id')}) "
            f"BEGIN SELECT RAISE(ABORT, '{HOMELESS}'); END"
            for name, when in (("filed", "INSERT"), ("carried", "UPDATE OF report_id"))
        ),
        *(
            f"CREATE TRIGGER report_{name} BEFORE {when} ON report WHEN NEW.merged_into IS NOT NULL AND ({BAD_MERGE}) "
            f"BEGIN SELECT RAISE(ABORT, '{BEREFT}'); END"
            for name, when in (("opened", "INSERT"), ("merged", "UPDATE OF merged_into"))
        ),
        (
            "CREATE TRIGGER report_deleted BEFORE DELETE ON report WHEN EXISTS (SELECT 1 FROM submission WHERE report_id = OLD.id) "  # noqa: S608
            f"BEGIN SELECT RAISE(ABORT, '{HOMELESS}'); END"
        ),
    ),
    "postgresql": (
        f"""CREATE FUNCTION submission_in_living_report() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM 1 FROM report WHERE id = NEW.report_id AND merged_into IS NULL FOR SHARE;
        IF NOT FOUND THEN RAISE EXCEPTION '{HOMELESS}' USING ERRCODE = 'foreign_key_violation'; END IF;
        RETURN NEW; END $$""",
        f"""CREATE FUNCTION report_merged_into_living() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM 1 FROM report WHERE id = NEW.merged_into FOR SHARE;
        IF {BAD_MERGE} THEN RAISE EXCEPTION '{BEREFT}' USING ERRCODE = 'foreign_key_violation'; END IF;
        RETURN NEW; END $$""",
        (
            "CREATE TRIGGER submission_filed BEFORE INSERT OR UPDATE OF report_id ON submission "
            "FOR EACH ROW EXECUTE FUNCTION submission_in_living_report()"
        ),
        (
            "CREATE TRIGGER report_merged BEFORE INSERT OR UPDATE OF merged_into ON report "
            "FOR EACH ROW WHEN (NEW.merged_into IS NOT NULL) EXECUTE FUNCTION report_merged_into_living()"
        ),
    ),
}
UNDONE = {
    "sqlite": (
        *(f"DROP TRIGGER submission_{name}" for name in ("filed", "carried")),
        *(f"DROP TRIGGER report_{name}" for name in ("opened", "merged", "deleted")),
    ),
    "postgresql": (
        "DROP TRIGGER submission_filed ON submission",
        "DROP TRIGGER report_merged ON report",
        "DROP FUNCTION submission_in_living_report()",
        "DROP FUNCTION report_merged_into_living()",
    ),
}


def upgrade() -> None:
    op.add_column("attachment", sa.Column("photo", sa.String(), server_default="", nullable=False))
    op.create_index("ix_report_place", "report", ["block", "location", "last_voice_at"])
    op.drop_index("ix_submission_report_id", "submission")
    op.create_index("ix_submission_report", "submission", ["report_id", "id"])
    for statement in INTEGRITY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDONE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_index("ix_submission_report", "submission")
    op.create_index("ix_submission_report_id", "submission", ["report_id"])
    op.drop_index("ix_report_place", "report")
    op.drop_column("attachment", "photo")
