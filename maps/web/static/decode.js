// From the coded data to typed arrays and words. World coordinates are Web Mercator pixels at zoom 0.

const STEPS_PER_DEGREE = 1e6;

// The data of a large town are deflated; a browser that cannot inflate them says so.
async function readData() {
  const node = document.getElementById('lianpian-data');
  const text = node.type === 'application/json' ? node.textContent : await inflated(node.textContent);
  const data = JSON.parse(text);
  for (const name of Object.keys(data)) {
    const table = data[name];
    if (table && typeof table.count === 'number') unpackTable(table);
  }
  return data;
}

function inflated(coded) {
  const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).text();
}

function unpackTable(table) {
  for (const name of Object.keys(table)) {
    const column = table[name];
    if (column && column.of && column.at) {
      table[name] = column.at.map((at) => (at < 0 ? null : column.of[at]));
    }
  }
  if (table.shapes) table.shapes = unpackShapes(table.shapes);
}

function unpackShapes(coded) {
  const rings = sumUp(coded.rings);
  const points = sumUp(coded.points);
  const x = new Float64Array(coded.steps.length / 2);
  const y = new Float64Array(x.length);
  let longitude = 0;
  let latitude = 0;
  for (let i = 0; i < x.length; i += 1) {
    longitude += coded.steps[2 * i];
    latitude += coded.steps[2 * i + 1];
    x[i] = worldX((longitude * coded.unit) / STEPS_PER_DEGREE);
    y[i] = worldY((latitude * coded.unit) / STEPS_PER_DEGREE);
  }
  const shapes = { count: coded.dim.length, dim: coded.dim, rings, points, x, y };
  shapes.ringBox = boxes(shapes.points, x, y, x, y);
  shapes.box = boxes(rings, ...shapes.ringBox);
  return shapes;
}

function sumUp(counts) {
  const sums = new Int32Array(counts.length + 1);
  counts.forEach((count, i) => {
    sums[i + 1] = sums[i] + count;
  });
  return sums;
}

function boxes(starts, west, north, east, south) {
  const count = starts.length - 1;
  const box = [0, 0, 0, 0].map(() => new Float64Array(count));
  for (let i = 0; i < count; i += 1) {
    let [w, n, e, s] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = starts[i]; k < starts[i + 1]; k += 1) {
      w = Math.min(w, west[k]);
      n = Math.min(n, north[k]);
      e = Math.max(e, east[k]);
      s = Math.max(s, south[k]);
    }
    [box[0][i], box[1][i], box[2][i], box[3][i]] = [w, n, e, s];
  }
  return box;
}

function worldX(longitude) {
  return (256 * (longitude + 180)) / 360;
}

function worldY(latitude) {
  const angle = (latitude * Math.PI) / 180;
  return 128 - (128 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + angle / 2));
}

function toLatLng(x, y) {
  const latitude = (2 * Math.atan(Math.exp(((128 - y) * Math.PI) / 128)) - Math.PI / 2) * (180 / Math.PI);
  return [latitude, (x * 360) / 256 - 180];
}

function boundsOf(shapes, i) {
  const [w, n, e, s] = shapes.box.map((side) => side[i]);
  return L.latLngBounds(toLatLng(w, s), toLatLng(e, n));
}

function boundsOfAll(shapes) {
  const bounds = L.latLngBounds([]);
  for (let i = 0; i < shapes.count; i += 1) {
    if (shapes.dim[i] >= 0) bounds.extend(boundsOf(shapes, i));
  }
  return bounds;
}

// A point inside polygon i: the middle of the widest part of a line across the middle of its largest ring.
function labelPoint(shapes, i) {
  let best = shapes.rings[i];
  const size = (r) => (shapes.ringBox[2][r] - shapes.ringBox[0][r]) * (shapes.ringBox[3][r] - shapes.ringBox[1][r]);
  for (let r = best; r < shapes.rings[i + 1]; r += 1) if (size(r) > size(best)) best = r;
  const y = (shapes.ringBox[1][best] + shapes.ringBox[3][best]) / 2;
  const cuts = crossings(shapes, i, y);
  let widest = [shapes.ringBox[0][best], shapes.ringBox[2][best]];
  let width = -1;
  for (let k = 0; k + 1 < cuts.length; k += 2) {
    if (cuts[k + 1] - cuts[k] > width) {
      widest = [cuts[k], cuts[k + 1]];
      width = cuts[k + 1] - cuts[k];
    }
  }
  return [(widest[0] + widest[1]) / 2, y];
}

function crossings(shapes, i, y) {
  const cuts = [];
  for (let r = shapes.rings[i]; r < shapes.rings[i + 1]; r += 1) {
    const [from, to] = [shapes.points[r], shapes.points[r + 1]];
    for (let k = from, last = to - 1; k < to; last = k, k += 1) {
      if (shapes.y[k] > y !== shapes.y[last] > y) {
        const share = (y - shapes.y[k]) / (shapes.y[last] - shapes.y[k]);
        cuts.push(shapes.x[k] + share * (shapes.x[last] - shapes.x[k]));
      }
    }
  }
  return cuts.sort((a, b) => a - b);
}

function contains(shapes, i, x, y) {
  const [west, north, east, south] = shapes.box;
  if (shapes.dim[i] !== 2 || x < west[i] || x > east[i] || y < north[i] || y > south[i]) return false;
  return crossings(shapes, i, y).filter((cut) => cut < x).length % 2 === 1;
}

function speaker(data) {
  const locale = data.page.language === 'zh' ? 'zh-CN' : 'en';
  const fill = (text, facts) =>
    text.replace(/\{(\w+)\}/g, (place, name) => (name in facts ? String(facts[name]) : place));
  const words = new Map(Object.entries(data.words));
  const say = (key, facts) => fill(words.has(`map.${key}`) ? words.get(`map.${key}`) : key, facts || {});
  // A key that the catalogue does not know is shown as it stands in the data.
  say.term = (table, key) => {
    const found = ['terms', 'tables', 'map'].map((book) => `${book}.${table}.${key}`).find((name) => words.has(name));
    return found ? words.get(found) : key || say('card.unknown');
  };
  say.has = (key) => words.has(`map.${key}`);
  say.number = (value, digits) =>
    value === null || value === undefined
      ? say('card.unknown')
      : value.toLocaleString(locale, { maximumFractionDigits: digits || 0 });
  return say;
}
