// The layers, and what is drawn of them from the bottom up.

const FONT =
  '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","WenQuanYi Zen Hei",sans-serif';
const STREETS = ['main', 'named', 'path', 'isolated'];
const GLOW_M = 26;
const MANY_GATES = 300;
const MANY_FACILITIES = 600;

function layerList(app) {
  const { data, say } = app;
  const parts = (name, column, term) =>
    [...groupBy(data[name].count, (i) => data[name][column][i])].map(([key, members]) => ({
      key,
      members,
      name: say.has(`${term}.${key}`) ? say(`${term}.${key}`) : say.term(term, key),
      look: data.style[term][key] || data.style[term].any,
    }));
  const pieces = data.network.pieces;
  return [
    { key: 'clusters', on: true, count: data.clusters.count },
    { key: 'packages', on: false, count: data.packages.count },
    { key: 'phases', on: false, count: data.phases.count, kinds: projectKinds(app), draw: 'line' },
    { key: 'labels', on: true },
    { key: 'sites', on: true, count: data.sites.count, kinds: parts('sites', 'kind', 'site'), draw: 'site' },
    { key: 'proposals', on: true, count: data.proposals.count, kinds: proposalKinds(app), draw: 'symbol' },
    {
      key: 'barriers',
      on: true,
      count: data.barriers.count,
      kinds: parts('barriers', 'kind', 'barrier'),
      draw: 'line',
    },
    {
      key: 'gates',
      on: data.gates.count <= MANY_GATES,
      count: data.gates.count,
      kinds: parts('gates', 'state', 'gate'),
      draw: 'symbol',
    },
    { key: 'aside', on: true, count: data.aside.count, kinds: parts('aside', 'status', 'status'), draw: 'symbol' },
    {
      key: 'openings',
      on: false,
      count: data.openings.count,
      kinds: parts('openings', 'kind', 'opening'),
      draw: 'symbol',
    },
    { key: 'access', on: false, count: data.access.count, kinds: parts('access', 'kind', 'access'), draw: 'symbol' },
    {
      key: 'adjacency',
      on: false,
      count: data.adjacency.count,
      kinds: parts('adjacency', 'kind', 'adjacency'),
      draw: 'line',
    },
    { key: 'context', on: true, count: data.context.count, kinds: parts('context', 'kind', 'context'), draw: 'area' },
    { key: 'streets', on: true, count: pieces[0], look: data.style.street.main },
    { key: 'network', on: false, count: pieces.reduce((sum, n) => sum + n, 0), look: data.style.street.path },
    { key: 'boundary', on: true, count: data.boundary.count, look: data.style.boundary },
  ].filter((layer) => layer.count !== 0);
}

function drawMap(app, c, view) {
  c.lineJoin = 'round';
  if (app.shown('context')) drawKinds(app, c, view, 'context');
  drawReach(app, c, view);
  drawStreets(app, c, view);
  if (app.shown('clusters')) drawClusterGlow(app, c, view);
  drawSides(app, c, view, (side) => drawEstates(app, c, view, side));
  if (app.shown('boundary')) drawLook(c, view, app.data.boundary.shapes, [0], app.data.style.boundary);
  if (app.shown('sites')) drawSites(app, c, view);
  if (app.shown('barriers')) drawKinds(app, c, view, 'barriers');
  if (app.shown('clusters')) drawClusterOutlines(app, c, view);
  if (app.shown('packages')) drawPackages(app, c, view);
  if (app.shown('phases')) drawProjects(app, c, view);
  if (app.shown('adjacency')) drawKinds(app, c, view, 'adjacency');
  drawChosen(app, c, view);
  if (app.shown('access')) drawPointKinds(app, c, view, 'access', 14.5);
  if (app.shown('gates')) drawPointKinds(app, c, view, 'gates', 14);
  if (app.shown('aside')) drawPointKinds(app, c, view, 'aside', 14);
  drawFacilities(app, c, view);
  drawServed(app, c, view);
  if (app.shown('proposals')) drawProposals(app, c, view);
  if (app.shown('openings')) drawPointKinds(app, c, view, 'openings', 0);
  drawWalk(app, c, view);
  drawLabels(app, c, view);
}

function drawKinds(app, c, view, name) {
  app.layer(name).kinds.forEach(({ members, look }) => {
    const areas = members.filter((i) => app.data[name].shapes.dim[i] === 2);
    const lines = members.filter((i) => app.data[name].shapes.dim[i] !== 2);
    drawLook(c, view, app.data[name].shapes, lines, { ...look, fill: null });
    drawLook(c, view, app.data[name].shapes, areas, { ...look, fill: look.fill || null });
  });
}

function drawPointKinds(app, c, view, name, fromZoom) {
  if (view.zoom < fromZoom) return;
  const r = view.zoom < 16 ? 2.6 : 4;
  app.layer(name).kinds.forEach(({ members, look }) => drawPoints(c, view, app.data[name].shapes, members, r, look));
}

function drawStreets(app, c, view) {
  const { network, style } = app.data;
  const whole = app.shown('network');
  app.streetMembers.forEach((members, drawn) => {
    if (!whole && !(app.shown('streets') && (drawn === 0 || (drawn === 1 && view.zoom >= 14.5)))) return;
    const look = style.street[STREETS[drawn]];
    drawLook(c, view, network.shapes, members, { ...look, width: look.width * (view.zoom < 14 ? 0.6 : 1) });
  });
}

function drawEstates(app, c, view, side) {
  const { estates, style } = app.data;
  const colouring = app.colourings[app.mode];
  for (let i = 0; i < estates.count; i += 1) {
    if (outside(view, estates.shapes.box, i)) continue;
    c.beginPath();
    trace(c, view, estates.shapes, i);
    if (!app.visible[i]) {
      stroke(c, [[style.estate.hidden_line, 0.6]]);
      continue;
    }
    const old = estates.eligible[i];
    c.fillStyle = style.paper;
    if (!old) c.fill('evenodd');
    c.globalAlpha = old ? 1 : style.estate.pale;
    c.fillStyle = paintOf(c, colouring.lookOf(i, side));
    c.fill('evenodd');
    c.globalAlpha = 1;
    c.strokeStyle = old ? style.estate.line : style.estate.pale_line;
    c.lineWidth = view.zoom < 13.5 ? 0.4 : 0.8;
    c.stroke();
  }
}

function drawSites(app, c, view) {
  const { sites, style } = app.data;
  const all = [...sites.shapes.dim.keys()];
  drawLook(
    c,
    view,
    sites.shapes,
    all.filter((i) => sites.shapes.dim[i] === 2),
    style.site.any,
  );
  const points = all.filter((i) => sites.shapes.dim[i] === 0);
  if (view.zoom >= 14) drawPoints(c, view, sites.shapes, points, 4, { shape: 'square', fill: style.site.any.fill });
}

// A soft band in the tint of the cluster joins its estates across the street, about as wide as a street.
function drawClusterGlow(app, c, view) {
  const { clusters } = app.data;
  c.globalAlpha = 0.22;
  for (let i = 0; i < clusters.count; i += 1) {
    if (!app.clusterShown[i]) continue;
    const width = Math.min(Math.max(5, GLOW_M * app.pixelsPerMetre * view.scale), 40);
    drawLook(c, view, clusters.shapes, [i], { line: clusterInk(app, i), width });
  }
  c.globalAlpha = 1;
}

function drawClusterOutlines(app, c, view) {
  const { clusters } = app.data;
  const width = view.zoom < 14 ? 0.9 : 1.6;
  for (let i = 0; i < clusters.count; i += 1) {
    if (!app.clusterShown[i]) continue;
    drawLook(c, view, clusters.shapes, [i], { line: clusterInk(app, i), width });
  }
}

// Tinted outlines would be taken for states where the fill tells the state.
function clusterInk(app, i) {
  const { inks, plain } = app.data.style.cluster;
  return app.mode === 'cluster' ? inks[app.data.clusters.tint[i]] : plain;
}

function drawFacilities(app, c, view) {
  const { shapes } = app.data.facilities;
  const r = [
    [13.5, 1.7],
    [15, 2.8],
    [16.5, 4.2],
  ].find(([zoom]) => view.zoom < zoom) || [0, 5.4];
  app.services.forEach((service) => {
    if (service.on) drawPoints(c, view, shapes, service.members, r[1], service.look);
  });
}

function drawChosen(app, c, view) {
  const { chosen, data } = app;
  if (!chosen || chosen.table === 'proposals') return;
  const { ink } = data.style;
  partsOf(app, chosen.table, chosen.row).forEach(([shapes, i]) => {
    const isPoint = shapes.dim[i] === 0;
    const k = shapes.points[shapes.rings[i]];
    c.beginPath();
    if (isPoint) c.arc(...at(view, shapes.x[k], shapes.y[k]), 11, 0, 2 * Math.PI);
    else trace(c, view, shapes, i);
    stroke(c, [
      ['#ffffff', isPoint ? 5 : 6],
      [ink, isPoint ? 2 : 3],
    ]);
  });
  if (chosen.table !== 'estates') return;
  app.layer('access').kinds.forEach(({ members, look }) => {
    const own = members.filter((i) => data.access.estate[i] === chosen.row);
    drawPoints(c, view, data.access.shapes, own, 5, look);
  });
}

function stroke(c, strokes) {
  strokes.forEach(([colour, width]) => {
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.stroke();
  });
}
