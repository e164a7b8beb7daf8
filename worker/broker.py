"""Celery's way to Redis, mended so that a worker outlives its broker."""

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    """When the broker goes away, kombu 5.7 wants to put back, acknowledge or reject over a channel that is closed
    already; that ends the worker with an AttributeError. A wake-up need not come back: the next tick replaces it."""

    do_restore = False

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        if self._is_open:
            super().basic_ack(delivery_tag, multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if self._is_open:
            super().basic_reject(delivery_tag, requeue)

    @property
    def _is_open(self) -> bool:
        connection: Any = self.connection
        return connection is not None and connection.client is not None


class Transport(redis.Transport):
    """The same, with that channel."""

    Channel = Channel
