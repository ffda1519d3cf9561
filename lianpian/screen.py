"""What the command line shows: progress, problems, the figures that matter."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from data.errors import LianpianError
from data.problems import Problem, Severity, blocking, count_by_severity
from data.words import Language, Words

if TYPE_CHECKING:
    import pandas as pd

    from data.folder.draft import Draft
    from data.standards.model import Standard
    from geo.plan import Plan

# Roles in the order that a draft of a project is told in.
ROLES = ("estates", "ledger", "facilities", "network", "sites", "gates", "barriers", "exclusions", "boundary", "dem")
STAGES = ("read", "classify", "access", "walks", "gaps", "neighbours", "clusters", "reach", "write")
FIRST_KINDS = 6


@dataclass(frozen=True)
class Screen:
    """Speak to the person at the keyboard: results on standard output, all else on standard error.

    Parameters
    ----------
    words : Words
        The text catalogue in the language of the screen.
    chosen : {"zh", "en"} or None
        Language the person asked the outputs to be in, if any.
    quiet : bool
        Say nothing but errors.
    verbose : bool
        Say every problem.
    """

    words: Words
    chosen: Language | None
    quiet: bool
    verbose: bool

    @contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """Show which stage is at work, where standard error is a terminal."""
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True, disable=self.quiet or not console.is_terminal) as bar:
            task = bar.add_task("", total=len(STAGES))

            def begin(stage: str) -> None:
                at = f"[{STAGES.index(stage) + 1}/{len(STAGES)}]".replace("[", r"\[")
                bar.update(task, description=f"{at} {self.words(f'cli.stage.{stage}')}", advance=1)

            yield begin

    @contextmanager
    def looking(self) -> Iterator[Callable[[str], None]]:
        """Show which file is looked at, where standard error is a terminal."""
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True, disable=self.quiet or not console.is_terminal) as bar:
            task = bar.add_task("")
            yield lambda name: bar.update(task, description=name)

    def say(self, key: str, **facts: object) -> None:
        """Print one line of the catalogue, unless asked to be quiet."""
        if not self.quiet:
            self.heading(self.words(key, **facts))

    def heading(self, text: str) -> None:
        """Print one line as it is."""
        sys.stdout.write(f"{text}\n")

    def fault(self, fault: LianpianError) -> None:
        """Print the problems that stopped the run."""
        self._print(blocking(fault.problems) or fault.problems)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Print the problems: every one where asked for, else one of each kind of the first warnings."""
        if self.quiet:
            return
        told = [one for one in problems if self.verbose or one.severity is not Severity.NOTE]
        if self.verbose:
            self._print(told)
            return
        kinds = Counter(one.code for one in told)
        first = {one.code: one for one in reversed(told)}
        for code in list(kinds)[:FIRST_KINDS]:
            self._print([first[code]], more=kinds[code] - 1)
        if len(told) > min(len(kinds), FIRST_KINDS):
            counts = {severity.value: count for severity, count in count_by_severity(problems).items()}
            sys.stderr.write(self.words("cli.done.more_problems", **counts) + "\n")

    def kinds(
        self, problems: Sequence[Problem], *, kinds: Sequence[tuple[Problem, int]], most: int, path: Path
    ) -> None:
        """Print the first problem of each kind, errors first, or every one where asked for; and where the rest is."""
        shown = [(first, count) for first, count in kinds if not self.quiet or first.severity is Severity.ERROR]
        if self.verbose:
            self._print(problems)
            return
        for first, count in shown[:most]:
            self._print([first], more=count - 1)
        if len(shown) > most:
            sys.stderr.write(self.words("cli.done.more_kinds", count=len(shown) - most, path=path) + "\n")

    def _print(self, problems: Sequence[Problem], *, more: int = 0) -> None:
        for problem in problems:
            rest = f" {self.words('cli.done.more_of_the_kind', count=more)}" if more else ""
            severity = self.words(f"terms.severity.{problem.severity}")
            line = self.words("cli.problem", severity=severity, line=problem.line(self.words))
            sys.stderr.write(f"{line}{rest}\n")

    def table(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Print rows as a table that is as wide as it needs where the output is no terminal."""
        console = Console(width=None if sys.stdout.isatty() else 400)
        grid = Table(box=None, pad_edge=False, show_header=len(rows[0]) > 2)
        for name in rows[0]:
            grid.add_column(name, overflow="fold")
        for row in rows:
            grid.add_row(*(Text(value) for value in row.values()))
        with console.capture() as shown:
            console.print(grid)
        self.heading("\n".join(line.rstrip() for line in shown.get().splitlines()))

    def draft(self, draft: "Draft") -> None:
        """Print what each file of a folder was taken for, and where the project file is."""
        for role in ROLES:
            files = [one.look.file for one in draft.guess.chosen.get(role, ())]
            if files or role in ("estates", "facilities", "network"):
                listed = self.words("cli.list_mark").join(files[:FIRST_KINDS]) or self.words("init.screen.found_none")
                if len(files) > FIRST_KINDS:
                    listed = self.words("init.more", listed=listed, count=len(files))
                self.say("init.screen.chosen", role=self.words(f"init.role.{role}"), files=listed)
        self._print(draft.guess.broken[:FIRST_KINDS])
        if len(draft.guess.broken) > FIRST_KINDS:
            rest = self.words("init.screen.more_broken", count=len(draft.guess.broken) - FIRST_KINDS)
            sys.stderr.write(f"{rest}\n")
        self.say("init.screen.written", path=draft.path, doubts=draft.doubts)
        self.say("init.screen.next", path=draft.path)

    def changes(self, before: "Plan", after: "Plan") -> None:
        """Print what a scenario changes: gaps, and by service the estates, the people within the walk and the walks."""
        from geo.what_if.changes import sum_up_changes

        self.say("cli.change.title", name=after.scenario)
        if after.changes.empty:
            self.say("cli.change.none")
            return
        was, now = (plan.services.set_index("service") for plan in (before, after))
        self.say("cli.change.gaps", before=int(was["gap"].sum()), after=int(now["gap"].sum()))
        rest = 0
        for row in sum_up_changes(after.changes, estates=after.estates).itertuples(index=False):
            figures = [_figures(services, row.service) for services in (was, now)]
            if figures[0] == figures[1]:
                rest += 1
                continue
            facts: dict[str, object] = {
                "service": self._service_names(row.service, after.inputs.standard),
                "gaining": f"{row.people_gaining:,.0f}",
                "losing": f"{row.people_losing:,.0f}",
            }
            for side, (gaps, people) in zip(("before", "after"), figures, strict=True):
                facts |= {f"gap_{side}": gaps, f"people_{side}": people}
            self.say("cli.change.service", **facts)
        if rest:
            self.say("cli.change.rest", count=rest)

    def result(self, summary: "pd.DataFrame", standard: "Standard", out: Path) -> None:
        """Print the five figures that matter and where the results are."""
        facts: dict[str, object] = {}
        for figure, value, text in summary[["figure", "value", "text"]].itertuples(index=False):
            facts[figure] = f"{value:.0f}" if figure.endswith("_year") else f"{value:,.0f}"
            facts[f"{figure}_text"] = self._service_names(text, standard)
        none = {figure for figure in ("gaps", "services_without_data") if facts.get(figure) == "0"}
        gaps = "gaps_none" if "gaps" in none else "gaps"
        no_data = "no_data_none" if "services_without_data" in none else "no_data"
        survey = ["survey"] if facts.get("estates_to_survey", "0") != "0" else []
        packages = ["packages"] if "packages" in facts else []
        ahead = [name for name in ("proposals", "planned_projects") if name in facts]
        for line in ("estates", *survey, "people", "clusters", *packages, gaps, no_data, *ahead):
            self.say(f"cli.figure.{line}", **facts)
        self.say("cli.done.written", path=out, map=out / "map.html")

    def _service_names(self, keys: str, standard: "Standard") -> str:
        names = {service.key: service.name[self.words.language] for service in standard.services}
        return self.words("cli.list_mark").join(names.get(key, key) for key in keys.split(";") if key) or "—"


def _figures(services: "pd.DataFrame", service: str) -> tuple[str, str]:
    """Return the estates with a gap and the people within the walk, as they are shown."""
    if service not in services.index:
        return "—", "—"
    gaps, people = services.loc[service, ["gap", "people_within"]]
    return f"{gaps:,.0f}", f"{people:,.0f}" if people == people else "—"
