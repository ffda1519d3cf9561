// The walk to the nearest facility of a service: its line on the map, and what the card tells of it.

const SHARES = 1000;
const NEARBY = -1;
const NAME_ROOM = 60;

function prepareWalks(app) {
  const { walks } = app.data;
  const starts = sumUp(walks.pieces);
  const refs = new Int32Array(walks.refs.length);
  walks.refs.forEach((step, k) => {
    refs[k] = step + (k ? refs[k - 1] : 0);
  });
  app.walkPieces = (i) => refs.subarray(starts[i], starts[i + 1]);
  app.walkRow = new Map(walks.gap.map((gap, i) => [gap, i]));
  app.walk = null;
  app.kept = null;
}

// Three parts from the gate to the facility: to the street, along streets, to the door.
function walkLine(app, i) {
  const { walks, access } = app.data;
  const [gate, entrance] = [walks.gate[i], walks.entrance[i]];
  const street = [onStreet(app, gate), ...streetPoints(app, i), onStreet(app, entrance)];
  const dashed = (row) => access.kind[row] === 'assumed';
  return {
    row: i,
    gate,
    entrance,
    parts: [
      { points: [doorPoint(app, gate), street[0]], dashed: dashed(gate) },
      { points: street, dashed: false },
      { points: [street[street.length - 1], doorPoint(app, entrance)], dashed: dashed(entrance) },
    ],
  };
}

function onStreet(app, row) {
  const { shapes } = app.data.access;
  const k = shapes.points[shapes.rings[row]];
  return [shapes.x[k], shapes.y[k]];
}

function doorPoint(app, row) {
  const { start } = app.data.access;
  const [latitude, longitude] = toLatLng(...onStreet(app, row));
  return [
    worldX(longitude + start[2 * row] / STEPS_PER_DEGREE),
    worldY(latitude + start[2 * row + 1] / STEPS_PER_DEGREE),
  ];
}

function streetPoints(app, i) {
  const { walks, walk_edges: edges } = app.data;
  const pieces = app.walkPieces(i);
  const points = [];
  pieces.forEach((ref, k) => {
    const back = ref % 2;
    const from = k ? back : walks.first[i] / SHARES;
    const to = k + 1 < pieces.length ? 1 - back : walks.last[i] / SHARES;
    const part = stretch(edges.shapes, (ref - back) / 2, Math.min(from, to), Math.max(from, to));
    points.push(...(back ? part.reverse() : part));
  });
  return points;
}

// The part of line i between two shares of its length.
function stretch(shapes, i, from, to) {
  const ring = shapes.rings[i];
  const points = [];
  for (let k = shapes.points[ring]; k < shapes.points[ring + 1]; k += 1) points.push([shapes.x[k], shapes.y[k]]);
  const along = [0];
  for (let k = 1; k < points.length; k += 1)
    along.push(along[k - 1] + Math.hypot(points[k][0] - points[k - 1][0], points[k][1] - points[k - 1][1]));
  const length = along[along.length - 1];
  const inner = points.filter((point, k) => along[k] > from * length && along[k] < to * length);
  return [pointAlong(points, along, from * length), ...inner, pointAlong(points, along, to * length)];
}

function pointAlong(points, along, wanted) {
  const k = Math.max(
    1,
    along.findIndex((length) => length >= wanted),
  );
  const part = along[k] - along[k - 1];
  const share = part ? (wanted - along[k - 1]) / part : 0;
  return [0, 1].map((axis) => points[k - 1][axis] + share * (points[k][axis] - points[k - 1][axis]));
}

function hasLine(app, gap) {
  return app.walkRow.has(gap) && app.data.walks.gate[app.walkRow.get(gap)] !== NEARBY;
}

function isNearby(app, gap) {
  return app.walkRow.has(gap) && app.data.walks.gate[app.walkRow.get(gap)] === NEARBY;
}

// The walk that an opened card shows first: of the worst state, and of those the longest.
// A layer too thin to tell comes last: its nearest facility may not be the nearest there is.
function worstWalk(app, estate) {
  const { gaps } = app.data;
  const rank = (row) => (gaps.state[row] === 'no_data' ? STATES.length : STATES.indexOf(gaps.state[row]));
  const rows = app.gapRows[estate].filter((row) => hasLine(app, row));
  rows.sort((a, b) => rank(a) - rank(b) || gaps.walk_minutes[b] - gaps.walk_minutes[a] || a - b);
  return rows.length ? rows[0] : null;
}

// Keep a walk on the map until another row is chosen or the card is closed; null keeps none.
function keepWalk(app, gap) {
  app.kept = gap;
  showWalk(app, gap);
}

function showWalk(app, gap) {
  const { card, data } = app;
  app.walk = gap === null ? null : { gap, ...walkLine(app, app.walkRow.get(gap)) };
  if (app.walk) card.dataset.walk = data.gaps.service[gap];
  else delete card.dataset.walk;
  card.querySelectorAll('[data-gap]').forEach((row) => {
    row.classList.toggle('walking', Number(row.dataset.gap) === gap);
    row.querySelector('.show').setAttribute('aria-pressed', String(Number(row.dataset.gap) === app.kept));
  });
  const note = document.getElementById('walk-note');
  if (note) note.replaceChildren(...(app.walk ? walkNote(app) : []));
  app.painter.repaint();
}

function listenToRow(app, row, gap) {
  const back = () => showWalk(app, app.kept);
  row.addEventListener('mouseenter', () => showWalk(app, gap));
  row.addEventListener('mouseleave', back);
  row.addEventListener('focusin', () => showWalk(app, gap));
  row.addEventListener('focusout', back);
  row.addEventListener('click', (event) => {
    if (event.target.closest('.link')) return;
    keepWalk(app, gap);
    bringIntoView(app);
  });
}

function walkNote(app) {
  const { say, data } = app;
  const { gap, gate, entrance } = app.walk;
  const { gaps, access } = data;
  const inside = access.inside_m[gate];
  const outside = say.number(gaps.walk_m[gap] - (inside || 0));
  const named = access.kind[gate] === 'gate' && access.name[gate];
  const start = named ? say('walk.gate_named', { name: access.name[gate] }) : say(`walk.${access.kind[gate]}`);
  const lines = [
    say('walk.from', { gate: start, facility: walkTarget(app) }),
    inside === null ? say('walk.outside', { outside }) : say('walk.parts', { inside: say.number(inside), outside }),
    gaps.state[gap] === 'no_data' ? say('walk.no_data') : null,
    access.kind[gate] === 'assumed' ? say('walk.assumed_gate') : null,
    access.kind[entrance] === 'assumed' ? say('walk.assumed_entrance') : null,
  ];
  return [
    el('b', {}, [
      lineSwatch({ ...data.style.walk, dash: [] }),
      `${app.serviceName(gaps.service[gap])} ${walkFigures(app, gap)}`,
    ]),
    ...lines.filter(Boolean).map((text) => el('span', { text })),
  ];
}

function walkFigures(app, gap) {
  const { gaps } = app.data;
  return app.say('card.walk', {
    minutes: app.say.number(gaps.walk_minutes[gap], 1),
    metres: app.say.number(gaps.walk_m[gap]),
  });
}

function walkTarget(app) {
  const { gaps } = app.data;
  const { gap } = app.walk;
  return gaps.facility_name[gap] || app.nameOf('facilities', gaps.facility[gap]);
}

function drawWalk(app, c, view) {
  if (!app.walk) return;
  const { parts, gap, gate } = app.walk;
  const look = app.style.walk;
  c.lineCap = 'round';
  parts.forEach(({ points }) => strokePoints(c, view, points, { line: look.halo, width: look.width + 4 }));
  c.lineCap = 'butt';
  parts.forEach(({ points, dashed }) => strokePoints(c, view, points, { ...look, dash: dashed ? look.dash : [] }));
  const { access, gaps } = app.data;
  const ends = [
    [parts[0].points[0], 5.5, app.style.access[access.kind[gate]] || app.style.access.any],
    [parts[2].points[1], 7, app.services.get(gaps.service[gap]).look],
  ];
  ends.forEach(([place, r, symbol]) => drawSymbol(c, ...at(view, ...place), r, symbol));
}

function strokePoints(c, view, points, { line, width, dash }) {
  c.beginPath();
  points.forEach(([x, y], k) => c[k ? 'lineTo' : 'moveTo'](...at(view, x, y)));
  c.setLineDash(dash || []);
  c.strokeStyle = line;
  c.lineWidth = width;
  c.stroke();
  c.setLineDash([]);
}

function labelWalk(app, c, view, taken) {
  if (!app.walk) return;
  const { parts } = app.walk;
  const [x, y] = at(view, ...parts[2].points[1]);
  const minutes = app.say.number(app.data.gaps.walk_minutes[app.walk.gap], 1);
  const text = `${walkTarget(app)} · ${minutes} ${app.say.term('unit', 'min')}`;
  c.font = `600 12px ${FONT}`;
  const half = c.measureText(text).width / 2 + 2;
  // The name stands on the side that the line does not come from.
  const before = parts[1].points.map(([px, py]) => at(view, px, py)).filter((p) => Math.hypot(p[0] - x, p[1] - y) > 9);
  const middle = y + (before.length && before[before.length - 1][1] < y ? 19 : -18);
  free(taken, [x - half, Math.min(middle, y) - 9, x + half, Math.max(middle, y) + 9]);
  haloText(app, c, text, x, middle, app.style.walk.line);
}

// Move the map only when part of the line is covered or outside; the name at its end needs room too.
function bringIntoView(app) {
  const { map, walk } = app;
  const free = margins(app);
  const [low, high] = [free.paddingTopLeft, free.paddingBottomRight].map(([x, y]) => [x + NAME_ROOM, y]);
  const corners = walk.parts.flatMap(({ points }) => points).map(([x, y]) => toLatLng(x, y));
  const size = map.getSize();
  const seen = corners.every((place) => {
    const { x, y } = map.latLngToContainerPoint(place);
    return x >= low[0] && y >= low[1] && x <= size.x - high[0] && y <= size.y - high[1];
  });
  if (seen) return;
  map.fitBounds(L.latLngBounds(corners), {
    paddingTopLeft: low,
    paddingBottomRight: high,
    maxZoom: map.getZoom(),
    animate: false,
  });
}

// How far one walks from the cluster whose card is open, the widest reach first.
function drawReach(app, c, view) {
  if (!app.chosen || app.chosen.table !== 'clusters') return;
  c.globalAlpha = 0.8;
  app.reachRows[app.chosen.row].forEach((row, k) => drawLook(c, view, app.data.reach.shapes, [row], reachLook(app, k)));
  c.globalAlpha = 1;
}

function reachLook(app, k) {
  const fills = app.style.isochrones;
  return { fill: fills[k % fills.length], line: '#ffffff', width: 1 };
}

function reachLegend(app, cluster) {
  const rows = app.reachRows[cluster].map((row, k) =>
    el('li', { 'data-minutes': app.data.reach.minutes[row] }, [
      areaSwatch(reachLook(app, k), app.style.estate.line),
      el('span', { text: app.say('isochrone.within', { minutes: app.data.reach.minutes[row] }) }),
    ]),
  );
  return rows.length ? [el('ul', { class: 'legend reach' }, rows.reverse())] : [];
}
