"""`python bin COMMAND [ARGUMENT...]`: what bin/run, bin/test and bin/check become once .venv stands."""

import importlib
import os
import signal
import sys
from contextlib import suppress

from stack import guardian, signals
from stack.errors import Refused


def main(command: str, arguments: list[str]) -> int:
    """Run one command. Ended by signal n, it answers 128 + n, as shells do: 130 for Ctrl-C."""
    signals.install()
    try:
        code: int = importlib.import_module(f"stack.{command}").main(arguments)
        return code
    except signals.Stopped as stopped:
        return 128 + stopped.number
    except BrokenPipeError:  # nobody reads what we print
        return 128 + signal.SIGPIPE
    except (Refused, OSError) as fault:  # a full disk, a file of another user
        with suppress(OSError):
            print(fault, file=sys.stderr)
        return 1
    finally:
        guardian.dismiss()
        _give_up_output()


def _give_up_output() -> None:
    """Python would complain at its end about output that nobody takes."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


sys.exit(main(sys.argv[1], sys.argv[2:]))
