"""What all parts share: servers on one core, load on the others, interleaved rounds, a table."""
