// Projects of the programme: their outlines, their tags and their card.

function prepareProjects(app) {
  const { phases, phase_of: phaseOf, estates, proposals } = app.data;
  app.projectEstates = rowsByOwner(phases.count, [phaseOf]);
  app.projectProposals = rowsByOwner(phases.count, [proposals.phase]);
  // The tag of a project stands on its widest estate.
  app.projectAnchors = app.projectEstates.map((rows) => {
    const drawn = rows.filter((i) => estates.shapes.dim[i] >= 0);
    const width = (i) => estates.shapes.box[2][i] - estates.shapes.box[0][i];
    const widest = drawn.reduce((best, i) => (best === null || width(i) > width(best) ? i : best), null);
    return widest === null ? null : anchorOf(estates.shapes, widest);
  });
}

function projectKinds(app) {
  const { phases, years } = app.data;
  const groups = groupBy(phases.count, (i) => phases.year[i]);
  const named = (year) => (year === null ? app.say('class.reserve') : app.say('class.year', { year }));
  return [...years.year, null]
    .filter((year) => groups.has(year))
    .map((year) => ({
      key: String(year === null ? 'reserve' : year),
      members: groups.get(year),
      name: named(year),
      look: { line: projectInk(app, year), width: 3 },
    }));
}

function projectInk(app, year) {
  const k = app.data.years.year.indexOf(year);
  return k < 0 ? app.style.cluster.plain : app.style.years[k % app.style.years.length];
}

function drawProjects(app, c, view) {
  const { phases, estates } = app.data;
  for (let i = 0; i < phases.count; i += 1) {
    const late = app.mode === 'phase' && phases.year[i] > app.year;
    if (!late) {
      drawLook(c, view, estates.shapes, app.projectEstates[i], { line: '#ffffff', width: 5 });
      drawLook(c, view, estates.shapes, app.projectEstates[i], { line: projectInk(app, phases.year[i]), width: 3 });
    }
  }
}

function projectTags(app, c, view, taken) {
  const { phases } = app.data;
  c.font = `600 11px ${FONT}`;
  for (let i = 0; i < phases.count; i += 1) {
    if (!app.projectAnchors[i] || (app.mode === 'phase' && phases.year[i] > app.year)) continue;
    const [x, y] = at(view, ...app.projectAnchors[i]);
    const text = phases.year[i] === null ? app.say('class.reserve') : String(phases.year[i]);
    const half = c.measureText(text).width / 2 + 5;
    const box = [x - half, y - 9, x + half, y + 9];
    if (!free(taken, box)) continue;
    app.clusterTags.push({ table: 'phases', row: i, box });
    tag(c, box, projectInk(app, phases.year[i]));
    c.fillStyle = app.style.ink;
    c.fillText(text, x, y + 0.5);
  }
}

function projectFact(app, row) {
  if (row === undefined || row < 0) return null;
  const { phases } = app.data;
  const year = phases.year[row] === null ? app.say('class.reserve') : app.say('class.year', { year: phases.year[row] });
  const text = `${app.nameOf('phases', row)} · ${year} · ${money(app, phases.cost_yuan[row])}`;
  return [app.say('card.project'), link(text, () => app.go('phases', row)), 'project'];
}

function projectCard(app, i) {
  const { say, data } = app;
  const p = data.phases;
  const guess = p.estimated[i] ? say('card.estimated') : '';
  const sources = data.sources
    .filter((source) => p[`${source}_yuan`][i])
    .map((source) => [say.term('fund', source), money(app, p[`${source}_yuan`][i]), `${source}_yuan`]);
  return [
    facts([
      [say('card.id'), p.project_id[i], 'project_id'],
      [say('project.year'), p.year[i] === null ? say('class.reserve') : String(p.year[i]), 'year'],
      [say('project.why'), say.term('phase_why', p.why[i]), 'why'],
      p.cluster[i] >= 0 && [
        say('kind.cluster'),
        link(app.nameOf('clusters', p.cluster[i]), () => app.go('clusters', p.cluster[i])),
        'cluster',
      ],
      [say('card.subdistricts'), listed(app, p.subdistricts[i], (name) => name), 'subdistricts'],
      [say('card.households'), say.number(p.households[i]) + guess, 'households'],
      [say('card.people'), say.number(p.people[i]) + guess, 'people'],
      [say('card.floor_area'), area(app, p.floor_area_m2[i]) + guess, 'floor_area_m2'],
      [say('card.cost'), money(app, p.cost_yuan[i]), 'cost_yuan'],
      ...sources,
      p.unfunded_yuan[i] && [say('project.unfunded'), money(app, p.unfunded_yuan[i]), 'unfunded_yuan'],
      p.unpriced[i] && [say('project.unpriced'), say.number(p.unpriced[i]), 'unpriced'],
      p.unsurveyed[i] && [say('project.unsurveyed'), say.number(p.unsurveyed[i]), 'unsurveyed'],
    ]),
    ...(app.projectProposals[i].length
      ? [el('h3', { text: say('project.proposals') }), proposalList(app, app.projectProposals[i])]
      : []),
    el('h3', { text: `${say('card.estates')} ${say.number(p.estates[i])}`, 'data-fact': 'estates' }),
    memberList(app, app.projectEstates[i]),
  ];
}

function proposalList(app, rows) {
  return el(
    'ul',
    { class: 'plain' },
    rows.map((row) =>
      el('li', {}, [
        link(app.nameOf('proposals', row), () => app.go('proposals', row)),
        el('span', { class: 'hint', text: money(app, app.data.proposals.cost_yuan[row]) }),
      ]),
    ),
  );
}
