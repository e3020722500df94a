/**
 * Measures autotokenizer beside its peers: `node bench/run.mjs --help`.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TITLES, assemble, read, sizeOf } from './corpora.mjs';
import { keep } from './keep.mjs';
import { load as systemLoad, machine, sources } from './measure/machine.mjs';
import { layOut, versionOf } from './models.mjs';
import { readOptions } from './options.mjs';
import { PEERS } from './peers/index.mjs';
import { writeReport } from './report.mjs';
import { open } from './session.mjs';
import { setUp } from './setup.mjs';
import { blocking, batch, decode, DECODED, other, short, stream } from './works/calls.mjs';
import { check, checkTexts } from './works/check.mjs';
import { encode } from './works/encode.mjs';
import { installed } from './works/installed.mjs';
import { load } from './works/load.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Models whose event loop is watched; one says what there is to know, and the peers are slow. */
const WATCHED = ['bench/llama-3.1'];

const ONE_THREAD = { RAYON_NUM_THREADS: '1' };

const options = readOptions();
const sides = setUp(options);
const files = await assemble();
const texts = await checkTexts(files);
const { present, absent } = await layOut();
const models = present.filter(
  ({ id }) => !options.models || options.models.includes(id.slice('bench/'.length)),
);
const peers = PEERS.filter(
  ({ name, side, ours }) => sides.has(side) && (ours || !options.peers || options.peers.includes(name)),
);
const wanted = (work) => options.works.includes(work);

const target = options.quick ? join(here, 'corpus/quick.json') : join(here, 'results.json');
const before = options.keep && existsSync(target) ? JSON.parse(await readFile(target, 'utf8')) : null;
const results = {
  machine: { ...machine(), load: [systemLoad()] },
  runs: [
    {
      sides: [...sides],
      peers: peers.map(({ name }) => name),
      models: models.map(({ id }) => id),
      works: options.works,
      rounds: options.rounds,
      budget: options.budget,
      sources: sources(dirname(here)),
    },
  ],
  corpora: await corpora(),
  peers: await Promise.all(peers.map(describe)),
  models: models.map(({ id, title, kind, source, fixture }) => ({
    id,
    title,
    kind,
    from: source ?? fixture,
  })),
  absent: absent.map(({ title }) => title),
  byModel: {},
};

for (const model of models) {
  console.log(`${model.title}: load ${systemLoad()}`);
  results.byModel[model.id] = await measure(model);
  results.machine.load.push(systemLoad());
  await save();
}
if (wanted('installed')) results.installed = installed(peers);
await save();
if (!options.quick) await writeReport(whole());

/** @param {import('./models.mjs').Model} model */
async function measure(model) {
  const able = peers.filter(
    (peer) => !(peer.models && !peer.models.includes(model.id)) && !(model.rustOnly && peer.side === 'js'),
  );
  const measured = /** @type {Record<string, any>} */ ({ refused: {} });
  const sessions = await openAll(able, model, measured.refused);
  const oracle =
    sessions.find(({ peer }) => peer.name === 'rust:reference') ??
    sessions.find(({ peer }) => peer.name === 'tokenizers');
  if (!oracle) throw new Error('there is no reference to compare ids with');
  measured.inside = Object.fromEntries(
    sessions.filter(({ loaded }) => loaded.inside).map(({ peer, loaded }) => [peer.name, loaded.inside]),
  );
  const step = async (name, work) => {
    if (!wanted(name)) return;
    console.log(`  ${name}`);
    measured[name] = await work();
  };
  console.log('  check');
  measured.check = await check(sessions, oracle, texts);
  await step('encode', () => encode(sessions, oracle, files, options));
  await step('short', () => short(sessions, options));
  await step('other', () => other(sessions, options));
  await step('batch', () => batches(sessions, model));
  if (wanted('decode') || wanted('stream')) {
    const { documents } = files;
    const { ids } = await oracle.child.ask({
      do: 'ids',
      texts: [(await read(documents))['1'].join('').slice(0, DECODED * 6)],
    });
    await step('decode', () => decode(sessions, ids[0].slice(0, DECODED), options));
    await step('stream', () => stream(sessions, ids[0], options));
  }
  if (WATCHED.includes(model.id)) await step('blocking', () => blocking(sessions, files));
  for (const { child } of sessions) child.end();
  await step('load', () => load(able, model, options));
  return measured;
}

/**
 * @param {import('./peers/index.mjs').Peer[]} able
 * @param {import('./models.mjs').Model} model
 * @param {Record<string, string>} refused Filled with those that cannot load it, and why.
 * @param {Record<string, string>} [env]
 */
async function openAll(able, model, refused, env = {}) {
  const sessions = [];
  for (const peer of able) {
    try {
      sessions.push(await open(peer, model, { env }));
    } catch (error) {
      refused[peer.name] = error.message.slice(0, 300);
      console.log(`  ${peer.name} cannot load it: ${refused[peer.name]}`);
    }
  }
  return sessions;
}

/** On all cores, and on one. @param {import('./session.mjs').Session[]} sessions @param {import('./models.mjs').Model} model */
async function batches(sessions, model) {
  const all = await batch(sessions, files, options);
  const alone = await openAll(
    peers.filter(({ name }) => name === 'autotokenizer' || name === 'tokenizers'),
    model,
    {},
    ONE_THREAD,
  );
  const one = await batch(alone, files, options);
  for (const { child } of alone) child.end();
  return { all, one };
}

async function corpora() {
  const sizes = await Promise.all(
    Object.entries(files).map(async ([name, file]) => [name, sizeOf(await read(file))]),
  );
  return Object.fromEntries(sizes.map(([name, bytes]) => [name, { title: TITLES[name], bytes }]));
}

/** @param {import('./peers/index.mjs').Peer} peer */
async function describe({ name, title, side, package: packageName, ours = false }) {
  return { name, title, side, ours, version: packageName ? await versionOf(packageName) : null };
}

/** A quick look does not replace the results that the page shows. */
async function save() {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${JSON.stringify(whole(), null, 1)}\n`);
}

function whole() {
  return before ? keep(before, results) : results;
}
