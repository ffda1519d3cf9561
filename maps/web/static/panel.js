// The panel: title, search, colouring and its legend, layers, facilities, sources; and the strip of warnings.

const MODES = ['worst', 'count', 'cluster', 'service'];
const MOST_FOUND = 12;

function buildPanel(app) {
  const { say } = app;
  const { page } = app.data;
  const scroll = el('div', { class: 'scroll' }, [
    colourSection(app),
    layerSection(app),
    facilitySection(app),
    sources(app),
  ]);
  const body = el('div', { id: 'panel-body' }, [searchBox(app), scroll]);
  const fold = el('button', {
    type: 'button',
    class: 'fold',
    'aria-expanded': 'true',
    'aria-controls': 'panel-body',
    'aria-label': say('panel.close'),
    title: say('panel.close'),
    text: '‹',
  });
  fold.addEventListener('click', () => foldPanel(app, fold, body));
  const title = el('header', {}, [
    el('h1', { text: page.title }),
    el('p', { class: 'hint', text: say('page.standard', { standard: page.standard }) }),
    fold,
  ]);
  return el('aside', { id: 'panel', 'aria-label': say('panel.label') }, [title, body]);
}

function foldPanel(app, fold, body) {
  const open = body.hidden;
  body.hidden = !open;
  document.body.classList.toggle('folded', !open);
  fold.setAttribute('aria-expanded', String(open));
  fold.textContent = open ? '‹' : '›';
  fold.title = app.say(open ? 'panel.close' : 'panel.open');
  fold.setAttribute('aria-label', fold.title);
}

function searchBox(app) {
  const { say } = app;
  const found = el('ul', { id: 'found', class: 'plain', 'aria-live': 'polite' });
  const input = el('input', {
    type: 'search',
    id: 'search',
    placeholder: say('search.hint'),
    'aria-label': say('search.label'),
    'aria-controls': 'found',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  input.addEventListener('input', () => showFound(app, input, found));
  input.addEventListener('keydown', (event) => {
    const first = found.querySelector('button');
    if (event.key === 'Enter' && first) first.click();
    if (event.key === 'ArrowDown' && first) {
      event.preventDefault();
      first.focus();
    }
  });
  found.addEventListener('keydown', (event) => moveFocus(event, found, input));
  return el('section', { class: 'search' }, [el('label', { for: 'search', text: say('search.label') }), input, found]);
}

function moveFocus(event, found, input) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...found.querySelectorAll('button')];
  (buttons[buttons.indexOf(document.activeElement) + step] || input).focus();
}

function showFound(app, input, found) {
  const { say } = app;
  const wanted = plainText(input.value);
  const hits = wanted ? app.index.filter((entry) => entry.text.includes(wanted)) : [];
  found.replaceChildren(
    ...hits
      .slice(0, MOST_FOUND)
      .map(({ table, row, kind, hint }) =>
        el('li', {}, [
          el('button', { type: 'button', onclick: () => app.go(table, row) }, [
            el('span', { class: 'name', text: app.nameOf(table, row) }),
            el('span', { class: 'hint', text: hint || say(`kind.${kind}`) }),
          ]),
        ]),
      ),
  );
  if (hits.length > MOST_FOUND)
    found.append(el('li', { class: 'hint', text: say('search.more', { count: hits.length - MOST_FOUND }) }));
  if (wanted && !hits.length) found.append(el('li', { class: 'hint', text: say('search.nothing') }));
}

function plainText(text) {
  return text.normalize('NFKC').toLowerCase().trim();
}

function searchIndex(app) {
  const { data } = app;
  const entries = (table, kind, id, hintOf) =>
    [...Array(data[table].count).keys()].map((row) => ({
      table,
      row,
      kind,
      hint: hintOf(row),
      text: plainText(`${app.nameOf(table, row)} ${data[table][id][row]}`),
    }));
  return [
    ...entries('estates', 'estate', 'estate_id', (row) => data.estates.subdistrict[row] || ''),
    ...entries('clusters', 'cluster', 'cluster_id', () => ''),
    ...entries('packages', 'package', 'package_id', () => ''),
    ...entries('facilities', 'facility', 'facility_id', (row) => app.serviceName(data.facilities.service[row])),
  ];
}

function colourSection(app) {
  const { say } = app;
  const assessed = [...app.services.values()].filter((service) => service.assessed);
  const legend = el('div', { id: 'legend' });
  const select = el(
    'select',
    { id: 'service', 'aria-label': say('panel.service'), hidden: true },
    assessed.map((service) => el('option', { value: service.key, text: service.name })),
  );
  const redraw = () => {
    select.hidden = app.mode !== 'service';
    showLegend(app, legend);
    app.painter.repaint();
  };
  select.addEventListener('change', () => {
    app.service = select.value;
    app.showService(app.service);
    redraw();
  });
  const radios = MODES.filter((mode) => mode !== 'service' || assessed.length).map((mode) =>
    el('label', {}, [
      el('input', {
        type: 'radio',
        name: 'mode',
        value: mode,
        checked: mode === app.mode,
        onchange: () => {
          app.mode = mode;
          if (mode === 'service') app.showService(app.service);
          redraw();
        },
      }),
      el('span', { text: say(`mode.${mode}`) }),
    ]),
  );
  showLegend(app, legend);
  return el('section', {}, [
    el('h2', { id: 'colour-by', text: say('panel.colour') }),
    el('div', { class: 'modes', role: 'radiogroup', 'aria-labelledby': 'colour-by' }, radios),
    select,
    legend,
  ]);
}

function showLegend(app, legend) {
  const content = () => [legendList(app), ...legendNotes(app).map((text) => el('p', { class: 'hint', text }))];
  legend.replaceChildren(...content());
  app.printed.replaceChildren(
    el('h1', { text: app.data.page.title }),
    el('h2', { text: app.mode === 'service' ? app.serviceName(app.service) : app.say(`mode.${app.mode}`) }),
    ...content(),
  );
}

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

function sources(app) {
  const { say } = app;
  const { page } = app.data;
  const lines = [
    page.author && say('page.author', { author: page.author }),
    page.date && say('page.date', { date: page.date }),
    ...page.facts.map(([name, value]) => `${name}${page.language === 'zh' ? '：' : ': '}${value}`),
    say('page.crs', { crs: page.crs }),
    say('page.notice'),
  ];
  return el(
    'footer',
    {},
    lines.filter(Boolean).map((text) => el('p', { text })),
  );
}

function buildBanner(app) {
  const { say, data } = app;
  const guessed = data.estates.estimated.filter(Boolean).length;
  const thin = data.services.filter((service) => service.thin).map((service) => service.name);
  const strip = el('div', { id: 'banner', role: 'note', 'aria-label': say('banner.label') });
  if (guessed)
    strip.append(
      el('p', {
        'data-banner': 'estimated',
        text: say('banner.estimated', { count: say.number(guessed), total: say.number(data.estates.count) }),
      }),
    );
  if (thin.length) {
    strip.append(
      el('p', { 'data-banner': 'no_data' }, [
        areaSwatch(data.style.state.no_data, data.style.estate.line),
        el('span', { text: say('banner.no_data', { services: thin.join(say('banner.comma')) }) }),
      ]),
    );
  }
  data.notices.forEach((text) => strip.append(el('p', { 'data-banner': 'notice', text })));
  strip.hidden = !strip.children.length;
  return strip;
}
