// Where it all starts: one app object that the other files read.

// What carries its name on the map needs no tip.
const UNTIPPED = ['clusters', 'packages', 'phases'];

function start(map) {
  const tooOld = document.getElementById('lianpian-old');
  if (typeof DecompressionStream === 'undefined' && tooOld) tooOld.hidden = false;
  else readData().then((data) => furnishAll(map, data));
}

function furnishAll(map, data) {
  const app = {
    map,
    data,
    say: speaker(data),
    style: data.style,
    mode: 'worst',
    list: LISTS[0],
    chosen: null,
    clusterTags: [],
  };
  prepareServices(app);
  prepareNames(app);
  prepareRows(app);
  prepareSides(app);
  prepareWalks(app);
  prepareProposals(app);
  prepareProjects(app);
  prepareFilter(app);
  app.layers = layerList(app);
  app.layer = (key) => app.layers.find((layer) => layer.key === key) || { on: false, kinds: [] };
  app.shown = (key) => app.layer(key).on;
  app.colourings = colourings(app);
  app.index = searchIndex(app);
  app.painter = new Painter((c, view) => {
    drawMap(app, c, view);
    if (!performance.getEntriesByName('lianpian-drawn').length) performance.mark('lianpian-drawn');
  });
  app.go = (table, row) => go(app, table, row);
  furnish(app);
  showWhole(app);
  recolour(app);
  app.painter.addTo(map);
  listen(app);
}

function prepareServices(app) {
  const { colours, shapes } = app.style.facility;
  const members = groupBy(app.data.facilities.count, (i) => app.data.facilities.service[i]);
  const on = app.data.facilities.count <= MANY_FACILITIES;
  app.services = new Map(
    app.data.services.map((service, k) => [
      service.key,
      {
        ...service,
        on,
        members: members.get(service.key) || [],
        look: { fill: colours[k % colours.length], shape: shapes[k % shapes.length] },
      },
    ]),
  );
  app.service = (app.data.services.find((service) => service.assessed) || {}).key;
  app.serviceName = (key) => (app.services.has(key) ? app.services.get(key).name : key);
  app.showService = (key, on = true) => {
    const service = app.services.get(key);
    service.on = on;
    if (service.box) service.box.checked = on;
    app.painter.repaint();
  };
}

function prepareNames(app) {
  const { data, say } = app;
  const unnamed = (kind) => say('card.unnamed', { kind });
  const names = {
    estates: (i) => data.estates.label[i],
    clusters: (i) => data.clusters.name[i] || data.clusters.cluster_id[i],
    packages: (i) => [data.packages.package_id[i], data.packages.subdistrict[i]].filter(Boolean).join(' '),
    facilities: (i) => data.facilities.name[i] || unnamed(app.serviceName(data.facilities.service[i])),
    aside: (i) => data.aside.name[i] || unnamed(data.aside.service[i]),
    proposals: (i) => `${data.proposals.proposal_id[i]} ${app.serviceName(data.proposals.service[i])}`,
    phases: (i) => data.phases.name[i] || data.phases.project_id[i],
    sites: (i) => data.sites.name[i] || say.term('site', data.sites.kind[i]),
    gates: (i) => data.gates.name[i] || unnamed(say('kind.gate')),
    openings: (i) => `${say(`opening.${data.openings.kind[i]}`)} ${data.openings.opening_id[i]}`,
  };
  app.nameOf = (table, i) => names[table](i);
}

function prepareRows(app) {
  const { gaps, estates, adjacency, clusters, network } = app.data;
  const order = new Map(app.data.services.map((service, k) => [service.key, k]));
  app.gapRows = rowsByOwner(estates.count, [gaps.estate]);
  app.gapRows.forEach((rows) => rows.sort((a, b) => order.get(gaps.service[a]) - order.get(gaps.service[b])));
  app.neighbourRows = rowsByOwner(estates.count, [adjacency.a, adjacency.b]);
  app.reachRows = rowsByOwner(clusters.count, [app.data.reach.cluster]);
  const rowOf = new Map(gaps.estate.map((estate, row) => [`${estate} ${gaps.service[row]}`, row]));
  app.gapRow = (estate, service) => rowOf.get(`${estate} ${service}`);
  app.clusterAnchors = [...Array(clusters.count).keys()].map((i) => labelPoint(clusters.shapes, i));
  app.packageAnchors = [...Array(app.data.packages.count).keys()].map((i) => labelPoint(app.data.packages.shapes, i));
  app.clusterOrder = [...Array(clusters.count).keys()].sort((a, b) => clusters.people[b] - clusters.people[a] || a - b);
  app.streetMembers = STREETS.map((name, drawn) =>
    [...Array(network.count).keys()].filter((i) => network.drawn[i] === drawn),
  );
  const latitude = (app.map.getCenter().lat * Math.PI) / 180;
  app.pixelsPerMetre = 256 / (40075016.7 * Math.cos(latitude));
}

function rowsByOwner(count, columns) {
  const rows = Array.from({ length: count }, () => []);
  columns.forEach((column) =>
    column.forEach((owner, row) => {
      if (owner >= 0) rows[owner].push(row);
    }),
  );
  return rows;
}

function furnish(app) {
  const { map, say } = app;
  app.printed = el('div', { id: 'printed', 'aria-hidden': 'true' });
  app.card = el('section', { id: 'card', role: 'dialog', 'aria-labelledby': 'card-title', hidden: true });
  app.tip = el('div', { id: 'tip', 'aria-hidden': 'true', hidden: true });
  const tools = el('div', { id: 'tools' }, [
    el('div', { class: 'north', role: 'img', 'aria-label': say('page.north') }, [
      svg('svg', { viewBox: '0 0 24 34', width: 22, height: 31 }, [
        svg('path', { d: 'M12 1 L19 33 L12 26 Z', class: 'dark' }),
        svg('path', { d: 'M12 1 L5 33 L12 26 Z', class: 'light' }),
      ]),
      el('span', { text: say('page.north') }),
    ]),
    tool('+', say('panel.zoom_in'), () => map.zoomIn(1)),
    tool('−', say('panel.zoom_out'), () => map.zoomOut(1)),
    tool('⤢', say('panel.whole'), () => showWhole(app)),
    tool('', say('print.button'), () => window.print(), printerIcon()),
  ]);
  app.attribution = el('p', { id: 'attribution' });
  map.getContainer().setAttribute('aria-label', say('panel.map'));
  map.getContainer().style.background = app.style.paper;
  L.control.scale({ imperial: false, maxWidth: 160, position: 'bottomright' }).addTo(map);
  document.body.append(buildPanel(app), buildBanner(app), app.card, tools, buildTimeline(app), buildSwipe(app));
  document.body.append(app.attribution, app.tip, app.printed);
}

function tool(text, name, act, icon) {
  return el('button', { type: 'button', title: name, 'aria-label': name, onclick: act }, [text, icon]);
}

function printerIcon() {
  const line = (d) => svg('path', { d, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.5 });
  return svg('svg', { viewBox: '0 0 18 18', width: 18, height: 18, 'aria-hidden': 'true' }, [
    line('M5 6 V2.5 H13 V6 M5 12 H2.5 V6.2 H15.5 V12 H13 M5 10 H13 V15.5 H5 Z'),
  ]);
}

// The part of the window that neither the panel nor the card covers.
function margins(app) {
  const width = (node) => (node && !node.hidden ? node.getBoundingClientRect().width : 0);
  const panel = document.body.classList.contains('folded') ? 0 : width(document.getElementById('panel'));
  const foot = app.timeline && !app.timeline.hidden ? 120 : 50;
  return { paddingTopLeft: [panel + 40, 70], paddingBottomRight: [width(app.card) + 40, foot] };
}

function showWhole(app) {
  const { data, map } = app;
  const bounds = ['estates', 'facilities', 'network']
    .map((name) => boundsOfAll(data[name].shapes))
    .find((box) => box.isValid());
  if (bounds) map.fitBounds(bounds, { ...margins(app), animate: false });
}

function go(app, table, row) {
  if (!app.card.contains(document.activeElement)) app.opener = document.activeElement;
  openCard(app, { table, row });
  const parts = partsOf(app, table, row);
  if (!parts.length) return;
  if (table === 'facilities') app.showService(app.data.facilities.service[row]);
  const bounds = L.latLngBounds([]);
  parts.forEach(([shapes, i]) => bounds.extend(boundsOf(shapes, i)));
  app.map.fitBounds(bounds, { ...margins(app), maxZoom: 16.5, animate: false });
  document.getElementById('card-title').focus({ preventScroll: true });
}

// The shapes that are drawn of a row; a project is its estates, a proposal also whom it serves.
function partsOf(app, table, row) {
  const { data } = app;
  const estates = (rows) => rows.map((i) => [data.estates.shapes, i]);
  if (table === 'phases') return estates(app.projectEstates[row]).filter(([shapes, i]) => shapes.dim[i] >= 0);
  const own = [[data[table].shapes, row]];
  const more = table === 'proposals' ? estates(app.servedBy[row].map((k) => data.served.estate[k])) : [];
  return [...own, ...more].filter(([shapes, i]) => shapes.dim[i] >= 0);
}

function listen(app) {
  const { map } = app;
  map.on('click', (event) => {
    const chosen = pick(app, event.latlng);
    if (chosen) openCard(app, chosen);
    else closeCard(app);
  });
  map.on('mousemove', (event) => showTip(app, event));
  map.on('mouseout movestart', () => {
    app.tip.hidden = true;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeCard(app);
  });
  window.addEventListener('resize', () => app.swipe && placeDivider(app, app.swipeAt));
  listenToPrinting(app);
}

function showTip(app, event) {
  const under = pick(app, event.latlng);
  app.tip.hidden = !under || UNTIPPED.includes(under.table);
  app.map.getContainer().style.cursor = under ? 'pointer' : '';
  if (app.tip.hidden) return;
  const { clientX, clientY } = event.originalEvent;
  const more = tipOf(app, under, clientX);
  app.tip.replaceChildren(
    el('b', { text: app.nameOf(under.table, under.row) }),
    more ? el('span', { text: more }) : '',
  );
  app.tip.style.left = `${Math.min(clientX + 14, window.innerWidth - 260)}px`;
  app.tip.style.top = `${clientY + 14}px`;
}

// What a tip says beside the name: the class of an estate, the service of a place.
function tipOf(app, { table, row }, x) {
  const { data, say } = app;
  if (table === 'facilities') return app.serviceName(data.facilities.service[row]);
  if (table === 'proposals') return say('proposal.tip', { people: say.number(data.proposals.people_served[row]) });
  if (table === 'sites') return say.term('site', data.sites.kind[row]);
  if (table !== 'estates') return '';
  const colouring = app.colourings[app.mode];
  const key = colouring.classOf(row, sideAt(app, x));
  const named = colouring.legend().find((entry) => entry.key === key);
  return app.mode === 'cluster' ? '' : named && named.name;
}
