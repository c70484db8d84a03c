"""The tables. Times are seconds since 1970, UTC, as double precision."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData()

RowId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself for INTEGER only."""


def _origin_columns() -> tuple[Column[str], ...]:
    """Where a request came from; a job and a draft tell it alike."""
    return (
        Column("dedupe_key", String(255), nullable=False, unique=True),
        Column("origin_kind", String(16), nullable=False),
        Column("workspace_id", String(32), nullable=False),
        Column("team_id", String(32), nullable=False),
        Column("enterprise_id", String(32)),
        Column("user_id", String(32), nullable=False),
        Column("channel_id", String(32), nullable=False),
        Column("thread_ts", String(32)),
        Column("message_ts", String(32)),
        Column("response_url", Text),
    )


jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    *_origin_columns(),
    Column("status", String(16), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("locale", String(8), nullable=False),
    Column("api_key_id", String(32), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("needs_prompt", Boolean, nullable=False),
    Column("model", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("quality", String(16)),
    Column("style", Text),
    Column("avoid", Text),
    Column("watermark", Boolean, nullable=False),
    # When it may be taken, and who has it.
    Column("next_at", Double, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lease_owner", String(32)),
    Column("lease_until", Double),
    Column("closing_due", Boolean, nullable=False, server_default=false()),
    Column("busy_since", Double),
    Column("busy_with", String(16)),
    Column("wait_noted_at", Double),
    Column("asked_at", Double, nullable=False),
    Column("retried_at", Double),
    # Where the result goes, and what is there already.
    Column("post_channel", String(32)),
    Column("post_thread", String(32)),
    Column("status_ts", String(32)),
    Column("share_plan", String(16)),
    Column("result_ts", String(32)),
    Column("buttons_ts", String(32)),
    Column("permalink", Text),
    Column("delivered_at", Double),
    Column("error", JSON),
    # Since when its prompt and links are gone.
    Column("erased_at", Double),
    Index("jobs_by_erased", "erased_at", "created_at"),
    Index("jobs_by_status", "status", "next_at"),
    Index("jobs_by_closing", "closing_due"),
    Index("jobs_by_thread", "team_id", "channel_id", "thread_ts"),
    Index("jobs_by_result", "team_id", "post_channel", "result_ts"),
    Index("jobs_by_user", "workspace_id", "user_id", "created_at"),
    Index("jobs_by_workspace", "workspace_id", "created_at"),
)

images = Table(
    "images",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("job_id", String(32), ForeignKey("jobs.id"), nullable=False),
    Column("position", Integer, nullable=False),
    # Whose quota and budget it counts in: read at every request, so not behind a join.
    Column("workspace_id", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("channel_id", String(32), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("in_quota", Boolean, nullable=False),
    Column("cost_micros", BigInteger, nullable=False),
    Column("currency", String(3)),
    Column("outcome", String(16), nullable=False),
    Column("api_key_id", String(32)),
    Column("submit_intent_at", Double),
    Column("task_id", String(128)),
    Column("image_url", Text),
    Column("filter_level", Integer),
    Column("file_id", String(32)),
    Column("error", JSON),
    UniqueConstraint("job_id", "position"),
    Index("images_by_user", "workspace_id", "user_id", "created_at"),
    Index("images_by_workspace", "workspace_id", "created_at"),
    Index("images_by_outcome", "outcome", "api_key_id"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    *_origin_columns(),
    Column("created_at", Double, nullable=False),
    Column("locale", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("drawable", Boolean, nullable=False),
    Column("card_text_id", String(64), nullable=False),
    Column("card_params", JSON),
    Column("next_at", Double, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("lease_owner", String(32)),
    Column("lease_until", Double),
    Column("answer_due", Boolean, nullable=False),
    Column("erased_at", Double),
    Index("drafts_by_answer", "answer_due"),
    Index("drafts_by_erased", "erased_at", "created_at"),
)

people = Table(
    "people",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("locale", String(8), nullable=False),
    # Whose the person is; an organisation's people are found by it when it leaves.
    Column("workspace_id", String(32)),
    # Set once an admin has opened Home: who is told when the budget runs out.
    Column("admin_since", Double),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("settings", JSON, nullable=False),
    # The workspace's own API key; the secret itself is encrypted.
    Column("provider", String(16)),
    Column("sealed_api_key", Text),
    Column("api_key_end", String(4)),
    Column("api_key_set_by", String(32)),
    Column("api_key_set_at", Double),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("workspace_id", String(32), nullable=False),
    Column("at", Double, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("act", String(32), nullable=False),
    Column("details", JSON, nullable=False),
    Index("audit_by_workspace", "workspace_id", "at"),
)

notices = Table(
    "notices",
    metadata,
    Column("workspace_id", String(32), primary_key=True),
    Column("cause", String(32), primary_key=True),
    # A day by UTC, as 2026-11-21: once a cause and day.
    Column("day", String(10), primary_key=True),
    Column("team_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("params", JSON, nullable=False),
    Column("next_at", Double, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("due", Boolean, nullable=False),
    Index("notices_by_due", "due", "next_at"),
)

chores = Table(
    "chores",
    metadata,
    Column("name", String(32), primary_key=True),
    # When the next process may take it: one of many does it, now and then.
    Column("next_at", Double, nullable=False),
)

installations = Table(
    "installations",
    metadata,
    # The workspace's id, or the organisation's where it is installed org-wide.
    Column("workspace_id", String(32), primary_key=True),
    Column("team_id", String(32)),
    Column("enterprise_id", String(32)),
    Column("app_id", String(32)),
    Column("name", Text),
    Column("bot_id", String(32)),
    Column("bot_user_id", String(32)),
    Column("scopes", Text, nullable=False),
    Column("installer_id", String(32), nullable=False),
    Column("installed_at", Double, nullable=False),
    # Tokens are encrypted. Those that expire have a refresh token, which is good once.
    Column("sealed_bot_token", Text, nullable=False),
    Column("sealed_refresh_token", Text),
    Column("expires_at", Double),
    # When they are due to be exchanged, well before their end.
    Column("rotate_at", Double),
    # Each change of the tokens is a new generation; who may make the next one has the lease.
    Column("generation", Integer, nullable=False),
    Column("rotating_until", Double),
)

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("expires_at", Double, nullable=False),
    Index("oauth_states_by_end", "expires_at"),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
