// The part of the panel that turns layers and facilities on and off.

function layerSection(app) {
  const list = el(
    'ul',
    { class: 'plain layers' },
    app.layers.map((layer) => layerRow(app, layer)),
  );
  return el('section', {}, [el('h2', { text: app.say('panel.layers') }), list]);
}

function layerRow(app, layer) {
  const kinds = (layer.kinds || []).map((kind) =>
    el('li', { 'data-kind': kind.key }, [
      kindSwatch(layer, kind.look),
      el('span', { class: 'name', text: kind.name }),
      el('span', { class: 'count', text: app.say.number(kind.members.length) }),
    ]),
  );
  const inner = kinds.length ? el('ul', { class: 'plain kinds', hidden: !layer.on }, kinds) : null;
  const box = el('input', {
    type: 'checkbox',
    checked: layer.on,
    'data-layer': layer.key,
    onchange: (event) => {
      layer.on = event.target.checked;
      if (inner) inner.hidden = !layer.on;
      app.painter.repaint();
    },
  });
  const picture = layer.look ? lineSwatch({ ...layer.look, width: Math.max(1.2, layer.look.width) }) : null;
  const count = layer.count === undefined ? null : el('span', { class: 'count', text: app.say.number(layer.count) });
  return el('li', {}, [
    el('label', {}, [box, el('span', { class: 'name', text: app.say(`layer.${layer.key}`) }), picture, count]),
    inner,
  ]);
}

function kindSwatch(layer, look) {
  if (layer.draw === 'symbol') return symbolSwatch(look);
  return layer.draw === 'line' ? lineSwatch(look) : areaSwatch(look, look.line || null);
}

function facilitySection(app) {
  const { say } = app;
  const rows = [...app.services.values()].filter(
    (service) => service.members.length || (service.assessed && service.measure === 'walk'),
  );
  if (!rows.length) return null;
  const all = (on) =>
    el('button', {
      type: 'button',
      class: 'small',
      text: say(on ? 'panel.all' : 'panel.none'),
      onclick: () => rows.forEach((service) => app.showService(service.key, on)),
    });
  const groups = [...groupBy(rows.length, (k) => rows[k].category)].map(([category, members]) =>
    el('div', {}, [
      el('h3', { text: say.term('category', category) }),
      el(
        'ul',
        { class: 'plain' },
        members.map((k) => serviceRow(app, rows[k])),
      ),
    ]),
  );
  return el('section', { class: 'facilities' }, [
    el('h2', { text: say('panel.facilities') }),
    el('p', {}, [all(true), all(false)]),
    ...groups,
  ]);
}

function serviceRow(app, service) {
  service.box = el('input', {
    type: 'checkbox',
    checked: service.on,
    'data-service': service.key,
    onchange: (event) => app.showService(service.key, event.target.checked),
  });
  const thin = service.thin ? el('span', { class: 'thin', text: app.say.term('state', 'no_data') }) : null;
  return el('li', {}, [
    el('label', {}, [
      service.box,
      symbolSwatch(service.look),
      el('span', { class: 'name', text: service.name }),
      thin,
      el('span', { class: 'count', text: app.say.number(service.members.length) }),
    ]),
  ]);
}
