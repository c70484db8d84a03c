"""A local HTTP server over the engine, for programs that spoke to an older local image server.

guards.py    who may speak to it: no browser page, no stranger
wanted.py    the JSON body as a request, by the rules of the bot
studio.py    so many images at once, each bought once, an end in bounded time
faults.py    what went wrong as JSON and an HTTP status
errands.py   what was asked for, so that a repeated request is paid for once
unclaimed.py images that nobody waits for any more
server.py    routes, limits, start and end
"""
