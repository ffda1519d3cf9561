"""Run the command line as ``python -m lianpian``."""

from lianpian.cli import main

main()
