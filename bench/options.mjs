import { parseArgs } from 'node:util';

const HELP = `Measures autotokenizer beside its peers and writes bench/results.json, docs/benchmarks.md and the charts.

  node bench/run.mjs                    everything; takes about an hour
  node bench/run.mjs --quick            one round of everything, for a first look; writes bench/corpus/quick.json only
  node bench/run.mjs --models llama-3.1,gpt-4o   --peers autotokenizer,huggingface   --works encode,load
  node bench/run.mjs --sides js         without the Rust peers (js, rust, python)
  node bench/run.mjs --rounds 5 --budget 2   more rounds; more seconds for each pass of a slow peer
  node bench/run.mjs --keep             what is not measured this time stays in bench/results.json
  node bench/run.mjs --no-install       when the peers are installed already
  node bench/report.mjs                 tables and charts from bench/results.json again`;

/** Everything that can be measured, in this order. */
export const WORKS = ['encode', 'short', 'other', 'batch', 'decode', 'stream', 'blocking', 'load', 'installed'];

/** @param {string | undefined} list */
const names = (list) =>
  list
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/** What the command line asks for. */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      'no-install': { type: 'boolean', default: false },
      models: { type: 'string' },
      peers: { type: 'string' },
      sides: { type: 'string' },
      works: { type: 'string' },
      rounds: { type: 'string' },
      budget: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const { quick } = values;
  return {
    quick,
    keep: values.keep,
    install: !values['no-install'],
    models: names(values.models),
    peers: names(values.peers),
    sides: names(values.sides) ?? ['js', 'rust', 'python'],
    works: names(values.works) ?? WORKS,
    rounds: Number(values.rounds ?? (quick ? 1 : 3)),
    /** Seconds that one pass of a JavaScript peer may take. */
    budget: Number(values.budget ?? (quick ? 0.3 : 1)),
  };
}

/** @typedef {ReturnType<typeof readOptions>} Options */
