// The ways to colour estates: which class each estate is in, how a class looks, what the legend says.

const STATES = ['gap', 'borderline', 'size_unknown', 'no_data', 'met'];
const LISTS = ['basic', 'improvement', 'upgrade'];

function colourings(app) {
  const { data } = app;
  const all = {
    worst: worstState(app),
    count: gapCount(app),
    service: app.service && oneService(app),
    need: needCount(app),
    built: data.estates.built_year_min.some((year) => year !== null) && yearBuilt(app),
    cluster: byCluster(app),
    phase: data.years.count > 0 && byYear(app),
  };
  return Object.fromEntries(Object.entries(all).filter(([, colouring]) => colouring));
}

function stateLegend(app) {
  return [...STATES, 'none'].map((key) => ({
    key,
    name: key === 'none' ? app.say('class.none') : app.say.term('state', key),
    look: app.style.state[key],
  }));
}

function worstState(app) {
  const classOf = (i, side) => worstOn(app, i, side);
  return {
    sides: true,
    classOf,
    lookOf: (i, side) => app.style.state[classOf(i, side)],
    legend: () => stateLegend(app),
  };
}

function gapCount(app) {
  const { style } = app;
  const classOf = (i, side) => {
    const counts = countsOn(app, i, side);
    if (!STATES.some((state) => counts[state] > 0)) return 'none';
    if (!counts.gap && counts.no_data) return 'unsure';
    return `count_${stepOf(style.count, counts.gap)}`;
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
  return {
    sides: true,
    classOf,
    lookOf: (i, side) => looks[classOf(i, side)],
    markOf: (i, side) => countsOn(app, i, side).gap || null,
    legend,
  };
}

function stepOf(steps, value) {
  return steps.findIndex((step) => value >= step.low && value <= step.high);
}

function countName(app, step) {
  if (step.high === 0) return app.say('class.count_0');
  if (step.high >= 999) return app.say('class.count_more', step);
  return app.say(step.low === step.high ? 'class.count_one' : 'class.count_range', step);
}

function oneService(app) {
  const classOf = (i, side) => {
    const row = app.gapRow(i, app.service);
    return row === undefined ? 'none' : stateOn(app, row, side);
  };
  return {
    sides: true,
    classOf,
    lookOf: (i, side) => app.style.state[classOf(i, side)],
    legend: () => stateLegend(app),
  };
}

// What lacks of one list of the guideline.
function needCount(app) {
  const { estates } = app.data;
  const { style } = app;
  const classOf = (i) => {
    const lacking = estates[`lacks_${app.list}`][i];
    if (lacking) return `count_${stepOf(style.count, lacking)}`;
    return estates[`open_${app.list}`][i] ? 'survey' : 'count_0';
  };
  const looks = { survey: style.state.no_data };
  style.count.forEach((look, k) => {
    looks[`count_${k}`] = look;
  });
  const legend = () => [
    ...style.count
      .map((step, k) => ({
        key: `count_${k}`,
        name: step.high ? countName(app, step) : app.say('class.need_none'),
        look: step,
      }))
      .reverse(),
    { key: 'survey', name: app.say('class.survey'), look: looks.survey },
  ];
  return { classOf, lookOf: (i) => looks[classOf(i)], markOf: (i) => estates[`lacks_${app.list}`][i] || null, legend };
}

// The last year of completion: what was built in several years counts by that.
function builtIn(app, i) {
  const { built_year_max: last, built_year_min: first } = app.data.estates;
  return last[i] === null ? first[i] : last[i];
}

function yearBuilt(app) {
  const steps = app.style.built;
  const classOf = (i) => {
    const year = builtIn(app, i);
    return year === null ? 'unknown' : `built_${stepOf(steps, year)}`;
  };
  const looks = { unknown: app.style.state.no_data };
  steps.forEach((look, k) => {
    looks[`built_${k}`] = look;
  });
  const legend = () => [
    ...steps.map((step, k) => ({ key: `built_${k}`, name: builtName(app, step), look: step })),
    { key: 'unknown', name: app.say('class.built_unknown'), look: looks.unknown },
  ];
  return { classOf, lookOf: (i) => looks[classOf(i)], markOf: (i) => builtIn(app, i), legend };
}

function builtName(app, { low, high }) {
  if (low <= 0) return app.say('class.built_until', { high });
  return high >= 9999 ? app.say('class.built_from', { low }) : app.say('class.built_between', { low, high });
}

function byCluster(app) {
  const { estates, clusters } = app.data;
  const { style } = app;
  const tints = style.cluster.tints.map((fill) => ({ fill }));
  const lookOf = (i) => (estates.cluster[i] < 0 ? style.state.none : tints[clusters.tint[estates.cluster[i]]]);
  const legend = () => [
    { key: 'in_cluster', name: app.say('class.in_cluster'), looks: tints.slice(0, 3) },
    { key: 'alone', name: app.say('class.alone'), look: style.state.none },
  ];
  return { classOf: (i) => (estates.cluster[i] < 0 ? 'alone' : 'in_cluster'), lookOf, legend };
}

// The year of the project of an estate; the years that the slider has not reached yet are pale.
function byYear(app) {
  const { phases, phase_of: phaseOf, years } = app.data;
  const { style } = app;
  const classOf = (i) => {
    if (phaseOf[i] < 0) return 'none';
    const year = phases.year[phaseOf[i]];
    return year === null ? 'reserve' : `year_${year}`;
  };
  const looks = { none: style.state.none, reserve: style.state.no_data };
  years.year.forEach((year, k) => {
    looks[`year_${year}`] = { fill: style.years[k % style.years.length] };
  });
  const legend = () => [
    ...years.year.map((year) => ({
      key: `year_${year}`,
      name: app.say('class.year', { year }),
      look: looks[`year_${year}`],
    })),
    { key: 'reserve', name: app.say('class.reserve'), look: looks.reserve },
    { key: 'none', name: app.say('class.no_project'), look: looks.none },
  ];
  const yearOf = (i) => (phaseOf[i] < 0 ? null : phases.year[phaseOf[i]]);
  const lookOf = (i) => (yearOf(i) > app.year ? style.state.none : looks[classOf(i)]);
  return { classOf, lookOf, looks, markOf: (i) => (yearOf(i) > app.year ? null : yearOf(i)), legend };
}
