// The card of an estate.

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
      projectFact(app, data.phase_of[i]),
      [say('card.access'), say.term('access', e.access_kind[i]), 'access_kind'],
    ]),
    ...membership(app, i),
    ...serviceSection(app, app.gapRows[i]),
    ...inventorySection(app, i),
    ...neighbours(app, i),
    el('p', { id: 'walk-note', 'aria-live': 'polite' }),
  ];
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
