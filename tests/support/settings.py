"""Hark's settings for a server whose passwords are those of tests: hashing one is quick."""

from backend.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.support.hashing.OneRound"]
