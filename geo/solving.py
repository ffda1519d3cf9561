"""Whole-number programmes for HiGHS, which prints to the screen now and then."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]


def maximise(
    goal: Floats, *, rows: tuple[csr_array, Floats, Floats], upper: Floats, whole: Floats, effort: tuple[int, float]
) -> OptimizeResult:
    """Maximise a goal over whole numbers; nodes end it and not seconds, so that the answer is always the same.

    Parameters
    ----------
    goal : array of float, shape (n,)
        What each column is worth.
    rows : (csr_array, array of float, array of float)
        Matrix, lower and upper limits of its rows.
    upper : array of float, shape (n,)
        Upper limits of the columns; the lower ones are 0.
    whole : array of float, shape (n,)
        1 for columns that are whole numbers, 0 for others.
    effort : (int, float)
        How many nodes are looked at, and the relative gap that is good enough.

    Returns
    -------
    OptimizeResult
        As of :func:`scipy.optimize.milp`: of the goal with its sign turned.
    """
    with _silent():
        return milp(
            -goal,
            constraints=LinearConstraint(*rows),
            bounds=Bounds(0, upper),
            integrality=whole,
            options={"node_limit": effort[0], "mip_rel_gap": effort[1]},
        )


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what the solver's own code prints, past Python, off the screen."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
