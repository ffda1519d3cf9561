"""What lianpian check tells: the overview and the kinds of problems on the screen, or one JSON document."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from data.layer_accounts import LayerAccount
from data.problems import Problem
from data.reading_overview import crs_text, encoding_text, overview_items
from data.reading_report import ReadingReport
from data.words import Words
from lianpian.screen import Screen

FORMAT = 1
MOST_KINDS = 24


def tell_report(report: ReadingReport, *, screen: Screen, path: Path) -> None:
    """Print the overview on standard output, and a line for each kind of problem on standard error.

    Parameters
    ----------
    report : ReadingReport
        The report.
    screen : Screen
        Where to print; asked to be quiet it prints errors alone, and every problem where asked for.
    path : Path
        Where the whole list is.
    """
    say = screen.words
    if not screen.quiet:
        if report.layers:
            screen.table(layer_lines(report, say=say))
            screen.heading("")
        for item in overview_items(report, say=say)[:-1]:
            value = say("report.value.decided", name=item.value, why=item.why) if item.why else item.value
            screen.heading(say("report.line", item=item.item, value=value))
    screen.kinds(report.problems, kinds=report.kinds(), most=MOST_KINDS, path=path)
    counts = {severity.value: count for severity, count in report.counts.items()}
    screen.say("cli.done.checked", path=path, **counts)


def layer_lines(report: ReadingReport, *, say: Words) -> list[dict[str, str]]:
    """Put each layer into words for the screen.

    Parameters
    ----------
    report : ReadingReport
        The report.
    say : Words
        The text catalogue.

    Returns
    -------
    list of dict of str to str
        Cells by heading.
    """
    rows = []
    for account in report.layers:
        cells = {
            "role": say.get(f"tables.role.{account.role}", account.role),
            "file": f"{account.file} / {account.layer}" if _is_told(account.file, account.layer) else account.file,
            "read": "—" if account.read is None else f"{account.read:,}",
            "kept": say("report.state.failed") if account.failed else f"{account.kept:,}",
            "repaired": "—" if account.failed else f"{account.repaired:,}",
            "dropped": "—" if account.read is None else f"{account.dropped:,}",
            "encoding": encoding_text(account, say=say),
            "crs": crs_text(account, say=say),
        }
        rows.append({say(f"report.column.{key}"): text for key, text in cells.items()})
    return rows


def _is_told(file: str, layer: str) -> bool:
    return bool(layer) and Path(file).stem != layer


def report_json(report: ReadingReport, *, say: Words, path: Path) -> str:
    """Write the report as one JSON document.

    Parameters
    ----------
    report : ReadingReport
        The report.
    say : Words
        The text catalogue; names and sentences are in its language.
    path : Path
        Where the list of problems is.

    Returns
    -------
    str
        An object with ``format`` (1), ``project`` (``file``, ``name``, ``date``), ``usable`` (whether a plan can be
        worked out), ``counts`` (problems by severity), ``standard`` (``key``, ``title``) and ``crs`` (``code``,
        ``name``, ``why``) of the analysis, ``layers`` (the fields of :class:`data.layer_accounts.LayerAccount`),
        ``ledger`` (``estates``, ``rows``, ``joined``), ``facilities`` (``service``, ``name``, ``running``, ``aside``),
        ``network`` (``km``, ``components``, ``share_used``), ``kinds`` (``severity``, ``code``, ``count``),
        ``problems`` (``severity``, ``code``, ``file``, ``layer``, ``feature``, ``field``, ``value``, ``what``,
        ``done``, ``remedy``) and ``list`` (path of the workbook); what is not known is null.
    """
    standard = report.standard
    names = {service.key: service.name[say.language] for service in standard.services} if standard else {}
    document = {
        "format": FORMAT,
        "project": {"file": report.file, "name": report.name or None, "date": report.date or None},
        "usable": report.is_usable,
        "counts": {str(severity): count for severity, count in report.counts.items()},
        "standard": {"key": standard.key, "title": standard.title[say.language]} if standard else None,
        "crs": asdict(report.crs) if report.crs else None,
        "layers": [_layer(account) for account in report.layers],
        "ledger": asdict(report.ledger) if report.ledger else None,
        "facilities": [{**asdict(one), "name": names.get(one.service, one.service)} for one in report.facilities],
        "network": asdict(report.network) if report.network else None,
        "kinds": [
            {"severity": str(first.severity), "code": first.code, "count": count} for first, count in report.kinds()
        ],
        "problems": [_problem(problem, say) for problem in report.problems],
        "list": str(path),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _layer(account: LayerAccount) -> dict[str, Any]:
    # Where nobody knows how many rows there are, nobody knows how many were left out.
    return {**asdict(account), "dropped": None if account.read is None else account.dropped}


def _problem(problem: Problem, say: Words) -> dict[str, Any]:
    places = {name: getattr(problem, name) or None for name in ("file", "layer", "feature", "field", "value")}
    sentences = {name: getattr(problem, name)(say) or None for name in ("what", "done", "remedy")}
    return {"severity": str(problem.severity), "code": problem.code, **places, **sentences}
