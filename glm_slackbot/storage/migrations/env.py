"""Alembic's entry: our connection and transaction, one schema."""

from __future__ import annotations

from alembic import context

from glm_slackbot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,  # the caller's transaction holds all of it
)
context.run_migrations()
