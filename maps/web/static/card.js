// The card of what was clicked.

function openCard(app, chosen) {
  const makers = {
    estates: estateCard,
    facilities: facilityCard,
    aside: asideCard,
    clusters: clusterCard,
    packages: packageCard,
    proposals: proposalCard,
    phases: projectCard,
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
