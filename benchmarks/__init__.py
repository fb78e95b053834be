"""Wayfare's benchmarks: `python -m benchmarks.run`, from the root of the repository.

Everything stays on 127.0.0.1. The load generator runs in a process of its own, so that its share of the
processor is measured apart from the server's.
"""
