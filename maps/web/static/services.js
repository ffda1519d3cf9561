// The services of a card: state, walk, figures and clause of each.

const BAR = { width: 150, height: 9, most: 30, line: 15 };

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
        measured: measuredOf(app, row),
        shortfall: gaps.shortfall[row],
        walk: walkParts(app, row),
        others: otherwise(app, row),
        gap: hasLine(app, row) ? row : null,
        rules,
      }),
    ),
  );
  return [
    el('h3', { text: app.say('card.services') }),
    el('p', { class: 'hint', text: app.say('card.limits') }),
    app.data.page.detail === 'full'
      ? null
      : el('p', { class: 'hint', text: app.say(`detail.${app.data.page.detail}`) }),
    table,
  ].filter(Boolean);
}

// Minutes that are the figure measured stand in the file but once.
function measuredOf(app, row) {
  const { gaps, rules } = app.data;
  return gaps.measured[row] === null && rules.metric[gaps.rule[row]] === 'walk_minutes'
    ? gaps.walk_minutes[row]
    : gaps.measured[row];
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

function serviceRows(app, { service, state, rule, measured, shortfall, walk, others, gap, rules }) {
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
        ...(others || []).map((other) => otherLine(app, other)),
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
  return el('button', {
    type: 'button',
    class: 'show',
    'aria-pressed': 'false',
    title,
    text: app.serviceName(service),
  });
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

function chip(app, state, text) {
  const look = app.data.style.state[state] || app.data.style.state.none;
  return el('span', { class: 'chip', 'data-state': state }, [
    areaSwatch(look, app.data.style.estate.line),
    text || app.say.term('state', state),
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

// How it was before the scenario, or would be with the proposals.
function otherLine(app, { key, name, state, minutes, proposal }) {
  const { say } = app;
  const text = [minutes === null ? null : minutesOr(app, minutes), say.term('state', state)]
    .filter(Boolean)
    .join(' · ');
  return el('p', { class: 'other', 'data-after': key, 'data-state': state }, [
    el('i', { text: say(`after.${key}`, { name }) }),
    ` ${text} `,
    proposal >= 0 ? link(app.data.proposals.proposal_id[proposal], () => app.go('proposals', proposal)) : null,
  ]);
}
