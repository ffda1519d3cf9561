// Before and after, on two sides of a divider; both are drawn on the one canvas, clipped at the divider.

const SWIPE_STEP = 0.02;

function buildSwipe(app) {
  const { say } = app;
  app.swipe = null;
  app.swipeAt = 0.5;
  app.divider = el('div', {
    id: 'divider',
    role: 'slider',
    tabindex: '0',
    hidden: true,
    'aria-label': say('swipe.divider'),
    'aria-valuemin': '0',
    'aria-valuemax': '100',
  });
  app.swipeTags = [0, 1].map((k) => el('span', { class: k ? 'tag right' : 'tag left' }));
  app.divider.append(...app.swipeTags, el('span', { class: 'grip', 'aria-hidden': 'true', text: '◂▸' }));
  app.divider.addEventListener('pointerdown', (event) => dragDivider(app, event));
  app.divider.addEventListener('keydown', (event) => stepDivider(app, event));
  app.map.on('move resize', () => app.swipe && app.painter.repaint());
  return app.divider;
}

function swipeSection(app) {
  const { say } = app;
  if (!app.afters.length) return null;
  app.swipeBoxes = app.afters.map((after, k) =>
    el('input', {
      type: 'checkbox',
      'data-swipe': after.key,
      onchange: (event) => setSwipe(app, event.target.checked ? k : null),
    }),
  );
  return el('section', {}, [
    el('h2', { text: say('panel.swipe') }),
    ...app.swipeBoxes.map((box, k) =>
      el('label', { class: 'line' }, [box, el('span', { text: swipeName(app, app.afters[k]) })]),
    ),
  ]);
}

function swipeName(app, after) {
  return app.say(`swipe.${after.key}`, { name: after.name });
}

function setSwipe(app, k) {
  const after = k === null ? null : app.afters[k];
  app.swipe = after && { ...after, names: [app.say('swipe.now'), app.say(`swipe.after_${after.key}`)] };
  app.swipeBoxes.forEach((box, at) => {
    box.checked = at === k;
  });
  app.divider.hidden = !after;
  if (after) {
    app.swipeTags.forEach((tag, side) => {
      tag.textContent = app.swipe.names[side];
    });
    placeDivider(app, 0.5);
    if (!app.colourings[app.mode].sides) setMode(app, 'worst');
  }
  recolour(app);
}

// The divider moves between the panel and the card, as far as these leave room.
function swipeRange(app) {
  const { paddingTopLeft, paddingBottomRight } = margins(app);
  const width = app.map.getSize().x;
  return [Math.min(paddingTopLeft[0] - 30, width - 80), Math.max(width - paddingBottomRight[0] + 30, 80)];
}

function placeDivider(app, share) {
  app.swipeAt = Math.max(0, Math.min(1, share));
  app.divider.style.left = `${dividerX(app)}px`;
  const percent = Math.round(100 * app.swipeAt);
  app.divider.setAttribute('aria-valuenow', String(percent));
  app.divider.setAttribute('aria-valuetext', app.say('swipe.share', { percent }));
  app.painter.repaint();
}

function dividerX(app) {
  const [low, high] = swipeRange(app);
  return low + app.swipeAt * (high - low);
}

function dragDivider(app, event) {
  event.preventDefault();
  app.divider.focus();
  app.divider.setPointerCapture(event.pointerId);
  const [low, high] = swipeRange(app);
  const move = (moved) => placeDivider(app, (moved.clientX - low) / (high - low));
  const stop = () => app.divider.removeEventListener('pointermove', move);
  app.divider.addEventListener('pointermove', move);
  app.divider.addEventListener('pointerup', stop, { once: true });
  app.divider.addEventListener('pointercancel', stop, { once: true });
}

function stepDivider(app, event) {
  const steps = { ArrowLeft: -SWIPE_STEP, ArrowRight: SWIPE_STEP, PageDown: -0.2, PageUp: 0.2, Home: -1, End: 1 };
  if (!(event.key in steps)) return;
  event.preventDefault();
  placeDivider(app, app.swipeAt + steps[event.key]);
}

// Draw once, or once on each side of the divider.
function drawSides(app, c, view, draw) {
  if (!app.swipe) {
    draw(null);
    return;
  }
  const { x } = app.map.containerPointToLayerPoint([dividerX(app), 0]);
  const far = 1e5;
  [
    [x - far, app.swipe.left],
    [x, app.swipe.right],
  ].forEach(([west, side]) => {
    c.save();
    c.beginPath();
    c.rect(west, -far, far, 2 * far);
    c.clip();
    draw(side);
    c.restore();
  });
}

// On which side of the divider a place lies.
function sideAt(app, containerX) {
  if (!app.swipe) return null;
  return containerX < dividerX(app) ? app.swipe.left : app.swipe.right;
}
