// Filters of estates; all of them hold together, and legend, search and map follow.

const NO_FILTER = { list: '', subdistrict: '', state: '', from: '', to: '' };

function prepareFilter(app) {
  app.filter = { ...NO_FILTER };
  app.visible = new Uint8Array(app.data.estates.count).fill(1);
  app.filtered = false;
  app.shownCount = app.data.estates.count;
  app.clusterShown = new Uint8Array(app.data.clusters.count).fill(1);
}

function passes(app, i) {
  const { estates } = app.data;
  const { list, subdistrict, state, from, to } = app.filter;
  if (list && !estates[`lacks_${list}`][i]) return false;
  if (subdistrict && (estates.subdistrict[i] || '-') !== subdistrict) return false;
  if (state && stateForFilter(app, i) !== state) return false;
  const [first, last] = [wholeYear(from), wholeYear(to)];
  return !(first || last) || builtWithin(app, i, first || 0, last || 9999);
}

// A year that is still being typed is none.
function wholeYear(text) {
  return Number(text) >= 1000 ? Number(text) : 0;
}

// The state is that of the service the map is coloured by, else the worst.
function stateForFilter(app, i) {
  const key = app.mode === 'service' ? 'service' : 'worst';
  return app.colourings[key].classOf(i, app.swipe ? app.swipe.left : null);
}

function builtWithin(app, i, from, to) {
  const { built_year_min: first, built_year_max: last } = app.data.estates;
  const known = [first[i], last[i]].filter((year) => year !== null);
  return known.length > 0 && Math.min(...known) <= to && Math.max(...known) >= from;
}

function refilter(app) {
  app.filtered = Object.values(app.filter).some(Boolean);
  app.shownCount = 0;
  app.clusterShown.fill(app.filtered ? 0 : 1);
  for (let i = 0; i < app.data.estates.count; i += 1) {
    app.visible[i] = app.filtered && !passes(app, i) ? 0 : 1;
    app.shownCount += app.visible[i];
    if (app.visible[i] && app.data.estates.cluster[i] >= 0) app.clusterShown[app.data.estates.cluster[i]] = 1;
  }
  const { say } = app;
  const facts = { count: say.number(app.shownCount), total: say.number(app.data.estates.count) };
  app.shownLine.textContent = say(app.filtered ? 'filter.some' : 'filter.all', facts);
  app.resetButton.hidden = !app.filtered;
  app.stateLabel.textContent =
    app.mode === 'service' ? say('filter.state_of', { service: app.serviceName(app.service) }) : say('filter.state');
  if (app.refind) app.refind();
}

function filterSection(app) {
  const { say } = app;
  const change = (name) => (event) => {
    app.filter[name] = event.target.value;
    recolour(app);
  };
  const districts = [...new Set(app.data.estates.subdistrict.map((name) => name || '-'))].sort();
  const any = ['', say('filter.any')];
  app.stateLabel = el('span', { text: say('filter.state') });
  app.filterInputs = [
    filterSelect(
      'list',
      [any, ...LISTS.map((key) => [key, say('filter.lacks', { list: say.term('category', key) })])],
      change,
    ),
    filterSelect(
      'subdistrict',
      [any, ...districts.map((name) => [name, name === '-' ? say('filter.nowhere') : name])],
      change,
    ),
    filterSelect('state', [any, ...STATES.map((state) => [state, say.term('state', state)])], change),
    ...['from', 'to'].map((name) => yearInput(app, name, change)),
  ];
  const [list, subdistrict, state, from, to] = app.filterInputs;
  app.shownLine = el('p', { id: 'shown', class: 'hint', role: 'status' });
  app.resetButton = el('button', {
    type: 'button',
    class: 'small',
    id: 'reset',
    hidden: true,
    text: say('filter.reset'),
    onclick: () => resetFilter(app),
  });
  const body = el('div', { class: 'filters' }, [
    el('label', {}, [el('span', { text: say('filter.list') }), list]),
    districts.length > 1 ? el('label', {}, [el('span', { text: say('filter.subdistrict') }), subdistrict]) : null,
    el('label', {}, [app.stateLabel, state]),
    el('div', { class: 'years', role: 'group', 'aria-label': say('filter.built') }, [
      el('span', { text: say('filter.built') }),
      from,
      el('span', { text: '–' }),
      to,
    ]),
  ]);
  return el('section', { class: 'filter' }, [
    el('details', { id: 'filters' }, [el('summary', { text: say('panel.filter') }), body]),
    el('div', { class: 'shown' }, [app.shownLine, app.resetButton]),
  ]);
}

function filterSelect(name, options, change) {
  return el(
    'select',
    { 'data-filter': name, onchange: change(name) },
    options.map(([value, text]) => el('option', { value, text })),
  );
}

function yearInput(app, name, change) {
  const years = [...app.data.estates.built_year_min, ...app.data.estates.built_year_max].filter(
    (year) => year !== null,
  );
  const [least, most] = years.length ? [Math.min(...years), Math.max(...years)] : [1949, 2100];
  return el('input', {
    type: 'number',
    'data-filter': name,
    'aria-label': app.say(`filter.${name}`),
    placeholder: String(name === 'from' ? least : most),
    min: 1840,
    max: 2100,
    step: 1,
    oninput: change(name),
  });
}

function resetFilter(app) {
  app.filter = { ...NO_FILTER };
  app.filterInputs.forEach((input) => {
    input.value = '';
  });
  recolour(app);
  document.querySelector('#filters summary').focus();
}
