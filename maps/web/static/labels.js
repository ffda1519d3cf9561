// What is named on the map, and where its name stands.

// A name may be so many times as wide as what it names.
const TAG_ROOM = 1.6;
// A name moves below or above what stands in its place.
const LABEL_ROWS = [0, 15, -15];

function drawLabels(app, c, view) {
  const taken = [];
  app.clusterTags = [];
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  labelWalk(app, c, view, taken);
  if (app.shown('proposals')) keepProposalsClear(app, view, taken);
  if (app.shown('packages')) packageTags(app, c, view, taken);
  if (app.shown('phases')) projectTags(app, c, view, taken);
  if (app.shown('clusters')) clusterTags(app, c, view, taken);
  if (app.shown('labels') && view.zoom >= 15.5) {
    labelAreas(app, c, view, taken, {
      table: 'estates',
      font: `12px ${FONT}`,
      ink: app.data.style.ink,
      nameOf: (table, i) => (app.visible[i] ? markedName(app, i) : null),
    });
    if (app.shown('sites'))
      labelAreas(app, c, view, taken, {
        table: 'sites',
        font: `11px ${FONT}`,
        ink: app.data.style.site.any.line,
        nameOf: app.nameOf,
      });
  }
  drawSides(app, c, view, (side) => markEstates(app, c, view, taken, side));
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
    if (!app.clusterShown[i] || outside(view, clusters.shapes.box, i)) return;
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

function labelAreas(app, c, view, taken, { table, font, ink, nameOf, tight }) {
  const { shapes } = app.data[table];
  c.font = font;
  for (let i = 0; i < shapes.count; i += 1) {
    const name = shapes.dim[i] === 2 && nameOf(table, i);
    if (!name || outside(view, shapes.box, i)) continue;
    const room = (shapes.box[2][i] - shapes.box[0][i]) * view.scale;
    const half = c.measureText(name).width / 2;
    if (2 * half > (tight ? room : room * 1.5 + 24)) continue;
    const [x, y] = at(view, ...labelPoint(shapes, i));
    const row = LABEL_ROWS.find((dy) => free(taken, [x - half - 2, y + dy - 8, x + half + 2, y + dy + 8]));
    if (row !== undefined) haloText(app, c, name, x, y + row, ink);
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

// The figure behind the colour, for eyes and prints that do not tell colours apart.
function markOf(app, i, side) {
  const { markOf: mark } = app.colourings[app.mode];
  const value = mark && app.visible[i] ? mark(i, side) : null;
  return value === null || value === undefined ? '' : String(value);
}

function markedName(app, i) {
  const mark = app.swipe ? '' : markOf(app, i, null);
  return mark ? `${app.nameOf('estates', i)} · ${mark}` : app.nameOf('estates', i);
}

// Where no name is shown, the figure stands alone.
function markEstates(app, c, view, taken, side) {
  if (!app.colourings[app.mode].markOf || (app.mode === 'phase' && app.shown('phases'))) return;
  if (view.zoom >= 15.5 && app.shown('labels') && !app.swipe) return;
  c.font = `600 11px ${FONT}`;
  labelAreas(app, c, view, taken, {
    table: 'estates',
    font: c.font,
    ink: app.style.ink,
    nameOf: (table, i) => markOf(app, i, side),
    tight: true,
  });
}
