// The base map that the user has set up. It lies under everything and is loaded only when it is switched on.

const GCJ = { a: 6378245.0, ee: 0.00669342162296594323, lon: [72.004, 137.8347], lat: [0.8293, 55.8271] };

function waves(value, terms) {
  return terms.reduce((sum, [height, length]) => sum + height * Math.sin((value * Math.PI) / length), 0);
}

// By how many degrees GCJ-02 moves a place of WGS-84.
function gcjShift(longitude, latitude) {
  const inside = longitude >= GCJ.lon[0] && longitude <= GCJ.lon[1] && latitude >= GCJ.lat[0] && latitude <= GCJ.lat[1];
  if (!inside) return [0, 0];
  const [x, y] = [longitude - 105, latitude - 35];
  const root = Math.sqrt(Math.abs(x));
  const ripple = 20 * (Math.sin(6 * Math.PI * x) + Math.sin(2 * Math.PI * x));
  const alongX = waves(x, [
    [20, 1],
    [40, 3],
    [150, 12],
    [300, 30],
  ]);
  const alongY = waves(y, [
    [20, 1],
    [40, 3],
    [160, 12],
    [320, 30],
  ]);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ((ripple + alongX) * 2) / 3;
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ((ripple + alongY) * 2) / 3;
  const angle = (latitude * Math.PI) / 180;
  const bend = 1 - GCJ.ee * Math.sin(angle) ** 2;
  const meridian = (GCJ.a * (1 - GCJ.ee)) / (bend * Math.sqrt(bend));
  const parallel = (GCJ.a / Math.sqrt(bend)) * Math.cos(angle);
  return [(east / parallel) * (180 / Math.PI), (north / meridian) * (180 / Math.PI)];
}

// By how many degrees the place that GCJ-02 has moved here was moved; a second round leaves centimetres.
function gcjMoved(longitude, latitude) {
  const [east, north] = gcjShift(longitude, latitude);
  return gcjShift(longitude - east, latitude - north);
}

// Where a tile of a shifted service belongs: each is moved back by the shift at its own middle.
const ShiftedTiles = L.TileLayer.extend({
  _shiftOf(zoom, { x, y }, shift, sign) {
    const place = this._map.unproject(L.point(x, y), zoom);
    const [east, north] = shift(place.lng, place.lat);
    const moved = L.latLng(place.lat + sign * north, place.lng + sign * east);
    return this._map.project(moved, zoom).subtract(L.point(x, y));
  },

  _getTilePos(coords) {
    const size = this.getTileSize();
    const middle = coords.scaleBy(size).add(size.divideBy(2));
    const back = this._shiftOf(this._tileZoom, middle, gcjMoved, -1);
    return L.TileLayer.prototype._getTilePos.call(this, coords).add(back).round();
  },

  _getTiledPixelBounds(centre) {
    const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, centre);
    const shift = this._shiftOf(this._tileZoom, bounds.getCenter(), gcjShift, 1);
    return L.bounds(bounds.min.add(shift), bounds.max.add(shift));
  },
});

function tileSection(app) {
  const { say, data } = app;
  if (!data.tiles) return null;
  app.tileLayers = [];
  app.tileKey = '';
  app.tileNote = el('p', { class: 'hint', id: 'tile-note', role: 'status' });
  const box = el('input', { type: 'checkbox', id: 'tiles', onchange: () => switchTiles(app, box) });
  const key = el('input', {
    type: 'password',
    id: 'tile-key',
    'aria-label': say('tiles.key'),
    placeholder: say('tiles.key'),
    autocomplete: 'off',
    spellcheck: 'false',
  });
  app.tileForm = el('form', { class: 'tile-key', hidden: true }, [
    key,
    el('button', { type: 'submit', class: 'small', text: say('tiles.use') }),
  ]);
  app.tileForm.addEventListener('submit', (event) => {
    event.preventDefault();
    app.tileKey = key.value.trim();
    key.value = '';
    switchTiles(app, box);
  });
  return el('section', { class: 'tiles' }, [
    el('label', { class: 'line' }, [box, el('span', { text: say('tiles.label') })]),
    app.tileForm,
    app.tileNote,
  ]);
}

function switchTiles(app, box) {
  const { tiles } = app.data;
  app.tileLayers.forEach((layer) => layer.remove());
  app.tileLayers = [];
  const asks = box.checked && tiles.needs_key && !app.tileKey;
  app.tileForm.hidden = !asks;
  app.tileNote.textContent = asks ? app.say('tiles.why_key') : '';
  app.attribution.textContent = '';
  if (asks) document.getElementById('tile-key').focus();
  else if (box.checked) loadTiles(app);
  app.painter.repaint();
}

function loadTiles(app) {
  const { tiles } = app.data;
  const Layer = tiles.shifted ? ShiftedTiles : L.TileLayer;
  let failed = 0;
  app.tileLayers = tiles.url.map((url) => {
    // The zoom of the map has quarters, so tiles are of the next whole one below and drawn larger.
    const layer = new Layer(url, {
      minZoom: 0,
      minNativeZoom: tiles.min_zoom,
      maxNativeZoom: tiles.max_zoom,
      maxZoom: 24,
      subdomains: tiles.subdomains,
      key: encodeURIComponent(app.tileKey),
    });
    layer.on('tileerror', () => {
      failed += 1;
      app.tileNote.textContent = app.say('tiles.failed', { count: failed });
      if (tiles.needs_key) app.tileForm.hidden = false;
    });
    return layer.addTo(app.map);
  });
  app.attribution.textContent = tiles.attribution;
  app.tileNote.textContent = tiles.shifted ? app.say('tiles.shifted') : '';
}
