// The cards of sites, gates and openings.

function siteCard(app, i) {
  const { say } = app;
  const s = app.data.sites;
  return [
    facts([
      [say('card.id'), s.site_id[i], 'site_id'],
      [say('card.kind'), say.term('site', s.kind[i]), 'kind'],
      [
        say('card.area'),
        s.area_m2[i] === null ? null : `${say.number(s.area_m2[i])} ${say.term('unit', 'm2')}`,
        'area_m2',
      ],
      [say('card.source'), s.source[i], 'source'],
    ]),
  ];
}

function gateCard(app, i) {
  const { say } = app;
  const g = app.data.gates;
  return [
    facts([
      [say('card.id'), g.gate_id[i], 'gate_id'],
      [say('card.state'), say.term('gate', g.state[i]), 'state'],
    ]),
  ];
}

function openingCard(app, i) {
  const { say } = app;
  const o = app.data.openings;
  const to = (table, row) => (row < 0 ? null : link(app.nameOf(table, row), () => app.go(table, row)));
  const services = (o.services[i] || '').split(';').filter(Boolean).map(app.serviceName).join(say('banner.comma'));
  return [
    facts([
      [say('card.id'), o.opening_id[i], 'opening_id'],
      [say('card.kind'), say(`opening.${o.kind[i]}`), 'kind'],
      [say('kind.gate'), to('gates', o.gate[i]), 'gate'],
      [say('kind.estate'), to('estates', o.estate[i]), 'estate'],
      [say('opening.other'), to('estates', o.other[i]), 'other'],
      [say('opening.saves'), say('opening.minutes', { minutes: say.number(o.person_minutes[i]) }), 'person_minutes'],
      [say('opening.closes'), say.number(o.gaps_closed[i]), 'gaps_closed'],
      [say('opening.services'), services, 'services'],
    ]),
    el('p', { class: 'hint', 'data-fact': 'note', text: say('opening.note') }),
  ];
}
