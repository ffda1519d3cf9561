// The panel: title, search, colouring and what can be folded away.

function buildPanel(app) {
  const { say } = app;
  const { page } = app.data;
  const scroll = el('div', { class: 'scroll' }, [
    filterSection(app),
    colourSection(app),
    swipeSection(app),
    layerSection(app),
    facilitySection(app),
    tileSection(app),
    sources(app),
  ]);
  const body = el('div', { id: 'panel-body' }, [searchBox(app), scroll]);
  const fold = el('button', {
    type: 'button',
    class: 'fold',
    'aria-expanded': 'true',
    'aria-controls': 'panel-body',
    'aria-label': say('panel.close'),
    title: say('panel.close'),
    text: '‹',
  });
  fold.addEventListener('click', () => foldPanel(app, fold, body));
  const title = el('header', {}, [
    el('h1', { text: page.title }),
    el('p', { class: 'hint', text: say('page.standard', { standard: page.standard }) }),
    fold,
  ]);
  return el('aside', { id: 'panel', 'aria-label': say('panel.label') }, [title, body]);
}

function foldPanel(app, fold, body) {
  const open = body.hidden;
  body.hidden = !open;
  document.body.classList.toggle('folded', !open);
  fold.setAttribute('aria-expanded', String(open));
  fold.textContent = open ? '‹' : '›';
  fold.title = app.say(open ? 'panel.close' : 'panel.open');
  fold.setAttribute('aria-label', fold.title);
}
