"""The report on what was read, in words: the same for the screen and for the workbook of problems."""

from dataclasses import dataclass

from data.layer_accounts import LayerAccount
from data.reading_report import ReadingReport
from data.words import Words


@dataclass(frozen=True)
class Item:
    """Hold one line of the overview.

    Parameters
    ----------
    item, value, why : str
        What it is of, what was found, and by what it was decided where there is something to decide.
    """

    item: str
    value: str
    why: str = ""


def overview_items(report: ReadingReport, *, say: Words) -> tuple[Item, ...]:
    """Tell what was found beside the layers.

    Parameters
    ----------
    report : ReadingReport
        The report.
    say : Words
        The text catalogue.

    Returns
    -------
    tuple of Item
        Project, date, standard, coordinate system, ledger, facilities, network and problems.
    """
    none = say("report.value.none")
    standard = report.standard
    counts = {str(severity): count for severity, count in report.counts.items()}
    found = {
        "project": (f"{report.name} ({report.file})" if report.name else report.file, ""),
        "date": (report.date or none, ""),
        "standard": (f"{standard.title[say.language]} ({standard.key})" if standard else none, ""),
        "crs": (f"{report.crs.name} ({report.crs.code})", say(f"report.crs_why.{report.crs.why}"))
        if report.crs
        else (none, ""),
        "ledger": (_ledger(report, say), ""),
        "facilities": (_facilities(report, say), ""),
        "network": (_network(report, say), ""),
        "problems": (say("tables.problems.counts", **counts), ""),
    }
    return tuple(Item(say(f"report.item.{key}"), value, why) for key, (value, why) in found.items() if value)


def encoding_text(account: LayerAccount, *, say: Words) -> str:
    """Name the encoding of a layer and how it was decided.

    Parameters
    ----------
    account : LayerAccount
        The layer.
    say : Words
        The text catalogue.

    Returns
    -------
    str
        Such as ``GB18030（按内容判定）``; empty where there is none.
    """
    return _decided(account.encoding, "encoding_by", account.encoding_by, say)


def crs_text(account: LayerAccount, *, say: Words) -> str:
    """Name the coordinate system of a layer and how it was decided; see :func:`encoding_text`."""
    return _decided(account.crs, "crs_by", account.crs_by, say)


def place_text(account: LayerAccount) -> str:
    """Tell where a layer lies.

    Parameters
    ----------
    account : LayerAccount
        The layer.

    Returns
    -------
    str
        Longitudes and latitudes in degrees; empty where it has no shape.
    """
    if account.bounds is None:
        return ""
    west, south, east, north = account.bounds
    return f"{west:.4f}–{east:.4f}, {south:.4f}–{north:.4f}"


def _decided(name: str, table: str, decision: str, say: Words) -> str:
    if not name:
        return ""
    return say("report.value.decided", name=name, why=say(f"report.{table}.{decision}")) if decision else name


def _ledger(report: ReadingReport, say: Words) -> str:
    join = report.ledger
    if join is None:
        return ""
    share = f"{join.joined / join.estates:.0%}" if join.estates else "—"
    return say("report.value.ledger", estates=join.estates, joined=join.joined, share=share, rows=join.rows)


def _facilities(report: ReadingReport, say: Words) -> str:
    if not report.facilities:
        return ""
    names = {service.key: service.name[say.language] for service in report.standard.services} if report.standard else {}
    running = [one for one in report.facilities if one.running]
    listed = say("cli.list_mark").join(
        say("report.value.service", name=names.get(one.service, one.service), count=one.running) for one in running
    )
    count, aside = (sum(getattr(one, kind) for one in report.facilities) for kind in ("running", "aside"))
    told = say("report.value.facilities", count=count, services=len(running), listed=listed or "—")
    return told + say("report.value.aside", count=aside) if aside else told


def _network(report: ReadingReport, say: Words) -> str:
    network = report.network
    if network is None:
        return ""
    share = f"{network.share_used:.0%}"
    return say("report.value.network", km=f"{network.km:,.1f}", components=f"{network.components:,}", share=share)
