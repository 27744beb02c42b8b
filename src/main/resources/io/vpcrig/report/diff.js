// The page of a comparison of rules: what becomes allowed, what becomes denied, by the rules that decide.
const diff = data.diff;
const KINDS = {'newly allowed': 'allow', 'newly denied': 'deny'};
const changes = (diff.changes || []).map(change => ({...change, becomes: change.becomes || KINDS[change.change] || 'otherwise'}));
const kinds = [['allow', 'Newly allowed'], ['deny', 'Newly denied'], ...[...new Set(changes.map(change => change.becomes))].filter(kind => kind !== 'allow' && kind !== 'deny').map(kind => [kind, kind === 'otherwise' ? 'Goes otherwise' : `Now ${kind}`])];
const few = ['region', 'flow'];

main.append(el('h1', {}, `${data.before} \u2192 ${data.after}`));
if (diff.complete === false) main.append(el('p', {class: 'alert'}, `Not complete: ${diff.why || 'the time given ran out'}. There may be more changes than are shown.`));
for (const [key, what] of [['gone', 'is gone'], ['added', 'is new']]) (diff[key] || []).forEach(segment => main.append(el('p', {class: 'alert'}, `Segment ${segment} ${what}.`)));
main.append(tiles(kinds.map(([kind, title]) => [whole(changes.filter(change => change.becomes === kind).length), title.toLowerCase()]).concat(changes.some(change => change.regions) ? [[whole(sum(changes.map(change => change.regions || 0))), 'regions of headers']] : [])));
if (!changes.length) main.append(el('p', {}, diff.complete === false ? 'No change was found.' : 'Nothing changes.'));

for (const [kind, title] of kinds) {
  const of = changes.filter(change => change.becomes === kind);
  if (!of.length) continue;
  const box = section(title, 'By what decides before and after. Each region is a set of headers that change; the flow is one of them, in the syntax that explain takes.');
  for (const change of [...of.filter(one => one.belongs !== false), ...of.filter(one => one.belongs === false)]) {
    const where = change.via ? `via ${change.via}: ` : '';
    box.append(el('h3', {}, el('span', {class: `tag ${kind}`}, kind), ` ${where}${words(change.after)}`),
      el('p', {class: 'note'}, [`was ${words(change.before)}`, change.headers && `${change.headers} headers`, change.frames && `${counted(change.frames, 'frame')}, ${bytes(change.bytes || 0)}`, change.belongs === false && 'from sources that do not belong behind the segment'].filter(Boolean).join('; ')));
    const rows = change.examples || [];
    const keys = [...new Set([...few, ...rows.flatMap(row => Object.keys(row))])].filter(key => rows.some(row => key in row && !(key in change && words(row[key]) === words(change[key]))));
    if (rows.length) {
      box.append(table(`Examples: ${title.toLowerCase()}, ${where}${words(change.after)}`, keys.map(key => ({title: key, value: row => words(row[key]), show: row => few.includes(key) ? el('span', {class: 'flow mono'}, words(row[key])) : words(row[key])})), rows));
    }
    const more = change.regions > rows.length ? `and ${counted(change.regions - rows.length, 'more region')}` : change.all === false ? 'and more regions' : null;
    if (more) box.append(el('p', {class: 'note'}, `${more}; --examples N or -v shows more`));
  }
}
const rest = Object.entries(diff).filter(([, value]) => typeof value !== 'object');
section('Comparison').append(facts([['before', data.before], ['after', data.after], ...rest]));
showTheme();

// What decided: a sentence, or the parts of one.
function words(value) {
  if (value == null) return '';
  if (typeof value !== 'object') return String(value);
  const rule = value.list ? `${value.list}${value.rule == null ? '' : ' #' + value.rule}` : null;
  const known = [value.verdict, rule, value.reason, value.at && `(${value.at})`, value.quirk && `quirk ${value.quirk}`].filter(Boolean);
  return known.length ? known.join(' ') : JSON.stringify(value);
}
