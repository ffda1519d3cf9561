"""The institute's own template of the report: whether it can be used, and which styles it lacks."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import ProjectError
from data.problems import Problem, error, warning
from data.project import Project

if TYPE_CHECKING:
    from docx.document import Document

FIELD = "report.template"
# Styles that the report writes with; those that a template lacks are added as the report ships them.
STYLES = (
    "Title", "Subtitle", "Heading 1", "Heading 2", "Body Text", "List Bullet", "Caption", "Table Text", "Table Note",
    "Table Grid", "toc 1", "toc 2",
)  # fmt: skip
_TYPES = "[Content_Types].xml"
_DOTX = b"wordprocessingml.template.main+xml"
_DOCX = b"wordprocessingml.document.main+xml"


def open_template(path: Path, *, file: str, name: str) -> "Document":
    """Open a template.

    Parameters
    ----------
    path : Path
        A .docx or .dotx file.
    file : str
        The project file that names it.
    name : str
        How it is named there.

    Returns
    -------
    Document
        The document.

    Raises
    ------
    ProjectError
        When the file is not there, or is not a Word document.
    """
    import docx
    from lxml.etree import XMLSyntaxError

    try:
        document = docx.Document(io.BytesIO(_as_document(path.read_bytes())))
        # Parts that a broken package lacks are missed only where they are asked for.
        document.sections[-1], document.styles, document.core_properties
    except FileNotFoundError as fault:
        raise ProjectError(
            error("project_missing_file", file=file, field=FIELD, value=name, folder=str(path.parent))
        ) from fault
    except (OSError, zipfile.BadZipFile, XMLSyntaxError, KeyError, IndexError, ValueError, AttributeError) as fault:
        raise ProjectError(error("report_template_broken", file=file, field=FIELD, value=name)) from fault
    return document


def template_problems(project: Project) -> tuple[Problem, ...]:
    """Tell what is wrong with the template that a project names.

    Parameters
    ----------
    project : Project
        The settings.

    Returns
    -------
    tuple of Problem
        An error when it cannot be used, a warning that names the styles it lacks, or nothing.
    """
    name = project.report.template
    if name is None:
        return ()
    try:
        document = open_template(project.path(name), file=project.file_name, name=name)
    except ProjectError as fault:
        return fault.problems
    missing = missing_styles(document, wanted=STYLES)
    if not missing:
        return ()
    named = ", ".join(missing)
    return (warning("report_styles_missing", file=project.file_name, field=FIELD, value=name, styles=named),)


def missing_styles(document: "Document", *, wanted: Iterable[str]) -> list[str]:
    """Name the styles that a document does not have.

    Parameters
    ----------
    document : Document
        The document.
    wanted : iterable of str
        Names of styles, as Word shows them in English.

    Returns
    -------
    list of str
        Those that are missing, in the order given.
    """
    there = {style.name.lower() for style in document.styles if style.name}
    return [name for name in wanted if name.lower() not in there]


def _as_document(content: bytes) -> bytes:
    """Return a .dotx as the .docx that it is but for its type."""
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        types = read.read(_TYPES)
        if _DOTX not in types:
            return content
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
            for item in read.infolist():
                written.writestr(item, types.replace(_DOTX, _DOCX) if item.filename == _TYPES else read.read(item))
    return made.getvalue()
