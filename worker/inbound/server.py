"""Listens until it is told to end."""

import asyncio
import logging
import os
import signal

from django.conf import settings

from backend.notifications.mailbox import listens_at
from worker.inbound.protocol import PROTOCOLS, Sessions
from worker.inbound.receiver import Receiver

GRACE = 5.0  # seconds for mails in hand once told to end; platforms kill after ten

log = logging.getLogger(__name__)


async def serve() -> None:
    """Until SIGTERM or SIGINT. Without HARK_INBOUND_DOMAIN only wait: a process that ended would be started again."""
    told_to_end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
    if not settings.HARK_INBOUND_DOMAIN:
        log.info("HARK_INBOUND_DOMAIN is empty: no mail is received")
        await told_to_end.wait()
    else:
        await _receive(told_to_end)


async def _receive(told_to_end: asyncio.Event) -> None:
    """Raises OSError if the address cannot be listened at."""
    receiver, sessions = Receiver(), Sessions()
    protocol = PROTOCOLS[settings.HARK_INBOUND_PROTOCOL]
    host, port = listens_at()
    server = await asyncio.get_running_loop().create_server(lambda: protocol(receiver, sessions), host, port)
    log.info("mail for %s is received at %s", settings.HARK_INBOUND_DOMAIN, settings.HARK_INBOUND_LISTEN)
    await told_to_end.wait()
    server.close()
    finished = await sessions.end(GRACE)
    receiver.pool.shutdown(wait=finished, cancel_futures=True)
    if not finished:
        # Threads that still wait for the database would hold up the end. What they do is undone, or is found done when
        # the mail comes again: nobody was told that it is taken.
        os._exit(0)
