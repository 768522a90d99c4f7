"""The live lane: durable intake of public reports, and events to browsers, beside Django's pages.

Pages run under WSGI behind `bridge`; what is hot runs as raw ASGI in `lane`, in the same process
on the same port, without Django in its path:

    POST /live/reports   answered 2xx only after COMMIT has returned (`group_commit`)
    GET  /live/stream    server-sent events from the outbox table (`hub`)

A service tells browsers by `emit()` inside its transaction, so an event exists exactly when the
change it tells of is committed. Tables are the truth, a bell only says that there is something new.
"""

from anlan.core.live.outbox import emit, revoke_streams
from anlan.core.live.topics import Topic

__all__ = ["Topic", "emit", "revoke_streams"]
