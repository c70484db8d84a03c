"""The first schema: jobs, images, drafts, people, secrets."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _origin() -> list[sa.Column[Any]]:
    return [
        sa.Column("dedupe_key", sa.String(255), nullable=False, unique=True),
        sa.Column("origin_kind", sa.String(16), nullable=False),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("enterprise_id", sa.String(32)),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("thread_ts", sa.String(32)),
        sa.Column("message_ts", sa.String(32)),
        sa.Column("response_url", sa.Text),
    ]


def upgrade() -> None:
    """Make every table."""
    _jobs()
    _images()
    _drafts()
    op.create_table(
        "people",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("locale", sa.String(8), nullable=False),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        *_origin(),
        *_job_request(),
        *_job_progress(),
    )
    op.create_index("jobs_by_status", "jobs", ["status", "next_at"])
    op.create_index("jobs_by_closing", "jobs", ["closing_due"])
    op.create_index("jobs_by_thread", "jobs", ["team_id", "channel_id", "thread_ts"])
    op.create_index("jobs_by_result", "jobs", ["team_id", "post_channel", "result_ts"])
    op.create_index("jobs_by_user", "jobs", ["team_id", "user_id", "created_at"])


def _job_request() -> list[sa.Column[Any]]:
    return [
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("api_key_id", sa.String(32), nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("needs_prompt", sa.Boolean, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("quality", sa.String(16)),
        sa.Column("style", sa.Text),
        sa.Column("avoid", sa.Text),
        sa.Column("watermark", sa.Boolean, nullable=False),
    ]


def _job_progress() -> list[sa.Column[Any]]:
    return [
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_owner", sa.String(32)),
        sa.Column("lease_until", sa.Double),
        sa.Column("closing_due", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("busy_since", sa.Double),
        sa.Column("busy_with", sa.String(16)),
        sa.Column("wait_noted_at", sa.Double),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("retried_at", sa.Double),
        sa.Column("post_channel", sa.String(32)),
        sa.Column("post_thread", sa.String(32)),
        sa.Column("status_ts", sa.String(32)),
        sa.Column("share_plan", sa.String(16)),
        sa.Column("result_ts", sa.String(32)),
        sa.Column("buttons_ts", sa.String(32)),
        sa.Column("delivered_at", sa.Double),
        sa.Column("error", sa.JSON),
    ]


def _images() -> None:
    op.create_table(
        "images",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("job_id", sa.String(32), sa.ForeignKey("jobs.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("in_quota", sa.Boolean, nullable=False),
        sa.Column("cost_micros", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3)),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("api_key_id", sa.String(32)),
        sa.Column("submit_intent_at", sa.Double),
        sa.Column("task_id", sa.String(128)),
        sa.Column("image_url", sa.Text),
        sa.Column("filter_level", sa.Integer),
        sa.Column("file_id", sa.String(32)),
        sa.Column("error", sa.JSON),
        sa.UniqueConstraint("job_id", "position"),
    )
    op.create_index("images_by_user", "images", ["team_id", "user_id", "created_at"])
    op.create_index("images_by_outcome", "images", ["outcome", "api_key_id"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        *_origin(),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("drawable", sa.Boolean, nullable=False),
        sa.Column("card_text_id", sa.String(64), nullable=False),
        sa.Column("card_params", sa.JSON),
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("lease_owner", sa.String(32)),
        sa.Column("lease_until", sa.Double),
        sa.Column("answer_due", sa.Boolean, nullable=False),
    )
    op.create_index("drafts_by_answer", "drafts", ["answer_due"])
