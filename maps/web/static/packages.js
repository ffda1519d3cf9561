// Packages of property management: their card, how they are drawn and named.

function packageFact(app, row) {
  if (row === undefined || row < 0) return null;
  return [app.say('card.package'), link(app.nameOf('packages', row), () => app.go('packages', row)), 'package'];
}

function packageCard(app, i) {
  const { data, say } = app;
  const p = data.packages;
  const area = (value) => `${say.number(value)} ${say.term('unit', 'm2')}`;
  const guess = p.estimated[i] ? say('card.estimated') : '';
  const members = [...data.estates.package.keys()].filter((row) => data.estates.package[row] === i);
  const reached = p.shortfall[i]
    ? say('card.package_short', { area: say.number(p.shortfall[i]) })
    : say('card.package_reached');
  return [
    facts([
      [say('card.id'), p.package_id[i], 'package_id'],
      [say('card.subdistrict'), p.subdistrict[i], 'subdistrict'],
      [say('card.floor_area'), area(p.floor_area_m2[i]) + guess, 'floor_area_m2'],
      p.estimated_area_m2[i] && [say('card.estimated_area'), area(p.estimated_area_m2[i]), 'estimated_area_m2'],
      p.unknown_area[i] && [say('card.unknown_area'), say.number(p.unknown_area[i]), 'unknown_area'],
      [say('card.threshold'), `≥ ${area(p.threshold[i])} · ${reached}`, 'shortfall'],
      [say('card.households'), say.number(p.households[i]) + guess, 'households'],
      [say('card.people'), say.number(p.people[i]) + guess, 'people'],
      p.clusters[i] && [say('card.clusters'), say.number(p.clusters[i]), 'clusters'],
      p.elsewhere[i] && [say('card.elsewhere'), say.number(p.elsewhere[i]), 'elsewhere'],
      [say('card.clause'), `${p.clause[i]} · ${say.term('confidence', p.confidence[i])}`, 'clause'],
    ]),
    el('p', { class: 'hint', text: data.page.packages }),
    el('h3', { text: `${say('card.estates')} ${say.number(p.estates[i])}`, 'data-fact': 'estates' }),
    memberList(app, members),
  ];
}

// A wash in the tint of the package over its estates, and a line around each; its parts need not touch.
function drawPackages(app, c, view) {
  const { packages, style } = app.data;
  for (let i = 0; i < packages.count; i += 1) {
    const line = style.cluster.inks[packages.tint[i]];
    c.globalAlpha = 0.45;
    drawLook(c, view, packages.shapes, [i], { fill: line });
    c.globalAlpha = 1;
    drawLook(c, view, packages.shapes, [i], { line, width: view.zoom < 14 ? 1.6 : 2.6, dash: [6, 3] });
  }
}

function packageTags(app, c, view, taken) {
  const { packages, style } = app.data;
  c.font = `600 ${view.zoom < 15 ? 11 : 13}px ${FONT}`;
  for (let i = 0; i < packages.count; i += 1) {
    if (outside(view, packages.shapes.box, i)) continue;
    const [x, y] = at(view, ...app.packageAnchors[i]);
    const half = c.measureText(packages.package_id[i]).width / 2 + 7;
    const box = [x - half, y - 11, x + half, y + 11];
    if (!free(taken, box)) continue;
    app.clusterTags.push({ table: 'packages', row: i, box });
    tag(c, box, style.cluster.inks[packages.tint[i]]);
    c.fillStyle = style.ink;
    c.fillText(packages.package_id[i], x, y + 0.5);
  }
}
