/**
 * One JavaScript peer as a child process: `node --expose-gc peer.mjs NAME`. It answers lines of JSON; what it can be
 * asked is in `ANSWERS`. The Rust peers answer the same (`rust/src/serve.rs`).
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { time } from './measure/clock.mjs';
import { hash, hashText } from './measure/hash.mjs';
import { PEERS } from './peers/index.mjs';
import { blocking } from './works/blocking-loop.mjs';

const peer = PEERS.find(({ name }) => name === process.argv[2]);

/** @type {import('./peers/index.mjs').Adapter} */
let adapter;

/** @type {Map<string, Record<string, string[]>>} */
const corpora = new Map();

/** @param {{ corpus: string, part: string, limit?: number }} request @returns {Promise<string[]>} */
async function texts({ corpus, part, limit }) {
  if (!corpora.has(corpus)) corpora.set(corpus, JSON.parse(await readFile(corpus, 'utf8')));
  const all = corpora.get(corpus)?.[part] ?? [];
  return limit ? all.slice(0, limit) : all;
}

/**
 * Does the same until the time is up: once is over before JavaScript is compiled.
 *
 * @template T
 * @param {() => T | Promise<T>} run
 * @param {number} budget in seconds
 */
async function repeat(run, budget) {
  let count = 0;
  const taken = await time(async () => {
    const end = performance.now() + budget * 1000;
    for (;;) {
      const result = await run();
      ++count;
      if (performance.now() > end) return result;
    }
  });
  return { ...taken, count };
}

const ANSWERS = {
  async load({ folder, cache }) {
    const { open } = await import(`./peers/${peer?.adapter}`);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const { result, ...taken } = await time(() => open(process.argv[2], folder, { cache }));
    adapter = result;
    // Some build what they need at the first call.
    const first = await time(() => adapter.encode('Hello world!'));
    globalThis.gc?.();
    const memory = Math.max(0, process.memoryUsage().rss - before);
    return {
      wall: taken.wall + first.wall,
      cpu: taken.cpu + first.cpu,
      memory,
      peak: process.resourceUsage().maxRSS * 1024,
      inside: adapter.inside?.() ?? null,
      has: Object.keys(adapter).filter((key) => adapter[key]),
    };
  },

  async ids({ texts: given }) {
    const ids = [];
    for (const text of given) {
      try {
        ids.push(Array.from(await adapter.encode(text)));
      } catch (error) {
        ids.push({ error: String(error?.message ?? error) });
      }
    }
    return { ids };
  },

  /** Encodes text by text, until the part or the time is up. */
  async pass(request) {
    const all = await texts(request);
    const budget = request.budget ?? Infinity;
    const results = [];
    const { wall, cpu } = await time(async () => {
      const end = performance.now() + budget * 1000;
      for (const text of all) {
        const ids = adapter.encode(text);
        results.push(ids instanceof Promise ? await ids : ids);
        if (performance.now() > end) break;
      }
    });
    const done = all.slice(0, results.length);
    return {
      wall,
      cpu,
      texts: done.length,
      bytes: done.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      tokens: results.reduce((sum, ids) => sum + ids.length, 0),
      hash: results.reduce((sum, ids) => hash(ids, sum), hash([])),
    };
  },

  /** Encodes one short text many times. */
  async short({ text, budget }) {
    const { encode } = adapter;
    const asynchronous = encode(text) instanceof Promise;
    const many = async (count) => {
      if (asynchronous) for (let i = 0; i < count; ++i) await encode(text);
      else for (let i = 0; i < count; ++i) encode(text);
    };
    let count = 100;
    for (;;) {
      const { wall, cpu } = await time(() => many(count));
      if (wall > budget) return { wall, cpu, count };
      count *= wall > 0 ? Math.min(10, Math.max(2, Math.ceil((budget / wall) * 1.2))) : 10;
    }
  },

  /** Makes another call many times. */
  async other({ call, budget }) {
    const run = adapter.other?.[call];
    if (!run) return { missing: true };
    let count = 10;
    for (;;) {
      const { wall, cpu } = await time(() => {
        for (let i = 0; i < count; ++i) run();
      });
      if (wall > budget) return { cpu, count };
      count *= wall > 0 ? Math.min(10, Math.max(2, Math.ceil((budget / wall) * 1.2))) : 10;
    }
  },

  async batch(request) {
    const all = await texts(request);
    const { result, wall, cpu } = await time(() => adapter.batch?.(all));
    const ids = result?.input_ids?.data ?? result?.input_ids ?? [];
    const bytes = all.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return { wall, cpu, bytes, places: ids.length, hash: hash(ids) };
  },

  async decode({ ids, budget }) {
    const { result, wall, cpu, count } = await repeat(() => adapter.decode?.(ids), budget);
    return { wall, cpu, tokens: ids.length * count, hash: hashText(result ?? '') };
  },

  async stream({ ids, budget }) {
    const once = () => {
      const stream = adapter.stream?.();
      for (const id of ids) stream?.push(id);
      return stream?.end();
    };
    const { result, wall, cpu, count } = await repeat(once, budget);
    return { wall, cpu, tokens: ids.length * count, hash: hashText(result ?? '') };
  },

  async blocking({ corpus, part, repeat }) {
    const text = (await texts({ corpus, part })).join('\n').repeat(repeat);
    return { bytes: Buffer.byteLength(text), ...(await blocking(adapter, text)) };
  },
};

for await (const line of createInterface(process.stdin)) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await ANSWERS[request.do](request);
  } catch (error) {
    answer = { error: String(error?.message ?? error).slice(0, 500) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
