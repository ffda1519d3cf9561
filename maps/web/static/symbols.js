// Point symbols, fill patterns, and the small pictures of them that legends show.

const SHAPES = {
  circle: (c, x, y, r) => c.arc(x, y, r * 0.92, 0, 2 * Math.PI),
  square: (c, x, y, r) => c.rect(x - r * 0.82, y - r * 0.82, r * 1.64, r * 1.64),
  triangle: (c, x, y, r) => polygon(c, x, y + r * 0.15, r * 1.1, 3, -Math.PI / 2),
  wedge: (c, x, y, r) => polygon(c, x, y - r * 0.15, r * 1.1, 3, Math.PI / 2),
  diamond: (c, x, y, r) => polygon(c, x, y, r * 1.12, 4, -Math.PI / 2),
  hexagon: (c, x, y, r) => polygon(c, x, y, r, 6, 0),
  star: (c, x, y, r) => starPath(c, x, y, r * 1.2),
  cross: (c, x, y, r) => crossPath(c, x, y, r),
  drop: (c, x, y, r) => {
    c.arc(x, y + r * 0.2, r * 0.8, -Math.PI * 0.12, Math.PI * 1.12);
    c.lineTo(x, y - r * 1.15);
    c.closePath();
  },
};

function polygon(c, x, y, r, corners, turn) {
  for (let k = 0; k < corners; k += 1) {
    const angle = turn + (2 * Math.PI * k) / corners;
    c.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  c.closePath();
}

function starPath(c, x, y, r) {
  for (let k = 0; k < 10; k += 1) {
    const angle = -Math.PI / 2 + (Math.PI * k) / 5;
    const reach = k % 2 ? r * 0.45 : r;
    c.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  c.closePath();
}

function crossPath(c, x, y, r) {
  const [a, b] = [r, r * 0.38];
  const corners = [
    [-b, -a],
    [b, -a],
    [b, -b],
    [a, -b],
    [a, b],
    [b, b],
    [b, a],
    [-b, a],
    [-b, b],
    [-a, b],
    [-a, -b],
    [-b, -b],
  ];
  corners.forEach(([dx, dy]) => c.lineTo(x + dx, y + dy));
  c.closePath();
}

function drawSymbol(c, x, y, r, look) {
  c.beginPath();
  SHAPES[look.shape](c, x, y, r);
  if (r > 3) {
    c.lineWidth = 3;
    c.strokeStyle = '#ffffff';
    c.stroke();
  }
  c.fillStyle = look.fill;
  c.fill();
  c.lineWidth = r > 3 ? 1 : 0.5;
  c.strokeStyle = '#33373b';
  c.stroke();
}

const patternCache = new Map();

// The paint of a class: a colour, or a pattern that does not read as a colour.
function paintOf(c, look) {
  if (!look.pattern) return look.fill;
  const key = look.pattern + look.fill + look.ink;
  if (!patternCache.has(key)) patternCache.set(key, c.createPattern(patternTile(look), 'repeat'));
  return patternCache.get(key);
}

function patternTile(look) {
  const size = 6;
  const tile = document.createElement('canvas');
  [tile.width, tile.height] = [size, size];
  const c = tile.getContext('2d');
  c.fillStyle = look.fill;
  c.fillRect(0, 0, size, size);
  c.fillStyle = c.strokeStyle = look.ink;
  if (look.pattern === 'dots') {
    c.fillRect(1, 1, 1.5, 1.5);
    c.fillRect(4, 4, 1.5, 1.5);
    return tile;
  }
  c.lineWidth = 1;
  c.beginPath();
  for (const shift of [-size, 0, size]) {
    c.moveTo(shift - 1, size + 1);
    c.lineTo(shift + size + 1, -1);
  }
  c.stroke();
  return tile;
}

function swatch(draw) {
  const [width, height] = [22, 15];
  const ratio = 2;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  canvas.className = 'swatch';
  canvas.setAttribute('aria-hidden', 'true');
  const c = canvas.getContext('2d');
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(c, width, height);
  return canvas;
}

function areaSwatch(look, line, alpha) {
  return swatch((c, width, height) => {
    c.globalAlpha = alpha || 1;
    c.fillStyle = paintOf(c, look);
    c.fillRect(1, 1, width - 2, height - 2);
    c.globalAlpha = 1;
    if (!line) return;
    c.strokeStyle = line;
    c.strokeRect(1, 1, width - 2, height - 2);
  });
}

function lineSwatch(look) {
  return swatch((c, width, height) => {
    if (look.fill) {
      c.fillStyle = look.fill;
      c.fillRect(1, 2, width - 2, height - 4);
    }
    c.strokeStyle = look.line;
    c.lineWidth = look.width || 1;
    c.setLineDash(look.dash || []);
    c.beginPath();
    c.moveTo(1, height / 2);
    c.lineTo(width - 1, height / 2);
    c.stroke();
  });
}

function symbolSwatch(look) {
  return swatch((c, width, height) => drawSymbol(c, width / 2, height / 2, 5, look));
}
