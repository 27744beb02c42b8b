// What every page is built of. All text gets into the page as text: el() never reads markup.
const data = JSON.parse(document.getElementById('data').textContent);
const main = document.getElementById('main');

function el(name, attributes, ...children) {
  const node = name.startsWith('svg:')
    ? document.createElementNS('http://www.w3.org/2000/svg', name.slice(4)) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === 'on') Object.entries(value).forEach(([event, call]) => node.addEventListener(event, call));
    else if (value == null) continue;
    else if (key.startsWith('--')) node.style.setProperty(key, value);
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter(child => child != null && child !== false));
  return node;
}

// --- figures ---
const whole = value => Math.round(value).toLocaleString('en-US');
const digits = value => value === 0 ? '0' : value.toLocaleString('en-US', {maximumSignificantDigits: 3, useGrouping: true});
function scaled(value, base, units) {
  let k = 0;
  while (Math.abs(value) >= base && k < units.length - 1) { value /= base; k++; }
  return digits(value) + (units[k] && ' ' + units[k]);
}
const short = value => scaled(value, 1000, ['', 'k', 'M', 'G', 'T']);
const bytes = value => scaled(value, 1000, ['B', 'kB', 'MB', 'GB', 'TB']);
const nanoseconds = value => scaled(value, 1000, ['ns', 'us', 'ms', 's']);
const percent = part => part === 0 ? '0 %' : part < 0.001 ? '< 0.1 %' : (100 * part).toFixed(1) + ' %';
const span = ns => ns < 120e9 ? nanoseconds(ns) : ns < 7200e9 ? digits(ns / 60e9) + ' min' : ns < 172800e9 ? digits(ns / 3600e9) + ' h' : digits(ns / 86400e9) + ' days';
const counted = (number, what) => `${whole(number)} ${what}${number === 1 ? '' : 's'}`;
const sum = values => values.reduce((all, value) => all + value, 0);

// --- sections ---
let sections = 0;
function section(title, note, parent = main) {
  const id = 's' + ++sections;
  const node = el('section', {'aria-labelledby': id}, el('h2', {id}, title), note && el('p', {class: 'note'}, note));
  parent.append(node);
  document.getElementById('contents').append(el('a', {href: '#' + id}, title));
  return node;
}
const tiles = list => el('ul', {class: 'tiles'}, list.filter(Boolean).map(([value, label]) => el('li', {}, el('b', {}, value), el('span', {}, label))));
function facts(pairs) {
  return el('dl', {}, pairs.filter(([, value]) => value != null && value !== '').flatMap(([key, value]) =>
    [el('dt', {}, key), el('dd', {}, value instanceof Node ? value : String(value))]));
}
function environment(of) {
  if (!of) return;
  const box = section('Environment', 'What has to be known to read these figures later, or to make them again.');
  const machine = of.machine || {};
  const rest = Object.entries(of).filter(([, value]) => typeof value !== 'object' && value !== '');
  box.append(facts([
    ...rest, ['cpu', machine.cpu], ['cores', machine.cores], ['caches', (machine.caches || []).join(', ')], ['system', machine.os],
    ['JVM flags', (of.jvmFlags || []).join(' ')],
    ...(of.inputs || []).map(input => ['input', `${input.name}, ${whole(input.bytes)} bytes, sha256 ${input.sha256}`]),
  ]));
}

// --- tables ---
// columns: {title, value: row => to sort by, show: row => text or node, num, bar, tone: row => colour of its bar, class}
function table(caption, columns, rows, options = {}) {
  const body = el('tbody');
  const largest = columns.map(column => column.bar ? Math.max(1e-12, ...rows.map(column.value)) : 0);
  const fill = list => body.replaceChildren(...list.map(row => el('tr', {class: options.rowClass && options.rowClass(row)},
    columns.map((column, c) => {
      const name = [column.num && 'num', column.bar && 'bar', column.class].filter(Boolean).join(' ');
      if (column.bar) return el('td', {class: name, 'aria-hidden': 'true'}, column.value(row) > 0 && el('i', {'--part': 100 * column.value(row) / largest[c] + '%', '--tone': column.tone && column.tone(row)}));
      const shown = column.show ? column.show(row) : column.value(row);
      return el(c === 0 && !column.num ? 'th' : 'td', {class: name || null, scope: c === 0 && !column.num ? 'row' : null}, shown instanceof Node ? shown : String(shown ?? ''));
    }))));
  const heads = columns.map((column, c) => {
    if (column.bar || options.fixed) return el('th', {scope: 'col', class: column.num && 'num'}, column.bar && !column.title ? el('span', {'aria-hidden': 'true'}, '') : column.title);
    const head = el('th', {scope: 'col', class: column.num && 'num', 'aria-sort': 'none'}, el('button', {type: 'button', on: {click: () => sort(c)}}, column.title));
    return head;
  });
  function sort(c) {
    const down = heads[c].getAttribute('aria-sort') === 'none' ? columns[c].num : heads[c].getAttribute('aria-sort') === 'ascending';
    heads.forEach(head => head.hasAttribute('aria-sort') && head.setAttribute('aria-sort', 'none'));
    heads[c].setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', {numeric: true});
    fill([...rows].sort((a, b) => (down ? -1 : 1) * compare(columns[c].value(a), columns[c].value(b))));
  }
  fill(rows);
  return el('div', {class: options.tall ? 'scroll tall' : 'scroll', tabindex: 0, role: 'region', 'aria-label': caption},
    el('table', {}, el('caption', {class: options.told ? null : 'unseen'}, caption), el('thead', {}, el('tr', {}, heads)), body));
}

// --- colours ---
const color = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const drawings = [];
function redraw() { drawings.forEach(draw => draw()); }
const theme = document.getElementById('theme');
const darkScreen = matchMedia('(prefers-color-scheme: dark)');
let chosen = null;
let printing = false;
function showTheme() {
  const dark = !printing && (chosen == null ? darkScreen.matches : chosen === 'dark');
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  theme.textContent = dark ? 'Light' : 'Dark';
  theme.setAttribute('aria-label', 'Change to ' + (dark ? 'light' : 'dark') + ' colours');
  redraw();
}
theme.addEventListener('click', () => { chosen = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'; showTheme(); });
darkScreen.addEventListener('change', showTheme);
addEventListener('beforeprint', () => { printing = true; showTheme(); });
addEventListener('afterprint', () => { printing = false; showTheme(); });
let width = innerWidth;
addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; redraw(); } });

// --- curves ---
// series: {label, values, tone, show: value => text, width, fill, dash}; x: {label, values, show, ticks, log}
function curves(parent, title, x, series, options = {}) {
  const holder = el('div', {class: 'chart', role: 'img', 'aria-label': `${title}. The same figures are in the table below the chart.`});
  const show = options.show || short;
  const figure = el('figure', {}, el('figcaption', {}, title), holder);
  const more = el('details', {}, el('summary', {}, 'Table of these figures'));
  more.addEventListener('toggle', () => {
    if (more.open && more.children.length === 1) {
      const rows = x.values.map((value, k) => k).filter(k => series.some(line => line.values[k] != null));
      more.append(table(title, [{title: x.label, num: true, value: k => x.values[k], show: k => x.show(x.values[k])},
        ...series.map(line => ({title: line.label, num: true, value: k => line.values[k] ?? -1, show: k => line.values[k] == null ? '' : show(line.values[k])}))], rows, {tall: true}));
    }
  });
  figure.append(more);
  parent.append(figure);
  let plot = null;
  drawings.push(() => {
    if (plot) plot.destroy();
    const grid = {stroke: color('line'), width: 1};
    const axis = {stroke: color('soft'), grid, ticks: grid, font: '12px system-ui, "Liberation Sans", sans-serif'};
    const small = holder.clientWidth < 480;
    plot = new uPlot({
      width: Math.max(240, printing ? Math.min(640, holder.clientWidth) : holder.clientWidth), height: small ? 190 : 240, padding: [12, 14, 0, 0],
      cursor: {drag: {x: true, y: false}, points: {size: 7}, sync: options.sync ? {key: options.sync} : undefined},
      scales: {x: {time: false, distr: x.log ? 3 : 1, range: options.xRange}, y: {distr: options.yLog ? 3 : 1, range: options.yLog ? undefined : (u, low, high) => [0, high > 0 ? 1.08 * high : 1]}},
      axes: [{...axis, space: small ? 60 : 80, values: (u, splits) => splits.map(v => v == null ? '' : x.tick ? x.tick(v) : x.show(v)), splits: x.ticks && (() => x.ticks), ...(x.ticks ? {filter: (u, splits) => splits} : {}), label: x.label, labelSize: 20, labelFont: axis.font, size: 34},
        {...axis, grid: options.yLog ? {...grid, filter: (u, splits) => splits.map(v => Number.isInteger(Math.log10(v)) ? v : null)} : grid, size: small ? 62 : 70, values: (u, splits) => splits.map(v => v == null ? '' : show(v))}],
      series: [{label: x.label, value: (u, v) => v == null ? '-' : x.show(v)},
        ...series.map((line, k) => ({label: line.label, stroke: color(line.tone || 'series-' + (k % 8 + 1)), width: line.width ?? 1.75, dash: line.dash, spanGaps: options.spanGaps ?? false,
          fill: line.fill ? color(line.tone) + '22' : undefined, paths: line.stepped ? uPlot.paths.stepped({align: 1}) : undefined,
          points: {show: options.points ?? x.values.length < 40, size: 5}, value: (u, v) => v == null ? '-' : show(v)}))],
      bands: options.bands && options.bands.map(band => ({...band, fill: color(band.tone) + '33'})),
    }, [x.values, ...series.map(line => line.values)], holder);
  });
}
