"""A stand-in Slack and a stand-in GLM, strict enough to test with."""
