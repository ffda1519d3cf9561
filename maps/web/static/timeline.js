// The years of the programme: a slider, and what is reached by the end of the year it stands at.

const STEP_MS = 1400;

function buildTimeline(app) {
  const { say } = app;
  const { years } = app.data;
  app.year = years.count ? years.year[years.count - 1] : null;
  app.yearSlider = el('input', {
    type: 'range',
    id: 'year',
    min: 0,
    max: Math.max(0, years.count - 1),
    step: 1,
    value: Math.max(0, years.count - 1),
    'aria-label': say('timeline.slider'),
    oninput: () => setYear(app, Number(app.yearSlider.value)),
  });
  app.playButton = el('button', { type: 'button', class: 'play', 'aria-pressed': 'false', onclick: () => play(app) });
  app.yearFigures = el('dl', { id: 'year-figures', 'aria-live': 'polite' });
  app.yearTitle = el('b', { id: 'year-title' });
  const ticks = el(
    'div',
    { class: 'ticks', 'aria-hidden': 'true' },
    years.year.map((year) => el('span', { text: String(year) })),
  );
  const track = el('div', { class: 'track' }, [app.yearSlider, ticks]);
  app.timeline = el('section', { id: 'timeline', 'aria-label': say('timeline.label'), hidden: true }, [
    el('div', { class: 'row' }, [app.playButton, app.yearTitle, track]),
    app.yearFigures,
  ]);
  namePlay(app);
  return app.timeline;
}

function showTimeline(app) {
  app.timeline.hidden = app.mode !== 'phase';
  if (app.timeline.hidden) {
    stopPlay(app);
    return;
  }
  const k = app.data.years.year.indexOf(app.year);
  app.yearTitle.textContent = app.say('timeline.until', { year: app.year });
  app.yearSlider.setAttribute('aria-valuetext', app.yearTitle.textContent);
  const rows = ['projects', 'estates', 'households', 'people', 'cost'].map((name) => figureOf(app, name, k));
  app.yearFigures.replaceChildren(...rows.flat());
}

// The sum so far, and in brackets that of the year.
function figureOf(app, name, k) {
  const { years } = app.data;
  const [sum, own] =
    name === 'cost' ? [years.cost_yuan_by[k], years.cost_yuan[k]] : [years[`${name}_by`][k], years[name][k]];
  const text = (value) => (name === 'cost' ? money(app, value) : app.say.number(value));
  return [
    el('dt', { text: app.say(`timeline.${name}`) }),
    el('dd', { 'data-sum': name, 'data-name': app.say(`timeline.${name}`) }, [
      el('b', { text: text(sum) }),
      el('span', { class: 'hint', text: app.say('timeline.own', { value: text(own) }) }),
    ]),
  ];
}

function money(app, yuan) {
  if (yuan === null || yuan === undefined) return app.say('card.unknown');
  return app.say('money.amount', {
    amount: app.data.page.language === 'zh' ? app.say.number(yuan / 1e4, 1) : app.say.number(yuan / 1e6, 2),
  });
}

function setYear(app, k) {
  app.year = app.data.years.year[k];
  app.yearSlider.value = k;
  showTimeline(app);
  app.painter.repaint();
}

function play(app) {
  if (app.playing) {
    stopPlay(app);
    return;
  }
  const last = app.data.years.count - 1;
  let k = Number(app.yearSlider.value) >= last ? 0 : Number(app.yearSlider.value);
  setYear(app, k);
  app.playing = setInterval(() => {
    k += 1;
    setYear(app, k);
    if (k >= last) stopPlay(app);
  }, STEP_MS);
  namePlay(app);
}

function stopPlay(app) {
  clearInterval(app.playing);
  app.playing = null;
  namePlay(app);
}

function namePlay(app) {
  const name = app.say(app.playing ? 'timeline.pause' : 'timeline.play');
  app.playButton.textContent = app.playing ? '❚❚' : '▶';
  app.playButton.title = name;
  app.playButton.setAttribute('aria-label', name);
  app.playButton.setAttribute('aria-pressed', String(Boolean(app.playing)));
}
