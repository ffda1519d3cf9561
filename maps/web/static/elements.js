// Elements of the page. Text from the data goes through textContent alone.

function el(tag, attributes, children) {
  const node = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (name === 'text') node.textContent = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(name, value === true ? '' : value);
  });
  node.append(...(children || []).filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

function svg(tag, attributes, children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...(children || []));
  return node;
}

function facts(rows) {
  const list = el('dl', { class: 'facts' });
  rows
    .filter((row) => row && row[1] !== null && row[1] !== undefined && row[1] !== '')
    .forEach(([name, value, key]) => {
      list.append(el('dt', { text: name }), el('dd', { 'data-fact': key }, [value]));
    });
  return list;
}

function link(text, go) {
  return el('button', { type: 'button', class: 'link', text, onclick: go });
}

// Keys joined by semicolons, in words.
function listed(app, keys, nameOf) {
  return (keys || '').split(';').filter(Boolean).map(nameOf).join(app.say('banner.comma'));
}

function memberList(app, members) {
  return el(
    'ul',
    { class: 'plain' },
    members.map((row) =>
      el('li', {}, [
        link(app.nameOf('estates', row), () => app.go('estates', row)),
        el('span', { class: 'hint', text: app.say.number(app.data.estates.people[row]) }),
      ]),
    ),
  );
}
