"""The sandbox's page: the whole bot in a browser, against the two stand-ins.

The stand-ins run in the page's process; the bot is a child process that can be killed.
"""
