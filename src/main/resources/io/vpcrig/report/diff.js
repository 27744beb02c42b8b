// The page of a comparison of rules: what becomes allowed, what becomes denied, by the rules that decide.
const diff = data.diff;
const changes = diff.changes || [];
const kinds = [['allow', 'Newly allowed'], ['deny', 'Newly denied'], ...[...new Set(changes.map(change => change.becomes))].filter(kind => kind !== 'allow' && kind !== 'deny').map(kind => [kind, `Otherwise: ${kind}`])];
const count = change => typeof change.regions === 'number' ? change.regions : (change.examples || []).length;

main.append(el('h1', {}, `${data.before} \u2192 ${data.after}`));
if (diff.complete === false) main.append(el('p', {class: 'alert'}, `Not complete: ${diff.why || 'the time given ran out'}. There may be more changes than are shown.`));
main.append(tiles(kinds.map(([kind, title]) => [whole(sum(changes.filter(change => change.becomes === kind).map(count))), `regions ${title.toLowerCase()}`]).concat([[whole(changes.length), 'pairs of rules that change']])));
if (!changes.length) main.append(el('p', {}, diff.complete === false ? 'No change was found.' : 'Nothing changes: every header has the same verdict.'));

for (const [kind, title] of kinds) {
  const of = changes.filter(change => change.becomes === kind);
  if (!of.length) continue;
  const box = section(title, `By the rules that decide before and after, ${whole(of.length)} pairs. Each region is a set of headers that change; the flow is one of them, in the syntax that explain takes.`);
  for (const change of [...of].sort((a, b) => count(b) - count(a))) {
    box.append(el('h3', {}, el('span', {class: `tag ${kind}`}, kind), ' ', words(change.after)), el('p', {class: 'note'}, 'was ' + words(change.before)));
    const rows = change.examples || [];
    const keys = [...new Set(rows.flatMap(row => Object.keys(row)))];
    if (rows.length) {
      box.append(table(`Examples: ${title.toLowerCase()}, ${words(change.after)}`, keys.map(key => ({title: key, value: row => words(row[key]), show: row => el('span', {class: 'mono'}, words(row[key]))})), rows));
    }
    if (count(change) > rows.length) box.append(el('p', {class: 'note'}, `and ${whole(count(change) - rows.length)} more regions; --examples N shows more`));
  }
}
const rest = Object.entries(diff).filter(([key, value]) => key !== 'changes' && typeof value !== 'object');
section('Comparison').append(facts([['before', data.before], ['after', data.after], ...rest]));
showTheme();

function words(value) { return value == null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value); }
