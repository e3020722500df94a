/** Markdown tables. */
import { best, encoded, geometricMean, isRight, MEASURES, peersOf, ratio } from './data.mjs';

/** @param {string[]} head @param {string[][]} rows @param {boolean} [words] Whether the cells are words, not numbers. */
export function table(head, rows, words = false) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column && !words ? '--:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Three figures that count. @param {number} value */
export function number(value) {
  if (value >= 1e6) return `${number(value / 1e6)} M`;
  if (value >= 1e5) return `${number(value / 1000)} k`;
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** @param {number | null} value How many times better. */
export function times(value) {
  return value === null ? '–' : `${value >= 10 ? Math.round(value) : value.toFixed(value >= 2 ? 1 : 2)} ×`;
}

/** Median and spread; in brackets when the ids are wrong. */
function cell(measured, peer, value, more) {
  if (!value?.median) return measured.refused?.[peer.name] ? 'cannot load' : '–';
  const spread =
    value.count > 1 ? ` ±${Math.round(((value.most - value.least) / 2 / value.median) * 100)}%` : '';
  const text = `${number(value.median)}${more?.median ? ` (${number(more.median)})` : ''}${spread}`;
  if (!isRight(measured, peer.name)) return `[${text}]`;
  return peer.ours ? `**${text}**` : text;
}

/**
 * A row for each model, a column for each peer of the side that has the measure.
 *
 * @param {any} results
 * @param {string} side
 * @param {keyof typeof MEASURES} name
 * @param {{ again?: boolean }} [options] Whether the repeated pass stands in round brackets.
 * @returns {string | null} `null` when nothing of it was measured.
 */
export function measureTable(results, side, name, { again = false } = {}) {
  const measure = MEASURES[name];
  const repeated = encoded(name, 'again');
  const models = results.models.filter(({ id }) =>
    peersOf(results, side).some((peer) => measure.get(results.byModel[id] ?? {}, peer.name)),
  );
  const peers = peersOf(results, side).filter((peer) =>
    models.some(({ id }) => measure.get(results.byModel[id], peer.name)?.median),
  );
  if (models.length === 0) return null;
  const rows = models.map(({ id, title }) => {
    const measured = results.byModel[id];
    return [
      title,
      ...peers.map((peer) =>
        cell(measured, peer, measure.get(measured, peer.name), again && repeated(measured, peer.name)),
      ),
    ];
  });
  return table(['', ...peers.map(({ title }) => title)], rows);
}

/** @param {any} results How often ours is better than transformers.js, the binding and the best right peer. */
export function ratios(results, side) {
  const peers = peersOf(results, side);
  const ours = peers.find((peer) => peer.ours)?.name;
  const against =
    side === 'js'
      ? [
          ['huggingface', '@huggingface/transformers'],
          ['tokenizers', 'npm tokenizers'],
        ]
      : [
          ['rust:reference', 'tokenizers 0.23.2'],
          ['rust:fastokens', 'fastokens 0.3.5'],
          ['rust:splintr', 'splintr 0.22.0'],
        ];
  const rows = Object.entries(MEASURES).flatMap(([, measure]) => {
    const each = (other) =>
      Object.values(results.byModel).flatMap((m) => ratio(measure, measure.get(m, ours), other(m)) ?? []);
    const columns = [
      ...against.map(([name]) => each((m) => measure.get(m, name))),
      each((m) => best(m, peers, measure)?.value),
      each((m) => best(m, peers, measure, { evenWrong: true })?.value),
    ];
    return columns.every((list) => list.length === 0) ? [] : [[measure.title, ...columns.map(mean)]];
  });
  return table(
    [
      'autotokenizer is better by',
      ...against.map(([, title]) => title),
      'the best with right ids',
      'the best of all',
    ],
    rows,
  );
}

/** @param {number[]} list */
function mean(list) {
  if (list.length === 0) return '–';
  if (list.length === 1) return times(list[0]);
  return `${times(geometricMean(list))} (${times(Math.min(...list))} – ${times(Math.max(...list))})`;
}

/** Every measure of every model where a peer with right ids is ahead. @param {any} results */
export function losses(results) {
  const rows = [];
  for (const side of ['js', 'rust']) {
    const peers = peersOf(results, side);
    const ours = peers.find((peer) => peer.ours)?.name;
    for (const { id, title } of results.models) {
      for (const measure of Object.values(MEASURES)) {
        const measured = results.byModel[id] ?? {};
        const own = measure.get(measured, ours);
        const other = best(measured, peers, measure);
        const share = ratio(measure, own, other?.value);
        if (share === null || share >= 1) continue;
        rows.push([
          `${side === 'js' ? 'JavaScript' : 'Rust'}: ${measure.title}`,
          title,
          `${number(own.median)} ${measure.unit}`,
          `${number(other.value.median)} ${measure.unit}`,
          other.peer.title,
          times(share),
        ]);
      }
    }
  }
  if (rows.length === 0) return 'Nothing in this run.';
  return table(['work', 'model', 'autotokenizer', 'ahead', 'who', 'ratio'], rows, true);
}

/** @param {any} results */
export function wrongIds(results) {
  const rows = results.models.flatMap(({ id, title }) =>
    results.peers.flatMap(({ name, title: peer, side }) => {
      const { check = {}, refused = {} } = results.byModel[id] ?? {};
      const who = `${peer}${side === 'js' ? '' : ` (${side})`}`.replace('(Python) (python)', '(Python)');
      if (refused[name]) return [[title, who, 'cannot load', `\`${shown(refused[name].split('\n')[0])}\``]];
      const verdict = check[name];
      return verdict?.wrong
        ? [
            [
              title,
              who,
              `${verdict.wrong} of ${verdict.texts}`,
              `\`${shown(JSON.stringify(verdict.example ?? ''))}\``,
            ],
          ]
        : [];
    }),
  );
  return rows.length
    ? table(['model', 'peer', 'texts with other ids', 'one of them, or the reason'], rows, true)
    : 'None.';
}

/** @param {string} text Fit for a cell of a table. */
function shown(text) {
  const short = text.length > 90 ? `${text.slice(0, 90)}…` : text;
  return short
    .replaceAll('|', '\\|')
    .replaceAll('`', "'")
    .replace(/\/\S*\//g, '…/');
}

/** @param {any} results */
export function installedTable(results) {
  const rows = results.peers.flatMap(({ name, title, version, ours }) => {
    const size = results.installed?.[name];
    return size
      ? [
          [
            `${title} ${version ?? ''}`.trim(),
            String(size.packages),
            `${ours ? '**' : ''}${(size.bytes / 1e6).toFixed(1)}${ours ? '**' : ''}`,
          ],
        ]
      : [];
  });
  return rows.length ? table(['', 'packages', 'MB'], rows) : null;
}

/** @param {any} results */
export function blockingTable(results) {
  const rows = Object.entries(results.byModel).flatMap(([id, { blocking = {} }]) =>
    Object.entries(blocking).map(([name, { blocked, wall, asynchronous }]) => [
      `${results.models.find((model) => model.id === id)?.title}, ${results.peers.find((peer) => peer.name === name)?.title}`,
      asynchronous ? 'yes' : 'no',
      `${number(blocked)} ms`,
      `${number(wall)} ms`,
    ]),
  );
  return rows.length ? table(['', 'has an async call', 'longest stop', 'in all'], rows) : null;
}
