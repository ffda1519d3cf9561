// What is drawn, from the bottom up, what is named, and what lies under the pointer.

const FONT =
  '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","WenQuanYi Zen Hei",sans-serif';
const STREETS = ['main', 'named', 'path', 'isolated'];
const GLOW_M = 26;
// A name may be so many times as wide as what it names.
const TAG_ROOM = 1.6;
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
    { key: 'labels', on: true },
    { key: 'sites', on: true, count: data.sites.count, kinds: parts('sites', 'kind', 'site'), draw: 'site' },
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
  drawEstates(app, c, view);
  if (app.shown('boundary')) drawLook(c, view, app.data.boundary.shapes, [0], app.data.style.boundary);
  if (app.shown('sites')) drawSites(app, c, view);
  if (app.shown('barriers')) drawKinds(app, c, view, 'barriers');
  if (app.shown('clusters')) drawClusterOutlines(app, c, view);
  if (app.shown('packages')) drawPackages(app, c, view);
  if (app.shown('adjacency')) drawKinds(app, c, view, 'adjacency');
  drawChosen(app, c, view);
  if (app.shown('access')) drawPointKinds(app, c, view, 'access', 14.5);
  if (app.shown('gates')) drawPointKinds(app, c, view, 'gates', 14);
  if (app.shown('aside')) drawPointKinds(app, c, view, 'aside', 14);
  drawFacilities(app, c, view);
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

function drawEstates(app, c, view) {
  const { estates, style } = app.data;
  const colouring = app.colourings[app.mode];
  for (let i = 0; i < estates.count; i += 1) {
    if (outside(view, estates.shapes.box, i)) continue;
    c.beginPath();
    trace(c, view, estates.shapes, i);
    const old = estates.eligible[i];
    c.fillStyle = style.paper;
    if (!old) c.fill('evenodd');
    c.globalAlpha = old ? 1 : style.estate.pale;
    c.fillStyle = paintOf(c, colouring.lookOf(i));
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
    const width = Math.min(Math.max(5, GLOW_M * app.pixelsPerMetre * view.scale), 40);
    drawLook(c, view, clusters.shapes, [i], { line: clusterInk(app, i), width });
  }
  c.globalAlpha = 1;
}

function drawClusterOutlines(app, c, view) {
  const { clusters } = app.data;
  const width = view.zoom < 14 ? 0.9 : 1.6;
  for (let i = 0; i < clusters.count; i += 1) {
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
  if (!chosen) return;
  const { shapes } = data[chosen.table];
  if (shapes.dim[chosen.row] === 0) {
    const k = shapes.points[shapes.rings[chosen.row]];
    c.beginPath();
    c.arc(...at(view, shapes.x[k], shapes.y[k]), 11, 0, 2 * Math.PI);
    stroke(c, [
      ['#ffffff', 5],
      [data.style.ink, 2],
    ]);
    return;
  }
  c.beginPath();
  trace(c, view, shapes, chosen.row);
  stroke(c, [
    ['#ffffff', 6],
    [data.style.ink, 3],
  ]);
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

function drawLabels(app, c, view) {
  const taken = [];
  app.clusterTags = [];
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  labelWalk(app, c, view, taken);
  if (app.shown('packages')) packageTags(app, c, view, taken);
  if (app.shown('clusters')) clusterTags(app, c, view, taken);
  if (app.shown('labels') && view.zoom >= 15.5) {
    labelAreas(app, c, view, taken, {
      table: 'estates',
      font: `12px ${FONT}`,
      ink: app.data.style.ink,
      nameOf: app.nameOf,
    });
    if (app.shown('sites'))
      labelAreas(app, c, view, taken, {
        table: 'sites',
        font: `11px ${FONT}`,
        ink: app.data.style.site.any.line,
        nameOf: app.nameOf,
      });
  }
  if (app.shown('context') && view.zoom >= 14.5) {
    labelAreas(app, c, view, taken, {
      table: 'context',
      font: `italic 11px ${FONT}`,
      ink: '#6d8474',
      nameOf: (table, i) => app.data.context.name[i],
    });
  }
  if (app.shown('streets') && view.zoom >= 14.5) labelStreets(app, c, view, taken);
}

function free(taken, box) {
  if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]))
    return false;
  taken.push(box);
  return true;
}

function clusterTags(app, c, view, taken) {
  const { clusters, style } = app.data;
  c.font = `600 ${view.zoom < 15 ? 11 : 13}px ${FONT}`;
  app.clusterOrder.forEach((i) => {
    if (outside(view, clusters.shapes.box, i)) return;
    const [x, y] = at(view, ...app.clusterAnchors[i]);
    const text = app.nameOf('clusters', i);
    const half = c.measureText(text).width / 2 + 7;
    const box = [x - half, y - 11, x + half, y + 11];
    const room = (clusters.shapes.box[2][i] - clusters.shapes.box[0][i]) * view.scale;
    if (2 * half > TAG_ROOM * room || !free(taken, box)) return;
    app.clusterTags.push({ table: 'clusters', row: i, box });
    tag(c, box, clusterInk(app, i));
    c.fillStyle = style.ink;
    c.fillText(text, x, y + 0.5);
  });
}

function tag(c, [west, north, east, south], line) {
  c.beginPath();
  c.rect(west, north, east - west, south - north);
  c.fillStyle = 'rgba(255,255,255,0.92)';
  c.fill();
  c.strokeStyle = line;
  c.lineWidth = 1.4;
  c.stroke();
}

function labelAreas(app, c, view, taken, { table, font, ink, nameOf }) {
  const { shapes } = app.data[table];
  c.font = font;
  for (let i = 0; i < shapes.count; i += 1) {
    const name = shapes.dim[i] === 2 && nameOf(table, i);
    if (!name || outside(view, shapes.box, i)) continue;
    const room = (shapes.box[2][i] - shapes.box[0][i]) * view.scale;
    const half = c.measureText(name).width / 2;
    if (2 * half > room * 1.5 + 24) continue;
    const [x, y] = at(view, ...labelPoint(shapes, i));
    if (free(taken, [x - half - 2, y - 8, x + half + 2, y + 8])) haloText(app, c, name, x, y, ink);
  }
}

function haloText(app, c, text, x, y, ink) {
  c.strokeStyle = app.data.style.halo;
  c.lineWidth = 3.2;
  c.strokeText(text, x, y);
  c.fillStyle = ink;
  c.fillText(text, x, y);
}

function labelStreets(app, c, view, taken) {
  const { network } = app.data;
  c.font = `11px ${FONT}`;
  for (let i = 0; i < network.count; i += 1) {
    if (!network.name[i] || (network.drawn[i] === 1 && view.zoom < 16)) continue;
    if (!outside(view, network.shapes.box, i)) labelStreet(app, c, view, taken, i);
  }
}

// The name of a street stands along its longest straight stretch in view.
function labelStreet(app, c, view, taken, i) {
  const { name, shapes } = app.data.network;
  const half = c.measureText(name[i]).width / 2 + 4;
  const stretch = longestStretch(view, shapes, i);
  if (!stretch || stretch.length < 2 * half) return;
  const { x, y, angle } = stretch;
  const wide = Math.abs(Math.cos(angle)) * half + 8;
  const high = Math.abs(Math.sin(angle)) * half + 8;
  if (!free(taken, [x - wide, y - high, x + wide, y + high])) return;
  c.save();
  c.translate(x, y);
  c.rotate(angle);
  haloText(app, c, name[i], 0, 0, '#7d735f');
  c.restore();
}

function longestStretch(view, shapes, i) {
  let best = null;
  for (let r = shapes.rings[i]; r < shapes.rings[i + 1]; r += 1) {
    if (outside(view, shapes.ringBox, r)) continue;
    for (let k = shapes.points[r]; k + 1 < shapes.points[r + 1]; k += 1) {
      const [ax, ay] = at(view, shapes.x[k], shapes.y[k]);
      const [bx, by] = at(view, shapes.x[k + 1], shapes.y[k + 1]);
      const length = Math.hypot(bx - ax, by - ay);
      if (!best || length > best.length) {
        let angle = Math.atan2(by - ay, bx - ax);
        if (Math.abs(angle) > Math.PI / 2) angle += angle > 0 ? -Math.PI : Math.PI;
        best = { length, x: (ax + bx) / 2, y: (ay + by) / 2, angle };
      }
    }
  }
  return best;
}

function pick(app, latlng) {
  const [x, y] = [worldX(latlng.lng), worldY(latlng.lat)];
  const scale = 2 ** app.map.getZoom();
  const point = app.map.latLngToLayerPoint(latlng);
  const label = app.clusterTags.find(
    ({ box }) => point.x > box[0] && point.x < box[2] && point.y > box[1] && point.y < box[3],
  );
  if (label) return { table: label.table, row: label.row };
  const reach = 9 / scale;
  const visible = [...app.services.values()].filter((service) => service.on).flatMap((service) => service.members);
  return (
    (app.shown('openings') && nearestPoint(app, 'openings', null, x, y, reach)) ||
    nearestPoint(app, 'facilities', visible, x, y, reach) ||
    (app.shown('aside') && app.map.getZoom() >= 14 && nearestPoint(app, 'aside', null, x, y, reach)) ||
    (app.shown('gates') && app.map.getZoom() >= 14 && nearestPoint(app, 'gates', null, x, y, reach)) ||
    areaUnder(app, 'estates', x, y) ||
    (app.shown('sites') && areaUnder(app, 'sites', x, y)) ||
    null
  );
}

function nearestPoint(app, table, rows, x, y, reach) {
  const { shapes } = app.data[table];
  let best = null;
  let least = reach;
  const look = (row) => {
    if (shapes.dim[row] < 0) return;
    const k = shapes.points[shapes.rings[row]];
    const distance = Math.hypot(shapes.x[k] - x, shapes.y[k] - y);
    if (distance < least) [best, least] = [{ table, row }, distance];
  };
  if (rows) rows.forEach(look);
  else for (let row = 0; row < shapes.count; row += 1) look(row);
  return best;
}

// The smallest area under the point, so that a small estate inside a large one can be reached.
function areaUnder(app, table, x, y) {
  const { shapes } = app.data[table];
  let best = null;
  let least = Infinity;
  for (let row = 0; row < shapes.count; row += 1) {
    const size = (shapes.box[2][row] - shapes.box[0][row]) * (shapes.box[3][row] - shapes.box[1][row]);
    if (size < least && contains(shapes, row, x, y)) [best, least] = [{ table, row }, size];
  }
  return best;
}
