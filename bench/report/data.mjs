/** Reads values out of `results.json`. */

/** @typedef {any} Results */

/** What can be read for a model and a peer, how it is said, and whether more is better. */
export const MEASURES = {
  documents: { title: '`encode` of 1 MB documents', unit: 'MB/s', more: true, get: encoded('documents') },
  chats: { title: '`encode` of 1 KB chats', unit: 'MB/s', more: true, get: encoded('chats') },
  english: { title: '`encode` of English prose', unit: 'MB/s', more: true, get: encoded('english') },
  languages: { title: '`encode` of many languages', unit: 'MB/s', more: true, get: encoded('languages') },
  code: { title: '`encode` of source code', unit: 'MB/s', more: true, get: encoded('code') },
  short: { title: "`encode('Hello world!')`", unit: 'calls/s', more: true, get: (m, p) => m.short?.[p] },
  call: { title: '`tokenizer(text)`, a sentence', ...otherCall('call') },
  tokenize: { title: '`tokenize`, a sentence', ...otherCall('tokenize') },
  decodeFew: { title: '`decode` of 20 ids', ...otherCall('decodeFew') },
  batchDecode: { title: '`batch_decode` of 8 × 100 ids', ...otherCall('batchDecode') },
  chat: { title: '`apply_chat_template`, four messages', ...otherCall('chat') },
  batch: {
    title: 'batch of 256 × 1 KB, padded tensors, all cores',
    unit: 'MB/s',
    more: true,
    get: (m, p) => m.batch?.all[p],
  },
  batchOne: {
    title: 'the same batch on one thread',
    unit: 'MB/s',
    more: true,
    get: (m, p) => m.batch?.one[p],
  },
  decode: {
    title: '`decode` of 100,000 ids',
    unit: 'million ids/s',
    more: true,
    get: (m, p) => m.decode?.[p],
  },
  stream: { title: 'streaming decode', unit: 'µs an id', more: false, get: (m, p) => m.stream?.[p] },
  load: { title: 'load from a warm cache', unit: 'ms of CPU', more: false, get: (m, p) => m.load?.[p]?.cpu },
  memory: { title: 'memory after loading', unit: 'MB', more: false, get: (m, p) => m.load?.[p]?.memory },
};

/** @param {string} name */
function otherCall(name) {
  return { unit: 'calls/s', more: true, get: (m, p) => m.other?.[name]?.[p] };
}

/** The corpora, as `MEASURES` calls them. */
export const CORPORA = ['english', 'languages', 'code', 'chats', 'documents'];

/** @param {string} corpus @param {'first' | 'again'} [pass] */
export function encoded(corpus, pass = 'first') {
  return (m, p) => m.encode?.[p]?.[corpus]?.[pass];
}

/** The peers of a side; what Python has of Rust stands beside the Rust engines. @param {Results} results @param {string} side */
export function peersOf(results, side) {
  const sides = side === 'rust' ? ['rust', 'python'] : [side];
  return results.peers.filter((peer) => sides.includes(peer.side));
}

/** Whether a peer gave the reference's ids for every check text, and for the measured text. */
export function isRight(measured, peer) {
  const verdict = measured.check?.[peer];
  if (!verdict) return false;
  if (verdict.wrong > 0) return false;
  return (
    !verdict.specials || !Object.values(measured.encode?.[peer] ?? {}).some(({ same }) => same === false)
  );
}

/**
 * How many times better ours is than another.
 *
 * @param {{ more: boolean }} measure
 * @param {{ median: number } | undefined} ours
 * @param {{ median: number } | undefined} other
 * @returns {number | null}
 */
export function ratio({ more }, ours, other) {
  if (!ours?.median || !other?.median) return null;
  return more ? ours.median / other.median : other.median / ours.median;
}

/**
 * The best of the peers that are right for this model.
 *
 * @param {any} measured
 * @param {any[]} peers
 * @param {any} measure
 * @param {{ evenWrong?: boolean }} [options] Whether peers with wrong ids count too.
 */
export function best(measured, peers, measure, { evenWrong = false } = {}) {
  const candidates = peers
    .filter((peer) => !peer.ours && (evenWrong || isRight(measured, peer.name)))
    .map((peer) => ({ peer, value: measure.get(measured, peer.name) }))
    .filter(({ value }) => value?.median > 0)
    .sort((a, b) => (measure.more ? b.value.median - a.value.median : a.value.median - b.value.median));
  return candidates[0] ?? null;
}

/** @param {number[]} values */
export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
