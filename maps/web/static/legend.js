// The choice of colours and the legend, with the counts of the estates that are shown.

function colourSection(app) {
  const { say } = app;
  const assessed = [...app.services.values()].filter((service) => service.assessed);
  app.legend = el('div', { id: 'legend' });
  app.selects = {
    service: choice(
      'service',
      say('panel.service'),
      assessed.map(({ key, name }) => [key, name]),
      (key) => {
        app.service = key;
        app.showService(key);
      },
    ),
    need: choice(
      'list',
      say('panel.list'),
      LISTS.map((key) => [key, say.term('category', key)]),
      (key) => {
        app.list = key;
      },
    ),
  };
  Object.values(app.selects).forEach((select) => select.addEventListener('change', () => recolour(app)));
  app.radios = Object.keys(app.colourings).map((mode) =>
    el('input', {
      type: 'radio',
      name: 'mode',
      value: mode,
      checked: mode === app.mode,
      onchange: () => setMode(app, mode),
    }),
  );
  const labels = app.radios.map((radio) => el('label', {}, [radio, el('span', { text: say(`mode.${radio.value}`) })]));
  showLegend(app);
  return el('section', {}, [
    el('h2', { id: 'colour-by', text: say('panel.colour') }),
    el('div', { class: 'modes', role: 'radiogroup', 'aria-labelledby': 'colour-by' }, labels),
    ...Object.values(app.selects),
    app.legend,
  ]);
}

function choice(id, label, options, act) {
  const select = el(
    'select',
    { id, 'aria-label': label, hidden: true },
    options.map(([value, text]) => el('option', { value, text })),
  );
  select.addEventListener('change', () => act(select.value));
  return select;
}

function setMode(app, mode) {
  app.mode = mode;
  app.radios.forEach((radio) => {
    radio.checked = radio.value === mode;
  });
  if (mode === 'service') app.showService(app.service);
  if (app.swipe && !app.colourings[mode].sides) setSwipe(app, null);
  recolour(app);
}

// Whatever changes classes or what is shown goes through here.
function recolour(app) {
  Object.entries(app.selects).forEach(([mode, select]) => {
    select.hidden = app.mode !== mode;
  });
  refilter(app);
  showLegend(app);
  showTimeline(app);
  app.painter.repaint();
}

function legendRows(app) {
  const colouring = app.colourings[app.mode];
  const sides = app.swipe ? [app.swipe.left, app.swipe.right] : [null];
  const counts = sides.map((side) => {
    const count = new Map();
    for (let i = 0; i < app.data.estates.count; i += 1) {
      if (!app.visible[i]) continue;
      const key = colouring.classOf(i, side);
      count.set(key, (count.get(key) || 0) + 1);
    }
    return count;
  });
  return colouring
    .legend()
    .map((row) => ({ ...row, counts: counts.map((count) => count.get(row.key) || 0) }))
    .filter((row) => row.key !== 'none' || row.counts.some((count) => count > 0));
}

function stripes(looks) {
  return swatch((c, width, height) =>
    looks.forEach((look, k) => {
      c.fillStyle = look.fill;
      c.fillRect(1 + (k * (width - 2)) / looks.length, 1, (width - 2) / looks.length, height - 2);
    }),
  );
}

function legendList(app) {
  const line = app.style.estate.line;
  const list = el('ul', { class: 'legend', 'data-mode': app.mode });
  const cells = (counts) =>
    counts.map((count, k) => el('span', { class: k ? 'count after' : 'count', text: app.say.number(count) }));
  if (app.swipe)
    list.append(
      el('li', { class: 'heads' }, [
        el('span', { class: 'count', text: app.swipe.names[0] }),
        el('span', { class: 'count after', text: app.swipe.names[1] }),
      ]),
    );
  legendRows(app).forEach((row) =>
    list.append(
      el('li', { 'data-class': row.key }, [
        row.looks ? stripes(row.looks) : areaSwatch(row.look, line),
        el('span', { class: 'name', text: row.name }),
        ...cells(row.counts),
      ]),
    ),
  );
  const shown = app.filtered ? 'class.total_shown' : 'class.total';
  list.append(
    el('li', { class: 'sum', 'data-class': 'total' }, [
      el('span', { class: 'name', text: app.say(shown) }),
      ...cells(app.swipe ? [app.shownCount, app.shownCount] : [app.shownCount]),
    ]),
  );
  return list;
}

function legendNotes(app) {
  const { say } = app;
  const { eligible } = app.data.estates;
  const notes = [];
  const pale = eligible.filter((flag, i) => !flag && app.visible[i]).length;
  if (pale) notes.push(say('class.pale', { count: say.number(pale) }));
  if (app.mode === 'need') notes.push(say('class.need_note'));
  if (app.mode === 'built') notes.push(say('class.built_note'));
  const service = app.mode === 'service' && app.services.get(app.service);
  if (service && service.people_share !== null && service.limit_minutes !== null && !service.thin) {
    notes.push(
      say('class.share', {
        share: say.number(100 * service.people_share, 1),
        minutes: say.number(service.limit_minutes),
      }),
    );
  }
  return notes;
}

function showLegend(app) {
  app.legend.replaceChildren(legendList(app), ...legendNotes(app).map((text) => el('p', { class: 'hint', text })));
}
