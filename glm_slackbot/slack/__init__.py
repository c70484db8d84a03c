"""What we ask of Slack."""
