"""The sample town: an invented county seat in the file formats that planning institutes use."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path


@contextmanager
def town_project() -> Iterator[Path]:
    """Give the path of the sample town's ``project.toml``.

    Yields
    ------
    Path
        The file, beside the files it names.
    """
    with resources.as_file(resources.files("data.samples").joinpath("town")) as folder:
        yield folder / "project.toml"
