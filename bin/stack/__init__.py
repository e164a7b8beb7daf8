"""Runs Hark and its servers on a machine that has none: behind bin/run, bin/test and bin/check."""
