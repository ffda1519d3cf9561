"""The commented project file that says what a folder holds."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.folder.evidence import describe, doubt, evidence, keys_of
from data.folder.files import folder_rules
from data.folder.guess import MANY, Candidate, Guess
from data.folder.looks import Look
from data.folder.roles import weigh_roles
from data.folder.toml_text import toml_comment, toml_inline, toml_string
from data.standards.files import load_standard, standard_keys
from data.tables.headers import SEPARATOR
from data.words import Words

_STANDARD = "jiangxi_existing"
_DATE = "2026-06-30"
_MIN_SHARE_BY_CODE = 0.9
_MIN_SHARE_JOINED = 0.5


def project_text(guess: Guess, *, folder: Path, target: Path, say: Words) -> str:
    """Write the project file.

    Parameters
    ----------
    guess : Guess
        What the folder holds.
    folder : Path
        The folder.
    target : Path
        Where the file will be; paths in it start in the folder it is in.
    say : Words
        The text catalogue, in whose language the comments are.

    Returns
    -------
    str
        TOML.
    """
    writer = _Writer(guess, folder, target, say)
    parts = [list(part) for part in writer.parts()]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def count_doubts(text: str) -> int:
    """Count the lines of a project file that ask to be looked at.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    int
        How many lines begin with ``# ??``.
    """
    return sum(line.startswith("# ??") for line in text.splitlines())


_RENEWAL = (
    "[costs]",
    'source = ""',
    f"date = {_DATE}",
    'items.roof = { yuan = 0, per = "floor_m2" }',
    'items.elder_care = { yuan = 0, per = "facility_m2", revenue_yuan = 0, running_yuan = 0 }',
    "[funding.shares.basic]",
    "central = 0.0",
    "city = 0.0",
    "[phases]",
    "years = []",
    "budget_yuan = []",
)

_PRINTED = (
    "[map.title_block]",
    'plan = ""',
    'period = ""',
    'client = ""',
    'institute = ""',
    'lead = ""',
    "[atlas]",
    'paper = "A3"',
)


class _Writer:
    """Write the parts of the file one after the other."""

    def __init__(self, guess: Guess, folder: Path, target: Path, say: Words) -> None:
        self.guess, self.folder, self.target, self.say = guess, folder, target, say
        network = guess.one("network")
        self.extract = network if network is not None and network.look.kind == "osm" else None
        self.near = _middle(guess)
        # All is taken from the extract where nothing else has estates.
        self.is_quick = guess.one("estates") is None and self.extract is not None

    def parts(self) -> Iterator[Iterator[str]]:
        """Yield the parts; keys of no table come first."""
        yield iter([toml_comment(self.say("init.drafted")), toml_comment(self.say("init.next"))])
        if self.is_quick:
            yield self._all_from_extract()
        yield self._project()
        if not self.is_quick:
            yield self._estates()
            yield self._needed("facilities")
            for role in MANY[1:]:
                for candidate in self.guess.chosen[role]:
                    yield self._many(candidate)
            yield self._single("network")
            yield self._single("boundary")
        yield self._walking()
        yield self._renewal()
        yield self._printed()
        yield self._rest()

    def _renewal(self) -> Iterator[str]:
        """Show how costs and years are written; only the planner knows them."""
        yield self._heading("renewal")
        yield toml_comment(self.say("init.renewal"))
        yield from (toml_comment(line) for line in _RENEWAL)

    def _printed(self) -> Iterator[str]:
        """Show what the sheets of the atlas take from the planner."""
        yield self._heading("printed")
        yield toml_comment(self.say("init.printed"))
        yield from (toml_comment(line) for line in _PRINTED)

    def path(self, file: str) -> str:
        """Return the path of a file from the project file, with forward slashes."""
        place = self.folder.resolve() / file
        try:
            return Path(os.path.relpath(place, self.target.resolve().parent)).as_posix()
        except ValueError:
            # Another drive.
            return place.as_posix()

    def _heading(self, key: str) -> str:
        return toml_comment(f"---- {self.say(f'init.heading.{key}')} ----")

    def _project(self) -> Iterator[str]:
        say = self.say
        yield "[project]"
        yield f"name = {toml_string(self.folder.resolve().name)}"
        yield doubt(say("init.date"))
        yield toml_comment(f"date = {_DATE}")
        yield doubt(say("init.author"))
        yield toml_comment('author = ""')
        yield f"language = {toml_string(say.language)}"
        yield f"standard = {toml_string(_STANDARD)}"
        others = [f"{key} ({load_standard(key).title[say.language]})" for key in standard_keys() if key != _STANDARD]
        yield toml_comment(say("init.standard", others=say("cli.list_mark").join(others)))

    def _all_from_extract(self) -> Iterator[str]:
        if self.extract is None:
            return
        yield toml_comment(describe(self.extract.look, say=self.say))
        yield doubt(self.say("init.osm_all"))
        yield f"osm = {toml_string(self.path(self.extract.look.file))}"
        others = [one for role in MANY for one in self.guess.chosen[role]]
        others += [one for role in ("ledger", "boundary") for one in self.guess.chosen[role]]
        if others:
            yield toml_comment(self.say("init.osm_left"))
            yield from (toml_comment(describe(one.look, say=self.say)) for one in others)

    def _estates(self) -> Iterator[str]:
        yield self._heading("estates")
        chosen = self.guess.one("estates")
        if chosen is None:
            yield doubt(self.say("init.missing_estates"))
            yield from (toml_comment(line) for line in ("[estates]", 'path = "小区.shp"'))
            yield from self._ledger(commented=True)
            return
        yield from self._keys(chosen, "[estates]")
        yield from self._ledger(commented=False)
        yield from self._rivals("estates")

    def _ledger(self, *, commented: bool) -> Iterator[str]:
        chosen = self.guess.one("ledger")
        if chosen is None:
            yield toml_comment(self.say("init.missing_ledger"))
            return
        yield from evidence(chosen, say=self.say)
        yield from self._fit(chosen)
        line = f"ledger = {toml_inline(self._ledger_keys(chosen))}"
        yield toml_comment(line) if commented else line
        for number, rival in enumerate(self._shown("ledger")):
            yield doubt(self._rival(number, "ledger"))
            yield toml_comment(describe(rival.look, say=self.say))
            yield from self._fit(rival)
            yield toml_comment(f"ledger = {toml_inline(self._ledger_keys(rival))}")
        yield from self._more("ledger")

    def _fit(self, ledger: Candidate) -> Iterator[str]:
        fit = self.guess.fits.get((ledger.look.file, ledger.look.layer))
        if fit is None:
            yield toml_comment(self.say("init.fit_none"))
            return
        yield toml_comment(self.say("init.fit", **fit.__dict__))
        if fit.joined < _MIN_SHARE_JOINED * fit.estates:
            yield doubt(self.say("init.fit_poor"))

    def _ledger_keys(self, ledger: Candidate) -> dict[str, str]:
        look = ledger.look
        fit = self.guess.fits.get((look.file, look.layer))
        heading = ledger.role.columns.get("estate_id")
        by_code = fit is not None and fit.joined and fit.by_code >= _MIN_SHARE_BY_CODE * fit.joined
        return {
            "path": self.path(look.file),
            **({"sheet": look.layer} if look.layer else {}),
            **({"key": _shortest(heading, look)} if heading and by_code else {}),
        }

    def _needed(self, role: str) -> Iterator[str]:
        """Write the facilities, or say that there are none."""
        chosen = self.guess.chosen[role]
        found = self._found_in_extract()
        yield self._heading(role)
        if not chosen and not found:
            yield doubt(self.say("init.missing_facilities"))
            yield from (toml_comment(line) for line in ("[[facilities]]", 'path = "设施.csv"'))
        for number, candidate in enumerate(chosen):
            if number:
                yield ""
            yield from self._keys(candidate, f"[[{role}]]")
        if found and self.extract is not None:
            if chosen:
                yield ""
            line = f"path = {toml_string(self.path(self.extract.look.file))}"
            yield toml_comment(self.say("init.osm_facilities", count=found))
            yield from (toml_comment(one) if chosen else one for one in ("[[facilities]]", line))

    def _found_in_extract(self) -> int:
        if self.extract is None or self.extract.look.rows.empty:
            return 0
        rows = self.extract.look.rows
        return int(rows.loc[rows["what"] == "facilities", "count"].iloc[0])

    def _many(self, candidate: Candidate) -> Iterator[str]:
        role = candidate.role.role
        if candidate is self.guess.chosen[role][0]:
            yield self._heading(role)
        yield from self._keys(candidate, f"[[{role}]]")

    def _single(self, role: str) -> Iterator[str]:
        chosen = self.guess.one(role)
        if chosen is None:
            if role == "network":
                yield self._heading(role)
                yield doubt(self.say("init.missing_network"))
                yield from (toml_comment(line) for line in ("[network]", 'path = "路网.osm.pbf"'))
            return
        yield self._heading(role)
        yield from self._keys(chosen, f"[{role}]")
        yield from self._rivals(role)

    def _keys(self, candidate: Candidate, table: str) -> Iterator[str]:
        keys = keys_of(candidate, path=self.path(candidate.look.file), near=self.near, say=self.say)
        yield from keys.comments
        yield table
        yield from keys.lines

    def _rivals(self, role: str) -> Iterator[str]:
        for number, rival in enumerate(self._shown(role)):
            yield doubt(self._rival(number, role))
            yield toml_comment(describe(rival.look, say=self.say))
            keys = keys_of(rival, path=self.path(rival.look.file), near=self.near, say=self.say)
            yield from (line if line.startswith("#") else toml_comment(line) for line in keys.lines)
        yield from self._more(role)

    def _shown(self, role: str) -> Sequence[Candidate]:
        return self.guess.rivals[role][: folder_rules()["limits"]["shown"]]

    def _more(self, role: str) -> Iterator[str]:
        """Name the rivals beyond the first ones."""
        rest = self.guess.rivals[role][folder_rules()["limits"]["shown"] :]
        if rest:
            yield toml_comment(self.say("init.unlisted", count=len(rest)))
            yield from self._most([f"  {describe(one.look, say=self.say)}" for one in rest])

    def _rival(self, number: int, role: str) -> str:
        return self.say("init.rival_more" if number else "init.rival", role=self.say(f"init.role.{role}"))

    def _walking(self) -> Iterator[str]:
        dem = self.guess.one("dem")
        if dem is None:
            return
        yield self._heading("walking")
        yield toml_comment(describe(dem.look, say=self.say))
        yield doubt(self.say("init.dem"))
        yield toml_comment("[walking]")
        yield toml_comment(f"dem = {toml_string(self.path(dem.look.file))}")

    def _rest(self) -> Iterator[str]:
        say, guess = self.say, self.guess
        lines = [toml_comment(say("init.scenario", project=self.target.name, file=self.path(one)))
                 for one in guess.scenarios]  # fmt: skip
        lines += [doubt(say("init.broken", line=problem.line(say))) for problem in guess.broken]
        if guess.unused:
            lines.append(toml_comment(say("init.unused")))
            lines += self._most([f"  {describe(look, say=say)} ({self._why(look)})" for look in guess.unused])
        if guess.passed:
            lines.append(toml_comment(say("init.passed")))
            lines += self._most([f"  {one.name} ({say(f'init.passed_by.{one.why}')})" for one in guess.passed])
        if lines:
            yield self._heading("rest")
            yield from lines

    def _why(self, look: Look) -> str:
        roles = [role.role for role in weigh_roles(look)]
        return self.say(f"init.{roles[0]}" if roles and roles[0] in ("buildings", "exclusions") else "init.unclear")

    def _most(self, texts: Sequence[str]) -> list[str]:
        most = folder_rules()["limits"]["shown_files"]
        more = [f"  {self.say('init.unlisted', count=len(texts) - most)}"] if len(texts) > most else []
        return [toml_comment(text) for text in [*texts[:most], *more]]


def _shortest(heading: str, look: Look) -> str:
    """Return the last level of a heading where that alone names it."""
    last = heading.rpartition(SEPARATOR)[2]
    named = [one for one in look.headings if one.text.rpartition(SEPARATOR)[2] == last]
    return last if len(named) == 1 else heading


def _middle(guess: Guess) -> tuple[float, float] | None:
    """Return the longitude and latitude of the first layer that says where it lies."""
    for ones in guess.chosen.values():
        for one in ones:
            if one.look.bounds is not None:
                west, south, east, north = one.look.bounds
                return (west + east) / 2, (south + north) / 2
    return None
