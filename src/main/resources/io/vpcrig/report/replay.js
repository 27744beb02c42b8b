// The page of a replay.
const replay = data.replay;
const VERDICTS = [
  ['forward', 'forwarded', 'forward', 'routed on'], ['drop', 'dropped', 'drop', 'not let through'],
  ['switch', 'switched', 'switch', 'both ends in one segment'], ['local', 'local', 'local', 'for the router itself'],
  ['held', 'held', 'held', 'fragments of datagrams never completed'],
];
const named = new Map(data.reasons.map(reason => [reason.reason, reason]));

main.append(el('h1', {}, `${replay.captures.length > 2 ? counted(replay.captures.length, 'capture') : replay.captures.join(' ')} through ${replay.vpc}`));
main.append(el('p', {class: 'note'}, `Semantics ${replay.semantics}, generation ${replay.generation}` + (data.time.first ? `, ${data.time.first} to ${data.time.last}` : '')));
replay.damage.forEach(damage => main.append(el('p', {class: 'alert'}, 'Damaged input: ' + damage)));

const nsPerFrame = replay.packets ? replay.seconds * 1e9 / replay.packets : 0;
main.append(tiles([
  [whole(replay.packets), 'frames read'], [bytes(replay.bytes), 'captured'], data.time.first && [span(data.time.spanNs), 'of capture time'],
  [whole(replay.sessions), 'sessions begun'], [whole(replay.originated), 'answers of the router'], [nanoseconds(nsPerFrame), 'a frame, wall time'],
]));

verdicts();
drops();
quirks();
map();
segments();
lists();
if (replay.packets) {
  throughput();
  sessions();
  lengths();
  talkers();
}
run();
showTheme();

function verdicts() {
  const parts = VERDICTS.map(([key, field, tone, meaning]) => ({field, tone: `var(--${tone})`, meaning, packets: replay[field]}));
  const box = section('Verdicts', `${parts.map(part => whole(part.packets) + ' ' + part.field).join(' + ')} = ${whole(replay.packets)} frames.`);
  box.append(el('div', {class: 'split', role: 'img', 'aria-label': 'Shares of the verdicts, as in the list below'}, parts.filter(part => part.packets > 0).map(part => el('i', {'--part': part.packets, '--tone': part.tone, title: part.field}))));
  box.append(el('ul', {class: 'key'}, parts.map(part => el('li', {'--tone': part.tone}, el('b', {}, whole(part.packets)), ` ${part.field} (${percent(part.packets / (replay.packets || 1))}), ${part.meaning}`))));
}

function example(of) {
  if (!of || !of.frame) return '';
  return el('span', {class: 'flow mono'}, `frame ${of.frame}` + (of.flow ? `: ${of.flow}` : ''));
}

function drops() {
  const box = section('Drops by reason', replay.drops.length ? `${whole(replay.dropped)} frames. To see why one was dropped: vpcrig explain VPC --capture CAPTURE --frame N.` : 'Nothing was dropped.');
  if (!replay.drops.length) return;
  box.append(table('Dropped frames by reason', [
    {title: 'Reason', value: drop => drop.reason, show: drop => el('code', {}, drop.reason)},
    {title: 'Frames', num: true, value: drop => drop.packets, show: drop => whole(drop.packets)},
    {title: '', bar: true, value: drop => drop.packets, tone: () => 'var(--drop)'},
    {title: 'Meaning', value: drop => (named.get(drop.reason) || {}).sentence || ''},
    {title: 'First example', value: drop => (named.get(drop.reason) || {}).frame || 0, show: drop => example(named.get(drop.reason))},
  ], replay.drops));
}

function quirks() {
  if (!data.quirks.length) return;
  const box = section('Quirks of the shipped router', 'Frames whose verdict is another one than the management API promises.');
  box.append(table('Frames decided by a quirk', [
    {title: 'Quirk', value: quirk => quirk.quirk, show: quirk => el('code', {}, quirk.quirk)},
    {title: 'Frames', num: true, value: quirk => quirk.packets, show: quirk => whole(quirk.packets)},
    {title: 'What the router does', value: quirk => quirk.sentence},
    {title: 'First example', value: quirk => quirk.frame || 0, show: example},
  ], data.quirks));
}

// --- between segments ---
function passage() {
  const rows = replay.segments;
  const from = new Map(rows.map(row => [row.name, sum(Object.values(row.forwarded))]));
  const to = new Map(rows.map(row => [row.name, sum(rows.map(other => other.forwarded[row.name] || 0))]));
  return {from, to, dropped: new Map(rows.map(row => [row.name, row.dropped]))};
}

function segments() {
  const names = replay.segments.map(row => row.name);
  const unknown = replay.dropped - sum(replay.segments.map(row => row.dropped));
  const box = section('From segment to segment', 'Frames forwarded, from the segment on the left to the one above; the stronger the colour, the more.' + (unknown ? ` ${whole(unknown)} more were dropped that came by no known segment.` : ''));
  const most = Math.max(1, ...replay.segments.flatMap(row => Object.values(row.forwarded)));
  const worst = Math.max(1, ...replay.segments.map(row => row.dropped));
  const cell = (value, top, tone) => el('td', {class: value ? 'num heat' : 'num zero', '--part': value ? 10 + 40 * Math.log1p(value) / Math.log1p(top) : 0, '--tone': `var(--${tone})`}, value ? whole(value) : '\u00b7');
  box.append(el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Frames from segment to segment'}, el('table', {},
    el('caption', {class: 'unseen'}, 'Frames from segment to segment'),
    el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, 'from \\ to'), names.map(name => el('th', {scope: 'col', class: 'num'}, name)), el('th', {scope: 'col', class: 'num'}, 'dropped'))),
    el('tbody', {}, replay.segments.map(row => el('tr', {}, el('th', {scope: 'row'}, row.name),
      names.map(name => cell(row.forwarded[name] || 0, most, 'forward')), cell(row.dropped, worst, 'drop')))))));
}

// --- the VPC as a drawing: outside at the left, the router, tiers at the right ---
function map() {
  const box = section('The VPC', 'Networks, lists and services of the router; on the lines, frames into the router and out of it.');
  const holder = el('div', {class: 'scroll'});
  box.append(holder);
  const services = data.vpc.services;
  if (services.length) {
    box.append(el('h3', {}, 'Addresses and services'), table('What the router does with addresses', [
      {title: 'Service', value: one => one.kind}, {title: 'From', value: one => one.from, class: 'mono'}, {title: 'To', value: one => one.to, class: 'mono'}, {title: 'Tier', value: one => one.tier}], services));
  }
  drawings.push(() => holder.replaceChildren(drawing(Math.max(320, printing ? Math.min(660, holder.clientWidth) : holder.clientWidth))));
}

// What the router translates and spreads, by kind.
function kinds() {
  const of = prefix => data.vpc.services.filter(one => one.kind.startsWith(prefix)).length;
  return [[of('source'), 'source NAT'], [of('static'), 'static NAT'], [of('port'), 'forward'], [of('load'), 'balancer']].filter(([number]) => number > 0)
    .map(([number, what]) => what.endsWith('NAT') ? `${number} ${what}` : counted(number, what));
}

function drawing(wide) {
  const narrow = wide < 640;
  const box = narrow ? Math.floor((wide - 64) / 2) : Math.min(300, Math.floor(wide * 0.29));
  const high = narrow ? 112 : 94;
  const left = data.vpc.segments.filter(segment => segment.kind !== 'tier');
  const right = data.vpc.segments.filter(segment => segment.kind === 'tier');
  const total = Math.max(Math.max(left.length, right.length, 1) * (high + 16) + 8, narrow ? 0 : 18 * (3 + kinds().length) + 24);
  const router = narrow ? {x: box + 16, w: 32} : {x: wide / 2 - 56, w: 112};
  const {from, to, dropped} = passage();
  const most = Math.max(1, ...from.values(), ...to.values());
  const stroke = frames => frames ? 1.5 + 6 * Math.log1p(frames) / Math.log1p(most) : 1.5;
  const fit = (text, size) => { const room = Math.floor((box - 20) / (size * 0.56)); return text.length > room ? text.slice(0, room - 1) + '\u2026' : text; };
  const text = (x, y, content, kind, anchor) => el('svg:text', {x, y, class: kind, 'text-anchor': anchor}, content);
  const svg = el('svg:svg', {class: 'map', viewBox: `0 0 ${wide} ${total}`, role: 'img', 'aria-label': `Drawing of the VPC ${data.vpc.name}: ${left.map(s => s.name).join(', ')} outside, ${right.map(s => s.name).join(', ')} as tiers; its figures are in the table from segment to segment`});
  svg.append(el('svg:rect', {class: 'router', x: router.x, y: 6, width: router.w, height: total - 14, rx: 8}));
  if (narrow) svg.append(el('svg:text', {class: 'name', 'text-anchor': 'middle', transform: `translate(${router.x + router.w / 2 + 5} ${total / 2}) rotate(-90)`}, 'router'));
  else ['router', data.vpc.name, data.vpc.cidr, ...kinds()].forEach((line, k, all) => svg.append(text(router.x + router.w / 2, total / 2 + 18 * (k - all.length / 2) + 12, line.length > 17 ? line.slice(0, 16) + '\u2026' : line, k ? 'soft' : 'name', 'middle')));
  const side = (list, x, edge, meets, sign) => list.forEach((segment, k) => {
    const y = (total - list.length * (high + 16)) / 2 + k * (high + 16) + 8;
    const middle = y + high / 2;
    const sent = (from.get(segment.name) || 0) + (dropped.get(segment.name) || 0);
    const got = to.get(segment.name) || 0;
    const bad = dropped.get(segment.name) || 0;
    for (const [shift, frames] of [[-6, sent], [6, got]]) {
      svg.append(el('svg:path', {class: frames ? 'way' : 'way none', d: `M${edge} ${middle + shift}H${meets}`, 'stroke-width': stroke(frames)}));
    }
    const [into, out] = sign > 0 ? ['\u2192', '\u2190'] : ['\u2190', '\u2192'];
    svg.append(el('svg:rect', {class: 'box', x, y, width: box, height: high, rx: 8}));
    const lines = [[segment.name, 'name'], ...(narrow ? [[segment.subnet, 'soft'], [segment.tag, 'soft']] : [[`${segment.subnet}  ${segment.tag}`, 'soft']])];
    if (segment.kind === 'tier') lines.push([segment.list ? `list ${segment.list}` : 'no list: ingress dropped', 'soft']);
    else if (segment.kind === 'gateway') lines.push([`private gateway, list ${segment.list}`, 'soft'], ...(segment.routes.length ? [['routes ' + segment.routes.join(' '), 'soft']] : []));
    else lines.push([`router ${segment.address}`, 'soft'], ...(segment.gateway ? [[`gateway ${segment.gateway}`, 'soft']] : []));
    if (segment.kind === 'tier') { const here = data.vpc.services.filter(one => one.tier === segment.name).length; lines.push([counted(segment.hosts, 'host') + ' named' + (here ? ', ' + counted(here, 'service') : ''), 'soft']); }
    lines.slice(0, 4).forEach(([line, kind], at) => svg.append(text(x + 10, y + 20 + 18 * at, fit(line, kind === 'name' ? 14 : 12), kind)));
    if (narrow) {
      svg.append(text(x + 10, y + high - 8, `in ${short(sent)}  out ${short(got)}`, 'in'));
      if (bad) svg.append(text(x + box - 8, y + 20, `\u2715 ${short(bad)}`, 'bad', 'end'));
    } else {
      const at = (edge + meets) / 2;
      svg.append(text(at, middle - 14, `${into} ${short(sent)}`, 'in', 'middle'), text(at, middle + 24, `${out} ${short(got)}`, 'in', 'middle'));
      if (bad) svg.append(text(at, middle + 40, `${short(bad)} dropped`, 'bad', 'middle'));
    }
  });
  side(left, 2, 2 + box, router.x, 1);
  side(right, wide - box - 2, wide - box - 2, router.x + router.w, -1);
  return svg;
}

// --- rule hits on the lists ---
function lists() {
  const hits = new Map(replay.rules.map(rule => [rule.list + '#' + rule.number, rule]));
  const firsts = new Map(data.deciders.rules.map(rule => [rule.list + '#' + rule.number, rule]));
  const shown = data.vpc.lists.filter(list => !list.builtIn || list.rules.some(rule => (hits.get(list.name + '#' + rule.number) || {}).packets));
  const all = shown.filter(list => !list.builtIn).flatMap(list => list.rules.map(rule => (hits.get(list.name + '#' + rule.number) || {packets: 0}).packets));
  const box = section('Rules', `The lists in the order in which their rules are tried. ${whole(all.filter(packets => packets > 0).length)} of ${whole(all.length)} rules decided something; those that did not are marked. A rule has the packets of all connections it let through, in both directions.`);
  for (const list of shown) {
    const defaults = data.deciders.defaults.find(one => one.list === list.name) || {ingress: 0, egress: 0};
    box.append(el('h3', {}, 'List ' + list.name), el('p', {class: 'note'}, [list.origin, list.usedBy.length ? 'used by ' + list.usedBy.join(', ') : 'used by no segment'].join(', ')));
    const long = list.rules.length > 2000;
    if (long) box.append(el('p', {class: 'note'}, `Of its ${whole(list.rules.length)} rules those that decided something.`));
    const rows = [];
    for (const direction of ['ingress', 'egress']) {
      rows.push(...list.rules.filter(rule => rule.direction === direction && (!long || (hits.get(list.name + '#' + rule.number) || {}).packets)).map(rule => ({...rule, ...(hits.get(list.name + '#' + rule.number) || {packets: 0, bytes: 0}), first: firsts.get(list.name + '#' + rule.number)})));
      if (!list.builtIn) rows.push({isDefault: true, number: Infinity, direction, action: direction === 'ingress' ? 'deny' : 'allow', protocol: '', what: 'by default', cidrs: '(no rule matched)', packets: defaults[direction], bytes: null});
    }
    box.append(table(`Rules of list ${list.name}`, [
      {title: '#', num: true, value: rule => rule.number, show: rule => rule.isDefault ? '' : rule.number},
      {title: 'Rule', value: rule => [rule.direction, rule.action, rule.protocol, rule.what, rule.cidrs].join(' '), class: 'rule', show: rule => el('span', {},
        `${rule.direction} `, el('span', {class: `tag ${rule.action}`}, rule.action), ` ${rule.protocol} ${rule.what} `, rule.isDefault ? rule.cidrs : el('span', {class: 'mono'}, (rule.direction === 'ingress' ? 'from ' : 'to ') + rule.cidrs))},
      {title: 'Packets', num: true, value: rule => rule.packets, show: rule => rule.packets ? whole(rule.packets) : rule.isDefault ? '0' : 'never hit'},
      {title: '', bar: true, value: rule => rule.packets, tone: rule => rule.action === 'deny' ? 'var(--drop)' : 'var(--forward)'},
      {title: 'Bytes', num: true, value: rule => rule.bytes ?? -1, show: rule => rule.bytes == null ? '' : bytes(rule.bytes)},
      {title: 'First decided', value: rule => (rule.first || {}).frame || 0, show: rule => example(rule.first)},
      {title: 'Line', num: true, value: rule => rule.line || 0, show: rule => rule.line || ''},
    ], rows, {tall: rows.length > 100, rowClass: rule => [!rule.packets && !rule.isDefault && 'unused', rule.isDefault && 'default'].filter(Boolean).join(' ') || null}));
  }
  if (!shown.length) box.append(el('p', {}, 'The VPC has no list of its own.'));
}

// --- over time ---
function axis(of) {
  const values = Array.from({length: of.intervals}, (unused, k) => Math.max(0, of.offsetNs + k * of.widthNs) / 1e9);
  return {label: 'capture time', values, show: seconds => span(seconds * 1e9), tick: seconds => seconds === 0 ? '0' : span(seconds * 1e9)};
}

function throughput() {
  const time = data.time;
  const box = section('Throughput over capture time', `As the capture's timestamps tell, in intervals of ${span(time.widthNs)}; how fast vpcrig was stands at the top. Drag to enlarge, double-click to see all again.`);
  const used = VERDICTS.filter(([key]) => time.frames[key].some(value => value > 0));
  const rate = values => values.map(value => value * 1e9 / time.widthNs);
  for (const [title, of, show] of [['Frames a second', time.frames, short], ['Bytes a second', time.bytes, bytes]]) {
    curves(box, title, axis(time), used.map(([key, field, tone]) => ({label: field, tone, values: rate(of[key]), fill: key === 'forward' || key === 'drop', stepped: true})), {show, sync: 'time'});
  }
}

function sessions() {
  const of = data.sessions;
  const box = section('Sessions over time', 'Entries in the table of connections (an entry outlives its connection by a time-out, as in Linux), and connections begun.');
  const counts = Object.entries(replay.conntrack).filter(([, value]) => value > 0);
  if (counts.length) box.append(el('p', {}, 'By the names of conntrack -S: ' + counts.map(([name, value]) => `${name} ${whole(value)}`).join(', ') + '.'));
  if (!of.intervals) return;
  if (of.looks < 5) {
    box.append(el('p', {}, `${whole(replay.sessions)} begun, at most ${whole(Math.max(...of.entries))} entries at once. The capture is too short for a curve: the table is looked at once per batch of frames.`));
    return;
  }
  // What began between two looks is spread evenly over the time between them.
  const rates = [];
  of.begun.forEach((begun, k) => {
    if (begun == null) return;
    const intervals = k + 1 - rates.length;
    while (rates.length <= k) rates.push(begun * 1e9 / (of.widthNs * intervals));
  });
  curves(box, 'Entries in the table', axis(of), [{label: 'entries', tone: 'series-6', values: of.entries, stepped: true, fill: true}], {sync: 'time'});
  curves(box, 'Connections begun a second', axis(of), [{label: 'begun', tone: 'series-5', values: rates, stepped: true, fill: true}], {sync: 'time'});
}

function lengths() {
  const rows = data.lengths.classes.filter(one => one.frames > 0 || one.from < 1519);
  const box = section('Frame lengths', `As captured, from ${whole(data.lengths.shortest)} to ${whole(data.lengths.longest)} bytes, ${digits(replay.bytes / replay.packets)} on average.`);
  box.append(table('Frames by length', [
    {title: 'Bytes', num: true, value: one => one.from, show: one => one.to ? `${one.from}\u2013${one.to}` : `from ${one.from}`},
    {title: 'Frames', num: true, value: one => one.frames, show: one => whole(one.frames)},
    {title: 'Share', num: true, value: one => one.frames, show: one => percent(one.frames / (replay.packets || 1))},
    {title: '', bar: true, value: one => one.frames},
  ], rows));
}

function talkers() {
  const told = (of, what) => of.errorBytes ? `There were more ${what} than are kept; of those shown at most ${bytes(of.errorBytes)} each may be missing.` : `Exact; ${whole(of.known)} ${what} in all.`;
  const both = row => row.bytesOut + row.bytesBack;
  const missing = of => of.errorBytes ? [{title: 'May lack', num: true, value: row => row.missing, show: row => bytes(row.missing)}] : [];
  const box = section('Top talkers', 'By bytes, as captured, addresses as they stood in the frames that came in. Frames that could not be read as IPv4 are left out.');
  box.append(el('h3', {}, 'Hosts'), table(told(data.hosts, 'addresses'), [
    {title: 'Address', value: row => row.address, show: row => el('span', {class: 'mono'}, row.address)},
    {title: 'Name', value: row => row.name || ''}, {title: 'Segment', value: row => row.segment || ''},
    {title: 'Bytes', num: true, value: both, show: row => bytes(both(row))}, {title: '', bar: true, value: both},
    {title: 'Sent', num: true, value: row => row.bytesOut, show: row => bytes(row.bytesOut)}, {title: 'Received', num: true, value: row => row.bytesBack, show: row => bytes(row.bytesBack)},
    {title: 'Frames', num: true, value: row => row.framesOut + row.framesBack, show: row => whole(row.framesOut + row.framesBack)}, ...missing(data.hosts),
  ], data.hosts.rows, {told: true}));
  box.append(el('h3', {}, 'Conversations'), table(told(data.conversations, 'conversations'), [
    {title: 'From', value: row => row.from, show: row => el('span', {class: 'mono'}, row.from)}, {title: 'To', value: row => row.to, class: 'mono'},
    {title: 'Protocol', value: row => row.protocol, show: row => row.protocol + (row.id ? ` id ${row.id}` : '')},
    {title: 'Bytes', num: true, value: both, show: row => bytes(both(row))}, {title: '', bar: true, value: both},
    {title: 'There', num: true, value: row => row.bytesOut, show: row => bytes(row.bytesOut)}, {title: 'Back', num: true, value: row => row.bytesBack, show: row => bytes(row.bytesBack)},
    {title: 'Frames', num: true, value: row => row.framesOut + row.framesBack, show: row => whole(row.framesOut + row.framesBack)}, ...missing(data.conversations),
  ], data.conversations.rows, {told: true}));
}

function run() {
  const box = section('Output', 'The same bytes in give the same digest, whatever the number of workers.');
  box.append(facts([['sha256 of the frames sent', replay.digest && el('code', {}, replay.digest)], ['wall time', `${replay.seconds.toFixed(3)} s`], ['VPC file', data.vpc.file], ['captures', replay.captures.join(' ')]]));
  environment(data.environment);
}
