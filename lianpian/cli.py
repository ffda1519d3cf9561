"""The command line."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from data.errors import LianpianError, ProjectError, StandardError
from data.words import LANGUAGES, Language, Words, words
from lianpian.pipeline import Stage, load, load_osm, plan, what_if, write
from lianpian.pipeline import check as look_at
from lianpian.screen import Screen

if TYPE_CHECKING:
    from data.inputs import Inputs

DONE, FAULTY_INPUTS, WRONG_CALL = 0, 1, 2
OpenScreen = Callable[..., Screen]


def main() -> NoReturn:
    """Run the command line on the arguments of the process."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    asked = _asked_language(sys.argv[1:])
    build_app(words(asked or _usual_language()), asked=asked)()
    raise SystemExit(DONE)


def _asked_language(arguments: Sequence[str]) -> Language | None:
    """Return the language that the arguments ask for; it is read ahead of them, so that even the help is in it."""
    asked = [after for before, after in pairwise(arguments) if before == "--lang"]
    asked += [argument.removeprefix("--lang=") for argument in arguments if argument.startswith("--lang=")]
    return _known_language(asked[-1]) if asked else None


def _usual_language() -> Language:
    """Return the language that LIANPIAN_LANG asks for, or Chinese."""
    return _known_language(os.environ.get("LIANPIAN_LANG", "")) or "zh"


def _known_language(text: str) -> Language | None:
    return next((language for language in LANGUAGES if language == text), None)


def build_app(say: Words, *, asked: Language | None = None) -> typer.Typer:
    """Build the commands with their help in one language.

    Parameters
    ----------
    say : Words
        The text catalogue.
    asked : {"zh", "en"}, optional
        Language the person asked for, which the results are to be in, too.

    Returns
    -------
    Typer
        The application.
    """
    app = typer.Typer(
        name="lianpian", help=say("cli.help.app"), add_completion=False, no_args_is_help=True, rich_markup_mode=None
    )
    app.callback()(_accept_language(say))
    for add in (
        _add_demo,
        _add_init,
        _add_plan,
        _add_check,
        _add_explain,
        _add_survey,
        _add_progress,
        _add_compare,
        _add_standards,
    ):
        add(app, say, partial(_screen, say, asked))
    return app


def _accept_language(say: Words) -> Callable[..., None]:
    """Return a callback that lets --lang stand before the command, too; the language is read ahead of it."""

    def accept(lang: Annotated[str | None, _lang(say)] = None) -> None:
        _check_language(say, lang)

    return accept


@dataclass(frozen=True)
class Target:
    """Hold where the results go, which of them are left out, and whether there are shapefiles."""

    folder: Path
    without: tuple[str, ...] = ()
    shapefile: bool = False


def _without(say: Words) -> typer.models.OptionInfo:
    return typer.Option("--without", metavar="NAME", help=say("cli.option.without"))  # type: ignore[no-any-return]


def _lang(say: Words) -> typer.models.OptionInfo:
    return typer.Option("--lang", metavar="zh|en", help=say("cli.option.lang"))  # type: ignore[no-any-return]


def _quiet(say: Words) -> typer.models.OptionInfo:
    return typer.Option("-q", "--quiet", help=say("cli.option.quiet"))  # type: ignore[no-any-return]


def _verbose(say: Words) -> typer.models.OptionInfo:
    return typer.Option("-v", "--verbose", help=say("cli.option.verbose"))  # type: ignore[no-any-return]


def _add_demo(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.demo"), epilog=say("cli.example.demo"))
    def demo(
        out: Annotated[Path, typer.Option("-o", "--out", help=say("cli.option.out"))] = Path("out/demo"),
        without: Annotated[list[str] | None, _without(say)] = None,
        shapefile: Annotated[bool, typer.Option("--shapefile", help=say("cli.option.shapefile"))] = False,
        lang: Annotated[str | None, _lang(say)] = None,
        quiet: Annotated[bool, _quiet(say)] = False,
        verbose: Annotated[bool, _verbose(say)] = False,
    ) -> None:
        from data.samples import town_project

        screen = open_screen(lang, quiet=quiet, verbose=verbose)
        with town_project() as project:
            target = Target(out, tuple(without or ()), shapefile)
            _run(screen, target, lambda stage: load(project, stage=stage))


def _add_init(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.init"), epilog=say("cli.example.init"))
    def init(
        folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=say("cli.option.folder"))],
        out: Annotated[Path | None, typer.Option("-o", "--out", help=say("cli.option.drafted"))] = None,
        lang: Annotated[str | None, _lang(say)] = None,
        quiet: Annotated[bool, _quiet(say)] = False,
    ) -> None:
        from data.folder.draft import draft_project

        screen = open_screen(lang, quiet=quiet, verbose=False)
        with _told(screen), screen.looking() as stage:
            draft = draft_project(folder, target=out, say=say, stage=stage)
        screen.draft(draft)


def _add_plan(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command("plan", help=say("cli.help.plan"), epilog=say("cli.example.plan"))
    def plan_command(  # noqa: PLR0913 - one per option of the command
        project: Annotated[Path | None, typer.Argument(metavar="PROJECT.toml", help=say("cli.option.project"))] = None,
        osm: Annotated[Path | None, typer.Option("--osm", help=say("cli.option.osm"))] = None,
        standard: Annotated[str | None, typer.Option("--standard", help=say("cli.option.standard"))] = None,
        scenario: Annotated[Path | None, typer.Option("--scenario", help=say("cli.option.scenario"))] = None,
        out: Annotated[Path | None, typer.Option("-o", "--out", help=say("cli.option.out"))] = None,
        without: Annotated[list[str] | None, _without(say)] = None,
        shapefile: Annotated[bool, typer.Option("--shapefile", help=say("cli.option.shapefile"))] = False,
        lang: Annotated[str | None, _lang(say)] = None,
        quiet: Annotated[bool, _quiet(say)] = False,
        verbose: Annotated[bool, _verbose(say)] = False,
    ) -> None:
        screen = open_screen(lang, quiet=quiet, verbose=verbose)
        if (project is None) == (osm is None):
            raise typer.BadParameter(say("cli.wrong.one_of"))
        if standard is not None and osm is None:
            raise typer.BadParameter(say("cli.wrong.standard"))
        folder = out or Path("out") / _result_name(osm or project or Path(), scenario)
        target = Target(folder, tuple(without or ()), shapefile)
        run = partial(_run, screen, target, scenario=scenario)
        if osm is not None:
            run(lambda stage: load_osm(osm, standard=standard or "jiangxi_existing", stage=stage), named=True)
        elif project is not None:
            run(lambda stage: load(project, stage=stage))


def _result_name(source: Path, scenario: Path | None) -> str:
    """Name the result after its input; one of a scenario never takes the place of that of things as they are."""
    name = source.name.split(".")[0]
    return f"{name}-{scenario.stem}" if scenario else name


def _add_check(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.check"), epilog=say("cli.example.check"))
    def check(
        project: Annotated[Path, typer.Argument(metavar="PROJECT.toml", help=say("cli.option.project"))],
        out: Annotated[Path, typer.Option("-o", "--out", help=say("cli.option.problems"))] = Path("problems.xlsx"),
        as_json: Annotated[bool, typer.Option("--json", help=say("cli.option.json"))] = False,
        lang: Annotated[str | None, _lang(say)] = None,
        quiet: Annotated[bool, _quiet(say)] = False,
        verbose: Annotated[bool, _verbose(say)] = False,
    ) -> None:
        from lianpian.check_text import report_json, tell_report
        from maps.workbook.problem_list import write_problems

        screen = open_screen(lang, quiet=quiet, verbose=verbose)
        with screen.progress() as stage:
            report = look_at(project, stage=stage)
        if as_json:
            screen.heading(report_json(report, say=say, path=out))
        with _told(screen):
            write_problems(report.problems, report=report, path=out, language=say.language)
        if not as_json:
            tell_report(report, screen=screen, path=out)
        raise typer.Exit(DONE if report.is_usable else FAULTY_INPUTS)


def _add_explain(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.explain"), epilog=say("cli.example.explain"))
    def explain(
        out: Annotated[Path, typer.Argument(metavar="OUT", help=say("cli.option.result"))],
        estate: Annotated[str | None, typer.Option("--estate", help=say("cli.option.estate"))] = None,
        cluster: Annotated[str | None, typer.Option("--cluster", help=say("cli.option.cluster"))] = None,
        service: Annotated[str | None, typer.Option("--service", help=say("cli.option.service"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=say("cli.option.json"))] = False,
        lang: Annotated[str | None, _lang(say)] = None,
    ) -> None:
        from data.results import read_cluster_results, read_results
        from lianpian.explain import explain_estate, explanation_json, find_estate, find_services
        from lianpian.explain_cluster import tell_cluster
        from lianpian.explain_text import tell

        if (estate is None) == (cluster is None):
            raise typer.BadParameter(say("cli.wrong.estate_or_cluster"))
        screen = open_screen(lang, quiet=False, verbose=False)
        with _told(screen):
            try:
                if estate is None:
                    tell_cluster(read_cluster_results(out), wanted=cluster or "", screen=screen, as_json=as_json)
                    return
                results = read_results(out, estate=estate)
                found = find_estate(results, wanted=estate, say=say)
                asked = find_services(results, wanted=service, say=say)
            except ProjectError as fault:
                screen.fault(fault)
                raise typer.Exit(WRONG_CALL) from fault
        explanations = explain_estate(results, estate_id=found, services=asked)
        if as_json:
            screen.heading(explanation_json(explanations, results=results, estate_id=found))
        else:
            tell(explanations, results=results, screen=screen, whole=service is not None)


def _add_survey(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.survey"), epilog=say("cli.example.survey"))
    def survey(
        out: Annotated[Path, typer.Argument(metavar="OUT", help=say("cli.option.result"))],
        form: Annotated[Path, typer.Option("-o", "--out", help=say("cli.option.survey"))] = Path("survey.xlsx"),
        lang: Annotated[str | None, _lang(say)] = None,
        quiet: Annotated[bool, _quiet(say)] = False,
    ) -> None:
        from data.results import read_survey_results
        from maps.forms.survey_form import write_survey

        screen = open_screen(lang, quiet=quiet, verbose=False)
        with _told(screen):
            results = read_survey_results(out)
            written = write_survey(results, path=form, say=say)
        items = sum(column.kind == "state" for column in written.columns)
        facts = {"estates": len(results.estates), "items": items, "known": written.known, "unknown": written.unknown}
        screen.say("survey.screen.written", path=form, **facts)
        screen.say("survey.screen.next", file=form.name, code=say("survey.column.estate_id"))


def _add_progress(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.progress"), epilog=say("cli.example.progress"))
    def progress(
        out: Annotated[Path, typer.Argument(metavar="OUT", help=say("cli.option.result"))],
        status: Annotated[Path | None, typer.Argument(metavar="STATUS", help=say("cli.option.status"))] = None,
        target: Annotated[Path | None, typer.Option("-o", "--out", help=say("cli.option.progress"))] = None,
        lang: Annotated[str | None, _lang(say)] = None,
        quiet: Annotated[bool, _quiet(say)] = False,
        verbose: Annotated[bool, _verbose(say)] = False,
    ) -> None:
        from lianpian.progress import make_form, make_report

        screen = open_screen(lang, quiet=quiet, verbose=verbose)
        with _told(screen):
            if status is None:
                make_form(out, path=target, screen=screen)
            else:
                make_report(out, status=status, path=target, screen=screen)


def _add_compare(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.compare"), epilog=say("cli.example.compare"))
    def compare(
        out_a: Annotated[Path, typer.Argument(metavar="OUT_A", help=say("cli.option.result_a"))],
        out_b: Annotated[Path, typer.Argument(metavar="OUT_B", help=say("cli.option.result_b"))],
        target: Annotated[Path | None, typer.Option("-o", "--out", help=say("cli.option.compared"))] = None,
        lang: Annotated[str | None, _lang(say)] = None,
        quiet: Annotated[bool, _quiet(say)] = False,
    ) -> None:
        from lianpian.compare import compare_folders

        screen = open_screen(lang, quiet=quiet, verbose=False)
        with _told(screen):
            try:
                compare_folders(out_a, folder_b=out_b, target=target, screen=screen)
            except ProjectError as fault:
                screen.fault(fault)
                raise typer.Exit(WRONG_CALL) from fault


def _add_standards(app: typer.Typer, say: Words, open_screen: OpenScreen) -> None:
    @app.command(help=say("cli.help.standards"), epilog=say("cli.example.standards"))
    def standards(
        key: Annotated[str | None, typer.Argument(metavar="KEY", help=say("cli.option.key"))] = None,
        lang: Annotated[str | None, _lang(say)] = None,
    ) -> None:
        from data.standards.files import load_standard, standard_keys
        from data.standards.rule_rows import document_rows, rule_rows
        from data.standards.thresholds import standard_rows

        screen = open_screen(lang, quiet=False, verbose=False)
        with _told(screen, named=True):
            if key is None:
                screen.table([{"key": one, "title": load_standard(one).title[say.language]} for one in standard_keys()])
            else:
                standard = load_standard(key, folder=Path.cwd())
                screen.heading(standard.title[say.language])
                for rows_of in (standard_rows, rule_rows, document_rows):
                    if rows := rows_of(standard, language=say.language):
                        screen.table(rows)
                        screen.heading("")


def _screen(say: Words, asked: Language | None, lang: str | None, *, quiet: bool, verbose: bool) -> Screen:
    _check_language(say, lang)
    return Screen(say, chosen=asked, quiet=quiet, verbose=verbose)


def _check_language(say: Words, lang: str | None) -> None:
    if lang is not None and lang not in LANGUAGES:
        raise typer.BadParameter(say("cli.wrong.lang", value=lang), param_hint="--lang")


def _run(
    screen: Screen,
    target: Target,
    read: Callable[[Stage], "Inputs"],
    *,
    scenario: Path | None = None,
    named: bool = False,
) -> None:
    """Do the whole job and tell what came of it; what cannot work out is told before the work."""
    from data.scenario_file import read_scenario
    from maps.atlas.settings import check_atlas
    from maps.write import check_folder

    with _told(screen, named=named):
        check_folder(target.folder.absolute())
        names = _known_names(screen, target)
        edits = read_scenario(scenario) if scenario else None
        with screen.progress() as stage:
            inputs = read(stage)
            if {"atlas.pdf", "report.docx"} & set(names):
                check_atlas(inputs, language=screen.chosen)
            before = plan(inputs, stage=stage)
            result = what_if(before, scenario=edits, stage=stage) if edits else before
            stage("write")
            write(
                result,
                target.folder,
                language=screen.chosen,
                without=target.without,
                shapefile=target.shapefile,
            )
        screen.problems(result.problems)
        if edits:
            screen.changes(before, result)
        screen.result(result.summary, inputs.standard, target.folder)


def _known_names(screen: Screen, target: Target) -> tuple[str, ...]:
    """Return the outputs that are written; a name that is none is a wrong call."""
    from maps.outputs import names_without

    try:
        return names_without(target.without)
    except ProjectError as fault:
        screen.fault(fault)
        raise typer.Exit(WRONG_CALL) from fault


@contextmanager
def _told(screen: Screen, *, named: bool = False) -> Iterator[None]:
    """Tell an error in a sentence, and leave with its status: a standard that the call itself named is a wrong call."""
    try:
        yield
    except LianpianError as fault:
        screen.fault(fault)
        raise typer.Exit(WRONG_CALL if named and isinstance(fault, StandardError) else FAULTY_INPUTS) from fault
