// What lies under the pointer.

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
    (app.shown('proposals') && pickProposal(app, latlng)) ||
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
    if (table === 'estates' && !app.visible[row]) continue;
    if (size < least && contains(shapes, row, x, y)) [best, least] = [{ table, row }, size];
  }
  return best;
}
