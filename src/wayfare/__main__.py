"""`python -m wayfare` is the same as `wayfare`."""

from wayfare.bootstrap.cli import main

main(prog_name="wayfare")
