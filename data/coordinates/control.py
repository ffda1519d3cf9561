"""A local grid tied to a known system by control points: similarity or affine, by least squares.

The similarity is the four-parameter (Helmert) transformation that Chinese surveying uses between plane systems: two
shifts, one turn, one scale. The affine one has six parameters and takes up a grid that is stretched one way.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.coordinates.gcj02 import Floats
from data.coordinates.rules import ControlRules

SIMILARITY, AFFINE = "similarity", "affine"
# No survey is more exact; and three times the mean error is what it may come to.
_LEAST_ERROR_M, _UNSURE_TIMES = 0.05, 3.0
_PARAMETERS = {SIMILARITY: 4, AFFINE: 6}


@dataclass(frozen=True)
class Fit:
    """Hold the way from a local grid to a known plane system.

    Parameters
    ----------
    kind : {"similarity", "affine"}
        What was fitted.
    matrix : ndarray of float64, shape (2, 2)
        Applied to local places, east first, less ``local_middle``.
    local_middle, known_middle : ndarray of float64, shape (2,)
        Middles of the points in both systems.
    north_first : bool
        Whether the local numbers of the points have north first; they were turned round before the fit.
    residuals_m : ndarray of float64, shape (n,)
        How far each point is off.
    rms_m : float
        Root of the mean square of them.
    mean_error_m : float
        Root of their square sum over the number of surplus observations; NaN where there are none.
    similarity_rms_m : float
        ``rms_m`` of the similarity, whichever was taken.
    """

    kind: str
    matrix: Floats
    local_middle: Floats
    known_middle: Floats
    north_first: bool
    residuals_m: Floats
    rms_m: float
    mean_error_m: float
    similarity_rms_m: float

    @property
    def scales(self) -> tuple[float, float]:
        """Return how long a local unit is at most and at least, in metres."""
        most, least = np.linalg.svd(self.matrix, compute_uv=False)
        return float(most), float(least)

    @property
    def turn_deg(self) -> float:
        """Return by how many degrees the local grid is turned, against the clock."""
        return float(np.degrees(np.arctan2(self.matrix[1, 0] - self.matrix[0, 1], np.trace(self.matrix))))

    def apply(self, xy: Floats) -> Floats:
        """Return places of the local grid, east first, in the known system; both of shape (n, 2)."""
        moved: Floats = (xy - self.local_middle) @ self.matrix.T + self.known_middle
        return moved


def spread(xy: Floats) -> float:
    """Return the smallest over the largest spread of points, 0 where they lie on one line.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        The points.

    Returns
    -------
    float
        Ratio of the singular values, from 0 to 1.
    """
    long, short = np.linalg.svd(xy - xy.mean(axis=0), compute_uv=False)
    return float(short / long) if long > 0 else 0.0


def fit(local: Floats, known: Floats, *, rules: ControlRules) -> Fit:
    """Fit a local grid to known places.

    The affine fit is taken only from four points on, where the similarity is not good enough and the affine one leaves
    far less mean error, counted per surplus observation, so that its two further parameters are paid for.

    Parameters
    ----------
    local : ndarray of float64, shape (n, 2)
        Points in the local grid, in either order of north and east, the same for all; n at least 3, not on one line.
    known : ndarray of float64, shape (n, 2)
        The same points in metres, east first.
    rules : ControlRules
        Thresholds.

    Returns
    -------
    Fit
        The fit.
    """
    north_first = bool(np.linalg.det(_affine(_centred(local), _centred(known))) < 0)
    local = local[:, ::-1] if north_first else local
    similar = _fit(SIMILARITY, local, known, north_first)
    if len(local) < rules.min_points + 1 or similar.rms_m <= rules.tolerance_m:
        return similar
    affine = dataclasses.replace(_fit(AFFINE, local, known, north_first), similarity_rms_m=similar.rms_m)
    return affine if affine.mean_error_m < rules.affine_gain * similar.mean_error_m else similar


def odd_one(local: Floats, known: Floats, *, rules: ControlRules) -> tuple[int, float] | None:
    """Find the one point that does not go with the others.

    Parameters
    ----------
    local, known : ndarray of float64, shape (n, 2)
        As for :func:`fit`.
    rules : ControlRules
        Thresholds.

    Returns
    -------
    tuple of int and float, or None
        Its number from 0 and how many metres it lies from where the others put it; None where no single point explains
        the misfit. Of three points the two others must agree in scale, which takes a local grid in metres.
    """
    turned = fit(local, known, rules=rules).north_first
    east_first = local[:, ::-1] if turned else local
    found = []
    for point in range(len(local)):
        rest = np.arange(len(local)) != point
        without = _fit(SIMILARITY, east_first[rest], known[rest], turned)
        off_m = float(np.hypot(*(without.apply(east_first[point : point + 1]) - known[point : point + 1]).T)[0])
        agree = without.rms_m <= rules.tolerance_m and (rest.sum() > 2 or _is_one(without.scales[0], rules))
        reach = np.hypot(*(east_first[point] - without.local_middle)) / _radius(east_first[rest])
        # Points close together say little of one far away: their own errors grow with the distance.
        unsure_m = _UNSURE_TIMES * reach * max(without.rms_m, _LEAST_ERROR_M)
        if agree and off_m > max(rules.gross_m, unsure_m):
            found.append((point, off_m))
    return found[0] if len(found) == 1 else None


def _radius(xy: Floats) -> float:
    return float(np.sqrt((_centred(xy) ** 2).sum(axis=1).mean()))


def _is_one(scale: float, rules: ControlRules) -> bool:
    # Ten times stricter than what is told of: two points alone have nothing else to agree in.
    return abs(scale - 1) <= rules.scale_error / 10


def _centred(xy: Floats) -> Floats:
    centred: Floats = xy - xy.mean(axis=0)
    return centred


def _affine(local: Floats, known: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(local, known, rcond=None)[0].T, dtype=np.float64)


def _similarity(local: Floats, known: Floats) -> Floats:
    """Return turn and scale: the closed form of least squares in the plane."""
    (x, y), (east, north) = local.T, known.T
    size = (local**2).sum()
    along, across = (x * east + y * north).sum() / size, (x * north - y * east).sum() / size
    return np.array([[along, -across], [across, along]])


def _fit(kind: str, local: Floats, known: Floats, north_first: bool) -> Fit:
    solve = _similarity if kind == SIMILARITY else _affine
    matrix = solve(_centred(local), _centred(known))
    off: NDArray[np.float64] = _centred(local) @ matrix.T - _centred(known)
    square_sum, surplus = float((off**2).sum()), 2 * len(local) - _PARAMETERS[kind]
    rms_m = float(np.sqrt(square_sum / len(local)))
    return Fit(
        kind=kind,
        matrix=matrix,
        local_middle=local.mean(axis=0),
        known_middle=known.mean(axis=0),
        north_first=north_first,
        residuals_m=np.hypot(*off.T),
        rms_m=rms_m,
        mean_error_m=float(np.sqrt(square_sum / surplus)) if surplus else float("nan"),
        similarity_rms_m=rms_m,
    )
