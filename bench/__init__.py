"""What bin/bench measures: one module a part, on a small common harness, against baselines."""
