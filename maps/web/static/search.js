// Finding by part of a name or identifier.

const MOST_FOUND = 12;

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
  app.refind = () => showFound(app, input, found);
  input.addEventListener('input', app.refind);
  input.addEventListener('focus', app.refind);
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
  const lists = wanted || (app.filtered && document.activeElement === input);
  const hits = lists ? app.index.filter((entry) => entry.text.includes(wanted) && isShown(app, entry)) : [];
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
  const { data, say } = app;
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
    ...entries('proposals', 'proposal', 'proposal_id', (row) => data.proposals.site_name[row] || ''),
    ...entries('phases', 'phase', 'project_id', (row) =>
      data.phases.year[row] === null ? '' : String(data.phases.year[row]),
    ),
    ...entries('sites', 'site', 'site_id', (row) => say.term('site', data.sites.kind[row])),
    ...entries('facilities', 'facility', 'facility_id', (row) => app.serviceName(data.facilities.service[row])),
  ];
}

// What the filter hides is not found; of a cluster, package or project at least one estate has to be shown.
function isShown(app, { table, row }) {
  const { data } = app;
  if (!app.filtered || table === 'facilities' || table === 'sites') return true;
  const owners = {
    estates: null,
    clusters: data.estates.cluster,
    packages: data.estates.package,
    phases: data.phase_of,
  };
  if (table === 'estates') return app.visible[row] === 1;
  if (table === 'proposals') return app.servedBy[row].some((k) => app.visible[data.served.estate[k]]);
  return owners[table].some((owner, i) => owner === row && app.visible[i]);
}
