// The page of a bench. It knows no bench by name: it shows what blocks the results have.
const report = data.report;
const results = (report.results || []).filter(result => result && typeof result === 'object').map(sorted);
const rates = keysOf(result => result.spreads).filter(key => key.endsWith('PerSecond'));
const given = inputs();

main.append(el('h1', {}, `bench ${report.bench}`));
main.append(el('p', {class: 'note'}, Object.entries(report.options || {}).filter(([, value]) => !Array.isArray(value) || value.length).map(([key, value]) => `${words(key)} ${value}`).join(', ')));
busy();
figures();
sweeps();
latencies();
breakdowns();
lists();
environment(report.environment);
showTheme();

// What a result has, by kind: scalars, spreads {min, median, max}, percentiles, parts of a whole, lists.
function sorted(result) {
  const of = {first: [], scalars: {}, spreads: {}, latencies: {}, parts: {}, lists: {}};
  let begun = false;
  const walk = (object, path) => Object.entries(object).forEach(([key, value]) => {
    const name = path ? `${path} ${key}` : key;
    if (value === null || key === 'hdr') return;
    if (typeof value !== 'object') {
      of.scalars[name] = value;
      if (!begun && (typeof value === 'string' || Number.isInteger(value)) && !/^(frames|lost|edits)$/.test(name)) of.first.push(name);
      return;
    }
    begun = true;
    if (Array.isArray(value)) {
      if (value.length && typeof value[0] === 'object' && key !== 'runs') of.lists[name] = value;
      else if (value.length && typeof value[0] !== 'object') of.scalars[name] = value.map(one => typeof one === 'number' ? digits(one) : one).join(', ');
    } else if (Array.isArray(value.percentiles)) {
      const points = value.curve && value.curve.length ? value.curve : value.percentiles;
      of.latencies[name] = points.map(one => [one.percentile, one.value]).concat(value.max == null ? [] : [[100, value.max]]);
    }
    else if ('p50' in value) of.latencies[name] = Object.entries(value).filter(([k]) => /^p\d+$/.test(k)).map(([k, v]) => [k.length > 3 ? +(k.slice(1, 3) + '.' + k.slice(3)) : +k.slice(1), v]).concat([[100, value.max]]);
    else if ('median' in value && 'min' in value && 'max' in value) of.spreads[name] = value;
    else if (/Ns$/.test(key) && Object.values(value).length > 1 && Object.values(value).every(one => typeof one === 'number')) of.parts[name] = value;
    else walk(value, name);
  });
  walk(result, '');
  return of;
}
function keysOf(block) { return [...new Set(results.flatMap(result => Object.keys(block(result))))]; }

// Names and sizes that tell one result from another: what stands first in it and is not the same in all.
function inputs() {
  const keys = [...new Set(results.flatMap(result => result.first))];
  const varies = keys.filter(key => new Set(results.map(result => result.scalars[key])).size > 1);
  const kept = [];
  for (const key of varies) if (!kept.some(other => results.every(result => result.scalars[other] === result.scalars[key]))) kept.push(key);
  return kept;
}
function label(result, without) {
  const text = given.filter(key => key !== without).map(key => typeof result.scalars[key] === 'number' ? `${words(key)} ${short(result.scalars[key])}` : result.scalars[key]).filter(value => value != null).join(', ');
  return text;
}
function title(key) { const text = words(key); return text.charAt(0).toUpperCase() + text.slice(1); }
function words(key) { return key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().replace(/ per second/, ' a second'); }
function figure(key, value) {
  if (typeof value !== 'number') return String(value);
  if (/Ns$|^ns[A-Z]/.test(key)) return nanoseconds(value);
  if (/bytes/i.test(key)) return bytes(value);
  if (/share$|^spread$|kept$|part$| spread$/i.test(key)) return percent(value);
  if (/PerSecond$|Pps$|^confidence|^rate$/.test(key)) return short(value) + '/s';
  return Number.isInteger(value) ? whole(value) : digits(value);
}

function busy() {
  const shares = results.flatMap(result => Object.entries(result.scalars).filter(([key, value]) => /coreShare$/.test(key) && typeof value === 'number').map(([, value]) => value));
  const least = Math.min(...shares);
  if (least < 0.9) main.append(el('p', {class: 'alert'}, `The machine was busy: measured threads had as little as ${percent(least)} of a core, so rates are too low.`));
}

function figures() {
  const box = section('Results', `${whole(results.length)} results. Bars are medians; the mark on them goes from the smallest to the largest run.`);
  const rest = keysOf(result => result.scalars).filter(key => !given.includes(key) && results.some(result => result.scalars[key] !== ''));
  const same = rest.filter(key => results.length > 1 && results.every(result => result.scalars[key] === results[0].scalars[key]));
  const text = value => value ?? '';
  const columns = given.map(key => ({title: words(key), num: typeof results[0].scalars[key] === 'number', value: result => text(result.scalars[key]), show: result => typeof result.scalars[key] === 'number' ? whole(result.scalars[key]) : text(result.scalars[key])}));
  for (const key of [...rates, ...keysOf(result => result.spreads).filter(other => !rates.includes(other))]) {
    const top = Math.max(...results.map(result => (result.spreads[key] || {max: 0}).max)) || 1;
    const median = result => (result.spreads[key] || {median: -1}).median;
    columns.push({title: words(key), num: true, value: median, show: result => result.spreads[key] ? figure(key, median(result)) : ''});
    if (rates.includes(key)) columns.push({title: 'range', class: 'range', value: median, show: result => range(result.spreads[key], top)});
    columns.push({title: 'smallest to largest', value: median, class: 'num', show: result => result.spreads[key] ? `${figure(key, result.spreads[key].min)} to ${figure(key, result.spreads[key].max)}` : ''});
  }
  for (const key of rest) if (!same.includes(key)) columns.push({title: words(key), num: results.some(result => typeof result.scalars[key] === 'number'), value: result => text(result.scalars[key]), show: result => result.scalars[key] == null ? '' : figure(key, result.scalars[key])});
  for (const column of columns) if (results.some(result => String(column.value(result)).length > 40)) column.class = 'long';
  if (!given.length) columns.unshift({title: 'result', value: () => report.bench});
  box.append(table('Results', columns, results));
  if (same.length) box.append(el('p', {class: 'note'}, 'The same in all: ' + same.map(key => `${words(key)} ${figure(key, results[0].scalars[key])}`).join(', ') + '.'));
}
function range(spread, top) {
  if (!spread) return '';
  const median = spread.median || 1e-12;
  return el('i', {'--part': 100 * spread.median / top + '%', '--low': 100 * spread.min / median + '%', '--wide': 100 * (spread.max - spread.min) / median + '%', role: 'img', 'aria-label': 'from the smallest to the largest run'});
}

// --- one line for each combination of all other inputs ---
function sweeps() {
  for (const key of given.filter(name => results.every(result => typeof result.scalars[name] === 'number'))) {
    const xs = [...new Set(results.map(result => result.scalars[key]))].sort((a, b) => a - b);
    if (xs.length < 2) continue;
    const lines = new Map();
    for (const rate of rates) {
      for (const result of results.filter(one => one.spreads[rate])) {
        const name = [label(result, key), rates.length > 1 ? words(rate) : ''].filter(Boolean).join(', ') || words(rate);
        if (!lines.has(name)) lines.set(name, xs.map(() => null));
        lines.get(name)[xs.indexOf(result.scalars[key])] = result.spreads[rate].median;
      }
    }
    const shown = [...lines].filter(([, values]) => values.filter(value => value != null).length > 1);
    if (!shown.length) continue;
    const name = `${rates.length > 1 ? 'Rates' : title(rates[0])} by ${words(key)}`;
    const box = section(name, 'Medians.' + (shown.length > 8 ? ` The first 8 of ${shown.length} lines; all are in the results.` : ''));
    const log = xs[0] > 0 && xs.at(-1) / xs[0] > 8;
    curves(box, name, {label: words(key), values: xs, log, show: whole, tick: short, ticks: log && xs.length < 12 ? xs : undefined},
      shown.slice(0, 8).map(([line, values]) => ({label: line, values})), {show: value => short(value) + '/s', points: true, spanGaps: true, xRange: log ? (u, low, high) => [low / 1.15, high * 1.15] : undefined});
  }
}

// --- percentiles, the axis by the number of nines: 1 / (1 - p), as HdrHistogram's plots ---
function latencies() {
  const keys = keysOf(result => result.latencies);
  if (!keys.length) return;
  const box = section('Latency by percentile', 'The axis stretches the tail: each step to the right is ten times rarer. The last point is the maximum.');
  for (const key of keys) {
    const having = results.filter(result => result.latencies[key]);
    const end = Math.max(10, ...having.flatMap(result => result.latencies[key].filter(([p]) => p < 100).map(([p]) => 100 / (100 - p)))) * 2;
    const place = p => p >= 100 ? end : +(100 / (100 - p)).toPrecision(12);
    const xs = [...new Set(having.flatMap(result => result.latencies[key].map(([p]) => place(p))))].sort((a, b) => a - b);
    const name = x => x === end ? 'max' : +(100 - 100 / x).toPrecision(8) + ' %';
    const nines = [1, 2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter(x => x < end / 1.8).concat([end]);
    const values = having.map(result => { const by = new Map(result.latencies[key].map(([p, v]) => [place(p), v])); return xs.map(x => by.get(x) ?? null); });
    const all = values.flat().filter(value => value > 0);
    const log = all.length > 0 && Math.max(...all) / Math.min(...all) > 30;
    curves(box, title(key.replace(/Ns$/, '')), {label: 'percentile', values: xs, log: true, show: name, tick: x => x === 1 ? '0 %' : x === 2 ? '50 %' : name(x), ticks: nines},
      having.slice(0, 8).map((result, k) => ({label: label(result) || words(key.replace(/Ns$/, '')), values: values[k]})), {show: nanoseconds, yLog: log, spanGaps: true, xRange: () => [1, end * 1.1], points: false});
  }
}

function breakdowns() {
  for (const key of keysOf(result => result.parts)) {
    const parts = [...new Set(results.flatMap(result => Object.keys(result.parts[key] || {})))];
    const box = section(title(key.replace(/Ns$/, ', ns')), 'What each part takes, by result.');
    box.append(table(words(key), [{title: 'result', value: result => label(result) || report.bench}, ...parts.map(part => ({title: part, num: true, value: result => (result.parts[key] || {})[part] ?? -1, show: result => (result.parts[key] || {})[part] == null ? '' : digits(result.parts[key][part])}))], results.filter(result => result.parts[key])));
  }
}

// A list inside a row of a list becomes rows of its own, with what stood beside it.
function flat(row) {
  const of = sorted(row);
  const inner = Object.values(of.lists).flat();
  return inner.length ? inner.flatMap(flat).map(one => ({...of.scalars, ...one})) : [of.scalars];
}

function lists() {
  for (const key of keysOf(result => result.lists)) {
    const box = section(title(key));
    for (const result of results.filter(one => one.lists[key])) {
      const rows = result.lists[key].flatMap(flat);
      const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
      box.append(el('h3', {}, label(result) || report.bench), table(`${words(key)} of ${label(result) || report.bench}`, columns.map(name => ({title: words(name), num: rows.some(row => typeof row[name] === 'number'), value: row => row[name] ?? '', show: row => row[name] == null ? '' : figure(name, row[name])})), rows, {tall: rows.length > 20}));
    }
  }
}
