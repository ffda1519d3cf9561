// One canvas over the map, redrawn whole after every move; leaflet moves and scales it in between.

const Painter = L.Renderer.extend({
  options: { padding: 0.25 },

  initialize(draw) {
    L.Renderer.prototype.initialize.call(this, {});
    this._drawAll = draw;
  },

  // Without waiting for the next frame, for a sheet that is printed at once.
  repaintNow() {
    if (this._map) this._update();
  },

  repaint() {
    if (this._frame || !this._map) return;
    this._frame = L.Util.requestAnimFrame(() => {
      this._frame = null;
      this._update();
    });
  },

  _initContainer() {
    this._container = document.createElement('canvas');
    this._container.setAttribute('aria-hidden', 'true');
    this._ink = this._container.getContext('2d');
  },

  _destroyContainer() {
    L.DomUtil.remove(this._container);
  },

  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const { min } = this._bounds;
    const size = this._bounds.getSize();
    const ratio = document.body.classList.contains('printing') ? 2 : Math.min(window.devicePixelRatio || 1, 2);
    L.DomUtil.setPosition(this._container, min);
    [this._container.width, this._container.height] = [size.x * ratio, size.y * ratio];
    [this._container.style.width, this._container.style.height] = [`${size.x}px`, `${size.y}px`];
    this._ink.setTransform(ratio, 0, 0, ratio, -min.x * ratio, -min.y * ratio);
    this._drawAll(this._ink, viewOf(this._map, this._bounds));
  },
});

function viewOf(map, bounds) {
  const zoom = map.getZoom();
  const scale = 2 ** zoom;
  const origin = map.getPixelOrigin();
  const world = (x, y) => [(x + origin.x) / scale, (y + origin.y) / scale];
  return { zoom, scale, origin, box: [...world(bounds.min.x, bounds.min.y), ...world(bounds.max.x, bounds.max.y)] };
}

function outside(view, box, i) {
  return box[2][i] < view.box[0] || box[0][i] > view.box[2] || box[3][i] < view.box[1] || box[1][i] > view.box[3];
}

function at(view, x, y) {
  return [x * view.scale - view.origin.x, y * view.scale - view.origin.y];
}

function trace(c, view, shapes, i) {
  for (let r = shapes.rings[i]; r < shapes.rings[i + 1]; r += 1) {
    if (outside(view, shapes.ringBox, r)) continue;
    const start = shapes.points[r];
    for (let k = start; k < shapes.points[r + 1]; k += 1) {
      const px = shapes.x[k] * view.scale - view.origin.x;
      const py = shapes.y[k] * view.scale - view.origin.y;
      if (k === start) c.moveTo(px, py);
      else c.lineTo(px, py);
    }
    if (shapes.dim[i] === 2) c.closePath();
  }
}

// Draw all features of one look as one path.
function drawLook(c, view, shapes, members, look) {
  c.beginPath();
  members.forEach((i) => {
    if (!outside(view, shapes.box, i)) trace(c, view, shapes, i);
  });
  c.setLineDash(look.dash || []);
  if (look.fill) {
    c.fillStyle = paintOf(c, look);
    c.fill('evenodd');
  }
  if (look.line) {
    c.strokeStyle = look.line;
    c.lineWidth = look.width || 1;
    c.stroke();
  }
  c.setLineDash([]);
}

function drawPoints(c, view, shapes, members, r, look) {
  members.forEach((i) => {
    if (shapes.dim[i] < 0 || outside(view, shapes.box, i)) return;
    const k = shapes.points[shapes.rings[i]];
    drawSymbol(c, ...at(view, shapes.x[k], shapes.y[k]), r, look);
  });
}

function groupBy(count, keyOf) {
  const groups = new Map();
  for (let i = 0; i < count; i += 1) {
    const key = keyOf(i);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(i);
  }
  return groups;
}
