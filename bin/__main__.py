"""`python bin COMMAND [ARGUMENT...]`: what bin/run, bin/test and bin/check become once .venv stands."""

import importlib
import sys

from stack import guardian, signals
from stack.errors import Refused


def main(command: str, arguments: list[str]) -> int:
    """Run one command. Ended by signal n, it answers 128 + n, as shells do: 130 for Ctrl-C."""
    signals.install()
    try:
        code: int = importlib.import_module(f"stack.{command}").main(arguments)
        return code
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except signals.Stopped as stopped:
        return 128 + stopped.number
    finally:
        guardian.dismiss()


sys.exit(main(sys.argv[1], sys.argv[2:]))
