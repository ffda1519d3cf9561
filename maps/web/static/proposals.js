// Proposals: where a service could be built, whom it would serve, and what it costs.

const PROPOSAL_GAP = 15;

function prepareProposals(app) {
  const { proposals, served, estates } = app.data;
  app.servedBy = rowsByOwner(proposals.count, [served.proposal]);
  app.servedOf = rowsByOwner(estates.count, [served.estate]);
  const places = groupBy(proposals.count, (i) => {
    const k = proposals.shapes.points[proposals.shapes.rings[i]];
    return `${proposals.shapes.x[k]} ${proposals.shapes.y[k]}`;
  });
  // Those on one site stand side by side.
  app.proposalShift = new Float64Array(proposals.count);
  places.forEach((rows) =>
    rows.forEach((i, k) => {
      app.proposalShift[i] = (k - (rows.length - 1) / 2) * PROPOSAL_GAP;
    }),
  );
}

function proposalKinds(app) {
  const { proposals } = app.data;
  return [...groupBy(proposals.count, (i) => proposals.service[i])].map(([key, members]) => ({
    key,
    members,
    name: app.serviceName(key),
    look: proposalLook(app, key),
  }));
}

function proposalLook(app, service) {
  const known = app.services.get(service);
  return { ...(known ? known.look : { shape: 'circle', fill: '#ffffff' }), ring: app.style.proposal.line };
}

function proposalPoint(app, view, i) {
  const { shapes } = app.data.proposals;
  const k = shapes.points[shapes.rings[i]];
  const [x, y] = at(view, shapes.x[k], shapes.y[k]);
  return [x + app.proposalShift[i], y];
}

function drawProposals(app, c, view) {
  const { proposals } = app.data;
  for (let i = 0; i < proposals.count; i += 1) {
    if (outside(view, proposals.shapes.box, i)) continue;
    const [x, y] = proposalPoint(app, view, i);
    drawSymbol(c, x, y, view.zoom < 14 ? 4 : 5.5, proposalLook(app, proposals.service[i]));
  }
}

function keepProposalsClear(app, view, taken) {
  for (let i = 0; i < app.data.proposals.count; i += 1) {
    if (outside(view, app.data.proposals.shapes.box, i)) continue;
    const [x, y] = proposalPoint(app, view, i);
    taken.push([x - 7, y - 7, x + 7, y + 7]);
  }
}

// From the proposal whose card is open to every estate that it serves.
function drawServed(app, c, view) {
  if (!app.chosen || app.chosen.table !== 'proposals') return;
  const { shapes } = app.data.estates;
  const from = proposalPoint(app, view, app.chosen.row);
  c.beginPath();
  c.arc(...from, 11, 0, 2 * Math.PI);
  stroke(c, [
    ['#ffffff', 5],
    [app.style.proposal.line, 2],
  ]);
  app.servedBy[app.chosen.row].forEach((row) => {
    const i = app.data.served.estate[row];
    if (shapes.dim[i] < 0) return;
    c.beginPath();
    c.moveTo(...from);
    c.lineTo(...at(view, ...anchorOf(shapes, i)));
    c.setLineDash(app.style.proposal.dash);
    stroke(c, [
      [app.style.halo, 3.4],
      [app.style.proposal.line, 1.6],
    ]);
    c.setLineDash([]);
    c.beginPath();
    trace(c, view, shapes, i);
    stroke(c, [
      ['#ffffff', 4],
      [app.style.proposal.line, 2],
    ]);
  });
}

function anchorOf(shapes, i) {
  if (shapes.dim[i] === 2) return labelPoint(shapes, i);
  const k = shapes.points[shapes.rings[i]];
  return [shapes.x[k], shapes.y[k]];
}

function pickProposal(app, latlng) {
  const { proposals } = app.data;
  const view = { scale: 2 ** app.map.getZoom(), origin: app.map.getPixelOrigin() };
  const point = app.map.latLngToLayerPoint(latlng);
  let [best, least] = [null, 9];
  for (let row = 0; row < proposals.count; row += 1) {
    if (proposals.shapes.dim[row] < 0) continue;
    const [x, y] = proposalPoint(app, view, row);
    const distance = Math.hypot(x - point.x, y - point.y);
    if (distance < least) [best, least] = [{ table: 'proposals', row }, distance];
  }
  return best;
}

function proposalCard(app, i) {
  const { say, data } = app;
  const p = data.proposals;
  const guess = p.estimated[i] ? say('card.estimated') : '';
  const to = (table, row, text) => (row < 0 ? text : link(text || app.nameOf(table, row), () => app.go(table, row)));
  const mean = say('proposal.mean', {
    before: minutesOr(app, p.minutes_before[i]),
    after: minutesOr(app, p.minutes_after[i]),
  });
  return [
    facts([
      [say('card.id'), p.proposal_id[i], 'proposal_id'],
      [say('card.service'), app.serviceName(p.service[i]), 'service'],
      [say('kind.site'), to('sites', p.site[i], p.site_name[i]), 'site'],
      [say('card.kind'), say.term('site', p.site_kind[i]), 'site_kind'],
      [say('proposal.owner'), p.owner[i], 'owner'],
      [say('proposal.people'), say.number(p.people_served[i]) + guess, 'people_served'],
      [say('proposal.estates'), say.number(p.estates_served[i]), 'estates_served'],
      [say('proposal.gaps'), say.number(p.gaps_closed[i]), 'gaps_closed'],
      [say('proposal.walk'), mean, 'minutes'],
      p.unreached_before[i] && [say('proposal.unreached'), say.number(p.unreached_before[i]), 'unreached_before'],
      [say(p.outdoor[i] ? 'proposal.ground' : 'card.floor_area'), area(app, p.floor_area_m2[i]), 'floor_area_m2'],
      [say('card.cost'), money(app, p.cost_yuan[i]), 'cost_yuan'],
      projectFact(app, p.phase[i]),
      p.next[i] >= 0 && [
        say('proposal.next'),
        el('span', {}, [
          to('sites', p.next[i]),
          el('span', {
            class: 'hint',
            text: ` · ${say('proposal.next_people', { people: say.number(p.next_people[i]) })}`,
          }),
        ]),
        'next',
      ],
    ]),
    p.from_map[i] ? el('p', { class: 'hint', 'data-fact': 'from_map', text: say('proposal.from_map') }) : null,
    p.together[i] ? el('p', { class: 'hint', text: say('proposal.together') }) : null,
    el('h3', { text: `${say('proposal.served')} ${say.number(app.servedBy[i].length)}` }),
    servedList(app, i),
  ].filter(Boolean);
}

function servedList(app, i) {
  const { served } = app.data;
  const { say } = app;
  return el(
    'ul',
    { class: 'plain' },
    app.servedBy[i].map((row) => {
      const estate = served.estate[row];
      const walk = `${minutesOr(app, served.minutes_before[row])} → ${minutesOr(app, served.minutes_after[row])}`;
      return el('li', {}, [
        link(app.nameOf('estates', estate), () => app.go('estates', estate)),
        el('span', {
          class: 'hint',
          text: say('proposal.row', { people: say.number(served.people_served[row]), walk }),
        }),
      ]);
    }),
  );
}

function minutesOr(app, value) {
  return value === null ? app.say('card.unknown') : `${app.say.number(value, 1)} ${app.say.term('unit', 'min')}`;
}

function area(app, value) {
  return value === null ? app.say('card.unknown') : `${app.say.number(value)} ${app.say.term('unit', 'm2')}`;
}
