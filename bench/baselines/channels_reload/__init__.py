"""The design of the report that Hark answers: the server renders the whole history, a WebSocket brings what comes.

Its page reloads itself when it is gone back to, and three seconds after its socket has closed. Django Channels, the
channel layer on Valkey, uvicorn, PostgreSQL with a pool of connections, an index that fits.
"""
