// The four ways to colour estates: which class each estate is in, how a class looks, what the legend says.

const STATES = ['gap', 'borderline', 'size_unknown', 'no_data', 'met'];

function colourings(app) {
  return { worst: worstState(app), count: gapCount(app), cluster: byCluster(app), service: oneService(app) };
}

function stateLegend(app) {
  return [...STATES, 'none'].map((key) => ({
    key,
    name: key === 'none' ? app.say('class.none') : app.say.term('state', key),
    look: app.data.style.state[key],
  }));
}

function worstState(app) {
  const { estates, style } = app.data;
  const classOf = (i) => STATES.find((state) => estates[`${state}_count`][i] > 0) || 'none';
  return { classOf, lookOf: (i) => style.state[classOf(i)], legend: () => stateLegend(app) };
}

function gapCount(app) {
  const { estates, style } = app.data;
  const assessed = (i) => STATES.some((state) => estates[`${state}_count`][i] > 0);
  const classOf = (i) => {
    const count = estates.gap_count[i];
    if (!assessed(i)) return 'none';
    if (!count && estates.no_data_count[i]) return 'unsure';
    return `count_${style.count.findIndex((step) => count >= step.low && count <= step.high)}`;
  };
  const looks = { unsure: style.state.no_data, none: style.state.none };
  style.count.forEach((look, k) => {
    looks[`count_${k}`] = look;
  });
  const legend = () => [
    ...style.count.map((step, k) => ({ key: `count_${k}`, name: countName(app, step), look: step })).reverse(),
    { key: 'unsure', name: app.say('class.count_unsure'), look: looks.unsure },
    { key: 'none', name: app.say('class.none'), look: looks.none },
  ];
  return { classOf, lookOf: (i) => looks[classOf(i)], legend };
}

function countName(app, step) {
  if (step.high === 0) return app.say('class.count_0');
  if (step.high >= 999) return app.say('class.count_more', step);
  return app.say(step.low === step.high ? 'class.count_one' : 'class.count_range', step);
}

function byCluster(app) {
  const { estates, clusters, style } = app.data;
  const tints = style.cluster.tints.map((fill) => ({ fill }));
  const lookOf = (i) => (estates.cluster[i] < 0 ? style.state.none : tints[clusters.tint[estates.cluster[i]]]);
  const legend = () => [
    { key: 'in_cluster', name: app.say('class.in_cluster'), looks: tints.slice(0, 3) },
    { key: 'alone', name: app.say('class.alone'), look: style.state.none },
  ];
  return { classOf: (i) => (estates.cluster[i] < 0 ? 'alone' : 'in_cluster'), lookOf, legend };
}

function oneService(app) {
  const classOf = (i) => {
    const row = app.gapRow(i, app.service);
    return row === undefined ? 'none' : app.data.gaps.state[row];
  };
  return { classOf, lookOf: (i) => app.data.style.state[classOf(i)], legend: () => stateLegend(app) };
}

function legendRows(app) {
  const colouring = app.colourings[app.mode];
  const groups = groupBy(app.data.estates.count, colouring.classOf);
  return colouring
    .legend()
    .map((row) => ({ ...row, count: (groups.get(row.key) || []).length }))
    .filter((row) => row.count > 0 || row.key !== 'none');
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
  const line = app.data.style.estate.line;
  const list = el('ul', { class: 'legend', 'data-mode': app.mode });
  legendRows(app).forEach((row) => {
    const picture = row.looks ? stripes(row.looks) : areaSwatch(row.look, line);
    list.append(
      el('li', { 'data-class': row.key }, [
        picture,
        el('span', { class: 'name', text: row.name }),
        el('span', { class: 'count', text: app.say.number(row.count) }),
      ]),
    );
  });
  list.append(
    el('li', { class: 'sum', 'data-class': 'total' }, [
      el('span', { class: 'name', text: app.say('class.total') }),
      el('span', { class: 'count', text: app.say.number(app.data.estates.count) }),
    ]),
  );
  return list;
}

function legendNotes(app) {
  const notes = [];
  const pale = app.data.estates.eligible.filter((flag) => !flag).length;
  if (pale) notes.push(app.say('class.pale', { count: app.say.number(pale) }));
  const service = app.mode === 'service' && app.services.get(app.service);
  if (service && service.people_share !== null && service.limit_minutes !== null && !service.thin) {
    notes.push(
      app.say('class.share', {
        share: app.say.number(100 * service.people_share, 1),
        minutes: app.say.number(service.limit_minutes),
      }),
    );
  }
  return notes;
}
