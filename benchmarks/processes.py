"""One process per tool: it loads the town once and then works on request, so that the tools can take turns."""

import importlib
import multiprocessing
import os
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Answer:
    """Hold what a tool found, and how long the whole work takes it.

    Parameters
    ----------
    seconds : float
        Time of the whole work; scaled up when only a sample was worked on.
    sample : int
        How many origins were worked on; 0 for all.
    arrays : mapping of str to array
        The result, for comparison.
    cpu_s : float
        Time of the processors, which other work on the machine hardly lengthens; NaN where nobody asked.
    """

    seconds: float
    sample: int = 0
    arrays: Arrays = field(default_factory=dict)
    cpu_s: float = float("nan")


class NoAnswer(SystemExit):
    """A tool gave no answer; whoever does not expect that ends with what it says."""


class Tool:
    """Keep a tool alive in a process of its own.

    Parameters
    ----------
    maker : str
        Where the tool is made, ``module:Class``; the class takes the town.
    town : Path
        Pickled town.
    """

    def __init__(self, maker: str, town: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.name = maker
        self._line, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far, maker, str(town)), daemon=True)
        self._process.start()
        far.close()

    def work(self, what: str, *arguments: float, limit_s: float | None = None) -> Answer:
        """Have one method of the tool called and return its answer.

        Parameters
        ----------
        what : str
            Name of the method.
        *arguments : float
            What it is called with.
        limit_s : float, optional
            Seconds after which the process is ended.

        Raises
        ------
        NoAnswer
            When the tool ends without an answer, or is ended.
        """
        said = self._ask(what, *arguments, limit_s=limit_s)
        assert isinstance(said, Answer)
        return said

    def peak_mb(self) -> float:
        """Return the most memory the process has held."""
        said = self._ask("")
        assert isinstance(said, float)
        return said

    def _ask(self, what: str, *arguments: float, limit_s: float | None = None) -> object:
        self._line.send((what, arguments))
        if limit_s is not None and not self._line.poll(limit_s):
            self._process.kill()
            raise NoAnswer(f"no answer in {limit_s:g} s")
        try:
            said: object = self._line.recv()
            return said
        except EOFError:
            raise NoAnswer(f"{self.name} ended without an answer to {what!r}") from None

    def close(self) -> None:
        """End the process."""
        self._line.close()
        self._process.join()


def _serve(line: Connection, maker: str, town: str) -> None:
    # Some tools report on themselves from below Python.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    module, name = maker.split(":")
    make: Callable[[object], object] = getattr(importlib.import_module(module), name)
    with Path(town).open("rb") as file:
        tool = make(pickle.load(file))
    while True:
        try:
            what, arguments = line.recv()
        except EOFError:
            return
        line.send(getattr(tool, what)(*arguments) if what else _peak_mb())


def _peak_mb() -> float:
    """Return the high-water mark of this process alone; what ``getrusage`` tells includes its parent's."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return float("nan")
    (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
