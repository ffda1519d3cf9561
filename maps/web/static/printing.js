// The print view: the map at the shape of the sheet, with title, legend, scale and north on it.

// What an A3 sheet leaves inside its margins, at 96 dots per inch.
const SHEET = { width: 1512, height: 1040, legend: 320 };

function listenToPrinting(app) {
  const { body } = document;
  const node = app.map.getContainer();
  window.addEventListener('beforeprint', () => {
    if (body.classList.contains('printing')) return;
    const bounds = openView(app);
    app.beforePrint = { centre: app.map.getCenter(), zoom: app.map.getZoom() };
    showPrinted(app);
    body.classList.add('printing');
    [node.style.width, node.style.height] = [`${SHEET.width}px`, `${SHEET.height}px`];
    app.map.invalidateSize({ animate: false, pan: false });
    app.map.fitBounds(bounds, { animate: false, paddingTopLeft: [SHEET.legend, 0] });
    if (app.swipe) placeDivider(app, app.swipeAt);
    app.painter.repaintNow();
  });
  window.addEventListener('afterprint', () => {
    if (!app.beforePrint) return;
    body.classList.remove('printing');
    [node.style.width, node.style.height] = ['', ''];
    app.map.invalidateSize({ animate: false, pan: false });
    app.map.setView(app.beforePrint.centre, app.beforePrint.zoom, { animate: false });
    app.beforePrint = null;
    if (app.swipe) placeDivider(app, app.swipeAt);
    app.painter.repaintNow();
  });
}

// What is seen of the map beside panel and card.
function openView(app) {
  const { paddingTopLeft: low, paddingBottomRight: high } = margins(app);
  const size = app.map.getSize();
  const corners = [
    [low[0] - 40, 0],
    [size.x - high[0] + 40, size.y],
  ];
  return L.latLngBounds(corners.map((corner) => app.map.containerPointToLatLng(corner)));
}

function showPrinted(app) {
  const { say, data } = app;
  const { page } = data;
  const filter = app.filtered ? [el('p', { class: 'hint', text: app.shownLine.textContent })] : [];
  const year = app.mode === 'phase' ? [el('p', { class: 'hint', text: app.yearTitle.textContent })] : [];
  const lines = [
    page.author && say('page.author', { author: page.author }),
    page.date && say('page.date', { date: page.date }),
    say('page.standard', { standard: page.standard }),
  ];
  app.printed.replaceChildren(
    el('h1', { text: page.title }),
    el('h2', { text: modeTitle(app) }),
    legendList(app),
    ...legendNotes(app).map((text) => el('p', { class: 'hint', text })),
    ...year,
    ...filter,
    ...(app.chosen && app.chosen.table === 'clusters' ? reachLegend(app, app.chosen.row) : []),
    printedLayers(app),
    el('footer', {}, [
      ...lines.filter(Boolean).map((text) => el('p', { text })),
      el('p', { class: 'note', text: say('print.note') }),
      el('p', { class: 'note', text: say('page.notice') }),
    ]),
  );
}

function modeTitle(app) {
  if (app.mode === 'service') return app.serviceName(app.service);
  const name = app.say(`mode.${app.mode}`);
  return app.mode === 'need' ? `${name} · ${app.say.term('category', app.list)}` : name;
}

// The layers that are on, with their kinds and counts; kinds that look alike are one row.
function printedLayers(app) {
  const row = (picture, name, count) =>
    el('li', {}, [
      picture,
      el('span', { class: 'name', text: name }),
      el('span', { class: 'count', text: app.say.number(count) }),
    ]);
  const rowsOf = (layer) =>
    layer.kinds.every((kind) => kind.look === layer.kinds[0].look)
      ? [row(kindSwatch(layer, layer.kinds[0].look), app.say(`layer.${layer.key}`), layer.count)]
      : layer.kinds.map((kind) => row(kindSwatch(layer, kind.look), kind.name, kind.members.length));
  const titled = (name, rows) => (rows.length > 1 ? [el('li', { class: 'title', text: name }), ...rows] : rows);
  const facilities = [...app.services.values()].filter((service) => service.on && service.members.length);
  return el('ul', { class: 'legend layers' }, [
    ...app.layers
      .filter((layer) => layer.on && layer.kinds && layer.kinds.length)
      .flatMap((layer) => titled(app.say(`layer.${layer.key}`), rowsOf(layer))),
    ...titled(
      app.say('panel.facilities'),
      facilities.map((one) => row(symbolSwatch(one.look), one.name, one.members.length)),
    ),
  ]);
}
