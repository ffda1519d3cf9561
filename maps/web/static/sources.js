// What is told of the data: sources below the panel, warnings above the map.

function sources(app) {
  const { say } = app;
  const { page } = app.data;
  const lines = [
    page.author && say('page.author', { author: page.author }),
    page.date && say('page.date', { date: page.date }),
    ...page.facts.map(([name, value]) => `${name}${page.language === 'zh' ? '：' : ': '}${value}`),
    say('page.crs', { crs: page.crs }),
    say('page.notice'),
  ];
  return el(
    'footer',
    {},
    lines.filter(Boolean).map((text) => el('p', { text })),
  );
}

function buildBanner(app) {
  const { say, data } = app;
  const guessed = data.estates.estimated.filter(Boolean).length;
  const thin = data.services.filter((service) => service.thin).map((service) => service.name);
  const strip = el('div', { id: 'banner', role: 'note', 'aria-label': say('banner.label') });
  if (guessed)
    strip.append(
      el('p', {
        'data-banner': 'estimated',
        text: say('banner.estimated', { count: say.number(guessed), total: say.number(data.estates.count) }),
      }),
    );
  if (thin.length) {
    strip.append(
      el('p', { 'data-banner': 'no_data' }, [
        areaSwatch(data.style.state.no_data, data.style.estate.line),
        el('span', { text: say('banner.no_data', { services: thin.join(say('banner.comma')) }) }),
      ]),
    );
  }
  data.notices.forEach((text) => strip.append(el('p', { 'data-banner': 'notice', text })));
  strip.hidden = !strip.children.length;
  return strip;
}
