"""One image without Slack and without rows: order it by the money rule, wait for it, fetch it."""
