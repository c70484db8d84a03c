"""Workspaces: settings, API keys, the audit log, notices; rows know whose settings they obey."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables, and the columns that say which workspace a row belongs to."""
    _mark_rows()
    op.add_column("people", sa.Column("admin_since", sa.Double))
    op.add_column("people", sa.Column("workspace_id", sa.String(32)))
    op.execute("UPDATE people SET workspace_id = team_id")
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", sa.String(32), primary_key=True),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("provider", sa.String(16)),
        sa.Column("sealed_api_key", sa.Text),
        sa.Column("api_key_end", sa.String(4)),
        sa.Column("api_key_set_by", sa.String(32)),
        sa.Column("api_key_set_at", sa.Double),
    )
    _make_audit()
    _make_notices()
    _make_installations()
    _keep_no_longer_than_wanted()


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("workspace_id", sa.String(32), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )
    op.create_index("audit_by_workspace", "audit", ["workspace_id", "at"])
    _let_audit_only_grow()


def _make_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("workspace_id", sa.String(32), primary_key=True),
        sa.Column("cause", sa.String(32), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32)),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due", sa.Boolean, nullable=False),
    )
    op.create_index("notices_by_due", "notices", ["due", "next_at"])


def _let_audit_only_grow() -> None:
    """No row goes, and of what was written only the person's name may become a mark."""
    refusal = "the audit log is append-only"
    events = ("DELETE", "UPDATE OF id, workspace_id, at, act")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
        )
        does = "FOR EACH ROW EXECUTE FUNCTION audit_stays()"
    else:
        does = f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    for number, event in enumerate(events):
        op.execute(f"CREATE TRIGGER audit_stays_{number} BEFORE {event} ON audit {does}")


def _keep_no_longer_than_wanted() -> None:
    for table in ("jobs", "drafts"):
        op.add_column(table, sa.Column("erased_at", sa.Double))
        op.create_index(f"{table}_by_erased", table, ["erased_at", "created_at"])
    op.create_table(
        "chores",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("next_at", sa.Double, nullable=False),
    )


def _make_installations() -> None:
    op.create_table(
        "installations",
        sa.Column("workspace_id", sa.String(32), primary_key=True),
        sa.Column("team_id", sa.String(32)),
        sa.Column("enterprise_id", sa.String(32)),
        sa.Column("app_id", sa.String(32)),
        sa.Column("name", sa.Text),
        sa.Column("bot_id", sa.String(32)),
        sa.Column("bot_user_id", sa.String(32)),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("installer_id", sa.String(32), nullable=False),
        sa.Column("installed_at", sa.Double, nullable=False),
        sa.Column("sealed_bot_token", sa.Text, nullable=False),
        sa.Column("sealed_refresh_token", sa.Text),
        sa.Column("expires_at", sa.Double),
        sa.Column("rotate_at", sa.Double),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("rotating_until", sa.Double),
    )
    op.create_table(
        "oauth_states",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("expires_at", sa.Double, nullable=False),
    )
    op.create_index("oauth_states_by_end", "oauth_states", ["expires_at"])


def _mark_rows() -> None:
    for table in ("jobs", "drafts"):
        op.add_column(table, _text_column("workspace_id"))
        op.execute(f"UPDATE {table} SET workspace_id = team_id")
    op.add_column("jobs", sa.Column("permalink", sa.Text))
    op.drop_index("jobs_by_user", "jobs")
    op.create_index("jobs_by_user", "jobs", ["workspace_id", "user_id", "created_at"])
    op.create_index("jobs_by_workspace", "jobs", ["workspace_id", "created_at"])
    # Both databases rename a column in place, and its index goes with it.
    op.execute("ALTER TABLE images RENAME COLUMN team_id TO workspace_id")
    op.add_column("images", _text_column("channel_id"))
    op.execute(
        "UPDATE images SET channel_id ="
        " (SELECT jobs.channel_id FROM jobs WHERE jobs.id = images.job_id)"
    )
    op.create_index("images_by_workspace", "images", ["workspace_id", "created_at"])


def _text_column(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=False, server_default="")
