// What an estate has and lacks of the items that are counted in it, list by list.

const LACKING = ['no', 'partial'];

function inventorySection(app, i) {
  const { items, categories, states, rows } = app.data.inventory;
  const { say } = app;
  if (!rows[i]) return [];
  const stateOf = (k) => states[Number(rows[i][k])];
  const lists = LISTS.filter((list) => categories.includes(list)).map((list) => {
    const own = items.map((item, k) => k).filter((k) => categories[k] === list);
    const lines = LACKING.map((state) => [state, own.filter((k) => stateOf(k) === state)]).filter(
      ([, found]) => found.length,
    );
    const counts = states
      .map((state) => [state, own.filter((k) => stateOf(k) === state).length])
      .filter(([, count]) => count)
      .map(([state, count]) => `${say.term('inventory', state)} ${say.number(count)}`);
    return [
      el('dt', { text: say.term('category', list) }),
      el('dd', { 'data-list': list }, [
        el('span', { class: 'hint', text: counts.join(' · ') }),
        ...lines.map(([state, found]) =>
          el('p', {}, [
            chip(app, state === 'no' ? 'gap' : 'borderline', say.term('inventory', state)),
            ` ${found.map((k) => app.data.items[items[k]] || items[k]).join(say('banner.comma'))}`,
          ]),
        ),
      ]),
    ];
  });
  return [el('h3', { text: say('card.inventory') }), el('dl', { class: 'facts inventory' }, lists.flat())];
}
