// The state now and the state after: what differs from the gaps on each side of the comparison.

function prepareSides(app) {
  app.afters = app.data.after.map((after) => {
    const told = new Map(after.gap.map((row, k) => [row, k]));
    const changed = new Set(after.gap.map((row) => app.data.gaps.estate[row]));
    const other = { after, told, counts: new Map() };
    changed.forEach((i) => other.counts.set(i, recount(app, i, other)));
    return {
      key: after.key,
      name: after.name,
      left: after.told === 'before' ? other : null,
      right: after.told === 'after' ? other : null,
    };
  });
}

function recount(app, i, side) {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
  app.gapRows[i].forEach((row) => {
    counts[stateOn(app, row, side)] += 1;
  });
  return counts;
}

// No side is what the plan says now.
function stateOn(app, row, side) {
  const k = side ? side.told.get(row) : undefined;
  return k === undefined ? app.data.gaps.state[row] : side.after.state[k];
}

function countsOn(app, i, side) {
  const own = side && side.counts.get(i);
  if (own) return own;
  const { estates } = app.data;
  return Object.fromEntries(STATES.map((state) => [state, estates[`${state}_count`][i]]));
}

function worstOn(app, i, side) {
  const own = side && side.counts.get(i);
  if (own) return STATES.find((state) => own[state] > 0) || 'none';
  return STATES.find((state) => app.data.estates[`${state}_count`][i] > 0) || 'none';
}

// What is otherwise for one service of an estate, for its card.
function otherwise(app, row) {
  return app.afters
    .map(({ key, name, left, right }) => ({ key, name, side: left || right }))
    .filter(({ side }) => side.told.has(row))
    .map(({ key, name, side }) => {
      const k = side.told.get(row);
      const { state, minutes, proposal } = side.after;
      return { key, name, state: state[k], minutes: minutes[k], proposal: proposal ? proposal[k] : -1 };
    });
}
