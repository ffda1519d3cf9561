// The card of what was clicked. Text from the data goes through textContent alone.

const BAR = { width: 150, height: 9, most: 30, line: 15 };

function el(tag, attributes, children) {
  const node = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (name === 'text') node.textContent = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(name, value === true ? '' : value);
  });
  node.append(...(children || []).filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

function svg(tag, attributes, children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...(children || []));
  return node;
}

function openCard(app, chosen) {
  const makers = {
    estates: estateCard,
    facilities: facilityCard,
    aside: asideCard,
    clusters: clusterCard,
    packages: packageCard,
    sites: siteCard,
    gates: gateCard,
    openings: openingCard,
  };
  app.chosen = chosen;
  const { card, say } = app;
  const kind = { facilities: 'facility', aside: 'aside' }[chosen.table] || chosen.table.slice(0, -1);
  const title = el('h2', { id: 'card-title', text: app.nameOf(chosen.table, chosen.row), tabindex: '-1' });
  const close = el('button', {
    type: 'button',
    class: 'close',
    'aria-label': say('card.close'),
    title: say('card.close'),
    onclick: () => closeCard(app),
    text: '×',
  });
  card.replaceChildren(
    el('header', {}, [el('p', { class: 'kind', text: say(`kind.${kind}`) }), title, close]),
    ...makers[chosen.table](app, chosen.row),
  );
  card.dataset.table = chosen.table;
  card.hidden = false;
  card.scrollTop = 0;
  document.body.classList.add('with-card');
  keepWalk(app, chosen.table === 'estates' ? worstWalk(app, chosen.row) : null);
}

function closeCard(app) {
  if (app.card.hidden) return;
  if (app.opener && app.card.contains(document.activeElement)) app.opener.focus();
  app.card.hidden = true;
  app.chosen = null;
  document.body.classList.remove('with-card');
  keepWalk(app, null);
}

function facts(rows) {
  const list = el('dl', { class: 'facts' });
  rows
    .filter((row) => row && row[1] !== null && row[1] !== undefined && row[1] !== '')
    .forEach(([name, value, key]) => {
      list.append(el('dt', { text: name }), el('dd', { 'data-fact': key }, [value]));
    });
  return list;
}

function link(text, go) {
  return el('button', { type: 'button', class: 'link', text, onclick: go });
}

// Keys joined by semicolons, in words.
function listed(app, keys, nameOf) {
  return (keys || '').split(';').filter(Boolean).map(nameOf).join(app.say('banner.comma'));
}

function memberList(app, members) {
  return el(
    'ul',
    { class: 'plain' },
    members.map((row) =>
      el('li', {}, [
        link(app.nameOf('estates', row), () => app.go('estates', row)),
        el('span', { class: 'hint', text: app.say.number(app.data.estates.people[row]) }),
      ]),
    ),
  );
}

function estateCard(app, i) {
  const { data, say } = app;
  const e = data.estates;
  const guess = e.estimated[i] ? say('card.estimated') : '';
  const years = [e.built_year_min[i], e.built_year_max[i]].filter((year) => year !== null);
  const alone = e.reason[i] ? say('card.alone', { reason: say.term('reason', e.reason[i]) }) : say('class.alone');
  const status = say(e.eligible[i] ? 'card.eligible' : 'card.not_eligible');
  return [
    facts([
      [say('card.id'), e.estate_id[i], 'estate_id'],
      [say('card.subdistrict'), [e.subdistrict[i], e.community[i]].filter(Boolean).join(' · '), 'subdistrict'],
      [say('card.households'), say.number(e.households[i]) + guess, 'households'],
      [say('card.people'), say.number(e.people[i]) + guess, 'people'],
      [
        say('card.floor_area'),
        e.floor_area_m2[i] === null ? null : `${say.number(e.floor_area_m2[i])} ${say.term('unit', 'm2')}${guess}`,
        'floor_area_m2',
      ],
      e.estimated[i] && [say('card.method'), say.term('estimate', e.estimate_method[i]), 'estimate_method'],
      [say('card.built'), [...new Set(years)].join('–'), 'built'],
      [
        say('card.eligibility'),
        e.eligibility[i] ? `${status} · ${say.term('eligibility', e.eligibility[i])}` : status,
        'eligibility',
      ],
      [say('card.note'), e.eligibility_note[i], 'eligibility_note'],
      [say('card.missing'), listed(app, e.missing[i], (key) => say.term('missing', key)), 'missing'],
      e.renovation[i] && [say('card.renovation'), say.term('renovation', e.renovation[i]), 'renovation'],
      [say('card.done_items'), listed(app, e.done_items[i], (key) => data.items[key] || key), 'done_items'],
      [say('card.funded_items'), listed(app, e.funded_items[i], (key) => data.items[key] || key), 'funded_items'],
      [
        say('card.cluster'),
        e.cluster[i] < 0 ? alone : link(app.nameOf('clusters', e.cluster[i]), () => app.go('clusters', e.cluster[i])),
        'cluster',
      ],
      packageFact(app, e.package[i]),
      [say('card.access'), say.term('access', e.access_kind[i]), 'access_kind'],
    ]),
    ...membership(app, i),
    ...serviceSection(app, app.gapRows[i]),
    ...neighbours(app, i),
    el('p', { id: 'walk-note', 'aria-live': 'polite' }),
  ];
}

function serviceSection(app, rows) {
  if (!rows.length) return [];
  const { gaps, rules } = app.data;
  const table = el(
    'table',
    { class: 'services' },
    rows.map((row) =>
      serviceRows(app, {
        service: gaps.service[row],
        state: gaps.state[row],
        rule: gaps.rule[row],
        measured: gaps.measured[row],
        shortfall: gaps.shortfall[row],
        walk: walkParts(app, row),
        gap: hasLine(app, row) ? row : null,
        rules,
      }),
    ),
  );
  return [
    el('h3', { text: app.say('card.services') }),
    el('p', { class: 'hint', text: app.say('card.limits') }),
    table,
  ];
}

// Inventories are counted in the estate: nobody walks to them, so no walk is told.
function walkParts(app, row) {
  const { data, say } = app;
  const { gaps } = data;
  const service = app.services.get(gaps.service[row]);
  if (gaps.walk_minutes[row] === null) {
    if (!service || service.measure !== 'walk') return null;
    return { text: say(gaps.state[row] === 'no_data' ? 'card.no_data' : 'card.unreachable') };
  }
  const minutes = gaps.walk_minutes[row];
  const text = say('card.walk', { minutes: say.number(minutes, 1), metres: say.number(gaps.walk_m[row]) });
  const name =
    gaps.facility_name[row] || (gaps.facility[row] >= 0 ? app.nameOf('facilities', gaps.facility[row]) : null);
  return {
    text,
    minutes,
    limit: service && service.limit_minutes,
    name,
    facility: gaps.facility[row],
    nearby: isNearby(app, row),
    look: data.style.state[gaps.state[row]],
  };
}

function serviceRows(app, { service, state, rule, measured, shortfall, walk, gap, rules }) {
  const { say } = app;
  const figures = [
    [say('card.required'), amount(app, rules, rule, rules.threshold[rule], true), 'threshold'],
    [say('card.measured'), amount(app, rules, rule, measured, false), 'measured'],
    [say('card.shortfall'), shortfall ? amount(app, rules, rule, shortfall, false) : null, 'shortfall'],
  ];
  const said = figures
    .filter(([, value]) => value !== null)
    .map(([name, value, key]) =>
      el('span', { class: key }, [el('i', { text: name }), ' ', el('b', { 'data-fact': key, text: value })]),
    );
  const source = [rules.clause[rule], rules.confidence[rule] && say.term('confidence', rules.confidence[rule])].filter(
    Boolean,
  );
  const rows = el('tbody', { 'data-service': service, 'data-state': state, 'data-gap': gap }, [
    el('tr', { class: 'head' }, [
      el('th', { scope: 'row' }, [gap === null ? app.serviceName(service) : walkButton(app, service)]),
      el('td', {}, [chip(app, state)]),
      el(
        'td',
        { class: 'walk' },
        walk
          ? [walk.minutes === undefined ? null : bar(walk), el('span', { 'data-fact': 'walk', text: walk.text })]
          : [],
      ),
    ]),
    el('tr', { class: 'more' }, [
      el('td', { colspan: '3' }, [
        walk && walk.name ? el('p', {}, [nearestLink(app, walk)]) : null,
        walk && walk.nearby ? el('p', { class: 'hint', 'data-fact': 'nearby', text: say('walk.nearby') }) : null,
        said.length ? el('p', { class: 'figures' }, said) : null,
        source.length
          ? el('p', {
              class: 'clause',
              'data-fact': 'clause',
              'data-confidence': rules.confidence[rule],
              text: source.join(' · '),
            })
          : null,
      ]),
    ]),
  ]);
  if (gap !== null) listenToRow(app, rows, gap);
  return rows;
}

function walkButton(app, service) {
  const title = app.say('walk.show');
  return el('button', { type: 'button', class: 'show', 'aria-pressed': 'false', title, text: app.serviceName(service) });
}

function nearestLink(app, { name, facility }) {
  const text = app.say('card.nearest', { name });
  return facility >= 0 ? link(text, () => app.go('facilities', facility)) : el('span', { text });
}

function amount(app, rules, rule, value, asked) {
  if (value === null || value === undefined) return null;
  const op = asked ? { le: '≤ ', ge: '≥ ' }[rules.op[rule]] || '' : '';
  return `${op}${app.say.number(value, 2)} ${rules.unit[rule] ? app.say.term('unit', rules.unit[rule]) : ''}`.trim();
}

function chip(app, state) {
  const look = app.data.style.state[state] || app.data.style.state.none;
  return el('span', { class: 'chip', 'data-state': state }, [
    areaSwatch(look, app.data.style.estate.line),
    app.say.term('state', state),
  ]);
}

function bar({ minutes, limit, look, text }) {
  const scale = BAR.width / BAR.most;
  const long = Math.max(1, Math.min(minutes, BAR.most) * scale);
  const tick = (x, name) => svg('line', { x1: x * scale, x2: x * scale, y1: 0, y2: BAR.height + 2, class: name });
  return svg('svg', { class: 'bar', viewBox: `0 0 ${BAR.width} ${BAR.height + 2}`, role: 'img', 'aria-label': text }, [
    svg('rect', { x: 0, y: 1, width: BAR.width, height: BAR.height, class: 'ground' }),
    svg('rect', { x: 0, y: 1, width: long, height: BAR.height, fill: look ? look.ink || look.fill : '#888888' }),
    ...(minutes > BAR.most
      ? [svg('path', { d: `M${BAR.width - 6} 1 l6 ${BAR.height / 2} l-6 ${BAR.height / 2} z`, class: 'beyond' })]
      : []),
    tick(BAR.line, 'line15'),
    ...(limit && limit !== BAR.line && limit < BAR.most ? [tick(limit, 'limit')] : []),
  ]);
}

function neighbours(app, i) {
  const { say } = app;
  const { adjacency } = app.data;
  const rows = app.neighbourRows[i];
  if (!rows.length) return [];
  return [
    el('h3', { text: say('card.neighbours') }),
    el(
      'ul',
      { class: 'plain' },
      rows.map((row) => {
        const other = adjacency.a[row] === i ? adjacency.b[row] : adjacency.a[row];
        const how = [
          say.term('adjacency', adjacency.kind[row]),
          adjacency.street[row],
          adjacency.width_m[row] ? `${say.number(adjacency.width_m[row])} ${say.term('unit', 'm')}` : null,
        ]
          .filter(Boolean)
          .join(' · ');
        return el('li', {}, [
          link(app.nameOf('estates', other), () => app.go('estates', other)),
          el('span', { class: 'hint', text: how }),
        ]);
      }),
    ),
  ];
}

function facilityCard(app, i) {
  const { say } = app;
  const f = app.data.facilities;
  const service = app.services.get(f.service[i]);
  const capacity = f.capacity[i] === null ? null : say.number(f.capacity[i]);
  const unit = service && service.capacity_unit;
  return [
    facts([
      [say('card.service'), service ? service.name : f.service[i], 'service'],
      [say('card.id'), f.facility_id[i], 'facility_id'],
      [
        say('card.capacity'),
        capacity && say.has(`capacity.${unit}`)
          ? say(`capacity.${unit}`, { count: capacity })
          : capacity || say('card.unknown'),
        'capacity',
      ],
      [
        say('card.floor_area'),
        f.floor_area_m2[i] === null
          ? say('card.unknown')
          : `${say.number(f.floor_area_m2[i])} ${say.term('unit', 'm2')}`,
        'floor_area_m2',
      ],
      [say('card.people_within'), say.number(f.people_within[i]), 'people_within'],
      [say('card.access'), say.term('access', f.access_kind[i]), 'access_kind'],
      [say('card.source'), f.source[i], 'source'],
    ]),
  ];
}

// A place that is closed or planned serves nobody, so nothing is told of people or access.
function asideCard(app, i) {
  const { say } = app;
  const f = app.data.aside;
  return [
    facts([
      [say('card.service'), f.service[i], 'service'],
      [say('card.status'), say.term('status', f.status[i]), 'status'],
      [say('card.id'), f.facility_id[i], 'facility_id'],
      [say('card.capacity'), f.capacity[i] === null ? say('card.unknown') : say.number(f.capacity[i]), 'capacity'],
      [
        say('card.floor_area'),
        f.floor_area_m2[i] === null
          ? say('card.unknown')
          : `${say.number(f.floor_area_m2[i])} ${say.term('unit', 'm2')}`,
        'floor_area_m2',
      ],
      [say('card.source'), f.source[i], 'source'],
    ]),
  ];
}

function clusterCard(app, i) {
  const { data, say } = app;
  const k = data.clusters;
  const guess = k.estimated[i] ? say('card.estimated') : '';
  const members = [...data.estates.cluster.keys()].filter((row) => data.estates.cluster[row] === i);
  const lacking = (k.gaps[i] || '').split(';').filter(Boolean).map(app.serviceName).join(say('banner.comma'));
  return [
    facts([
      [say('card.id'), k.cluster_id[i], 'cluster_id'],
      [say('card.subdistricts'), k.subdistricts[i], 'subdistricts'],
      [say('card.households'), say.number(k.households[i]) + guess, 'households'],
      [say('card.people'), say.number(k.people[i]) + guess, 'people'],
      [say('card.floor_area'), `${say.number(k.floor_area_m2[i])} ${say.term('unit', 'm2')}${guess}`, 'floor_area_m2'],
      [say('card.diameter'), `${say.number(k.diameter_minutes[i], 1)} ${say.term('unit', 'min')}`, 'diameter_minutes'],
      packageFact(app, data.estates.package[members[0]]),
      [say('card.gaps'), lacking || say('card.no_gaps'), 'gaps'],
      [say('card.proof'), say.term('proof', k.proof[i]), 'proof'],
    ]),
    ...reachLegend(app, i),
    ...pooledSection(app, i),
    el('h3', { text: `${say('card.estates')} ${say.number(k.estates[i])}`, 'data-fact': 'estates' }),
    memberList(app, members),
  ];
}

function pooledSection(app, i) {
  const { pooled, rules } = app.data;
  const rows = [...pooled.cluster.keys()].filter((row) => pooled.cluster[row] === i);
  if (!rows.length) return [];
  return [
    el('h3', { text: app.say('card.pooled') }),
    el(
      'table',
      { class: 'services' },
      rows.map((row) =>
        serviceRows(app, {
          service: pooled.service[row],
          state: pooled.state[row],
          rule: pooled.rule[row],
          measured: pooled.measured[row],
          shortfall: pooled.shortfall[row],
          walk: null,
          gap: null,
          rules,
        }),
      ),
    ),
  ];
}
