"""`python bin COMMAND [ARGUMENT...]`: what bin/run, bin/test and bin/check become once .venv stands."""

import importlib
import sys

command, *arguments = sys.argv[1:]
sys.exit(importlib.import_module(f"stack.{command}").main(arguments))
