// Why an estate is in its cluster and not in the one next to it.

function membership(app, i) {
  const { say } = app;
  const m = app.data.members;
  const other = m.alternative[i];
  const inside = app.data.estates.cluster[i] >= 0;
  if (!inside && other < 0) return [];
  const shared = (m.shared_gaps[i] || '').split(';').filter(Boolean).map(app.serviceName).join(say('banner.comma'));
  const size = (value) => `${say.number(value)} ${say.term('band', m.unit)}`;
  return [
    el('h3', { text: say('card.membership') }),
    facts([
      inside && [
        say('card.tied'),
        say('card.tie', { count: say.number(m.neighbours[i]), metres: say.number(m.facing_m[i]) }),
        'tie',
      ],
      inside && [say('card.band'), `${size(m.band_without[i])} → ${size(m.band_with[i])}`, 'band'],
      [say('card.shared_gaps'), shared, 'shared_gaps'],
      other >= 0 && [
        say('card.alternative'),
        el('span', {}, [
          link(app.nameOf('clusters', other), () => app.go('clusters', other)),
          ' · ',
          el('span', { class: 'hint', text: say.term('alternative', m.alternative_why[i]) }),
        ]),
        'alternative',
      ],
    ]),
  ];
}
