/** Which charts there are. */
import { dotChart } from './chart.mjs';
import { CORPORA, geometricMean, isRight, MEASURES, peersOf } from './data.mjs';
import { number } from './tables.mjs';

/** All five corpora in one number; only where a peer has them all. */
const overall = {
  get(measured, peer) {
    const values = CORPORA.map((corpus) => MEASURES[corpus].get(measured, peer)?.median).filter(Boolean);
    return values.length === CORPORA.length ? { median: geometricMean(values) } : undefined;
  },
};

const CHARTS = {
  'benchmarks-encode.svg': {
    side: 'js',
    measure: MEASURES.documents,
    title: 'Encoding documents of 1 MB from JavaScript, text not seen before',
    note: 'MB for each second of CPU time, logarithmic; more is better; hollow: other ids than the reference',
  },
  'benchmarks-short.svg': {
    side: 'js',
    measure: MEASURES.short,
    title: "encode('Hello world!') from JavaScript",
    note: 'calls for each second of CPU time, logarithmic; more is better; hollow: other ids than the reference',
  },
  'benchmarks-load.svg': {
    side: 'js',
    measure: MEASURES.load,
    title: 'Loading a tokenizer from a warm cache, import included',
    note: 'milliseconds of CPU time, logarithmic; less is better; hollow: other ids than the reference',
  },
  'benchmarks-rust.svg': {
    side: 'rust',
    measure: overall,
    title: 'Encoding in Rust, one core, text not seen before',
    note: 'MB/s, mean of five kinds of text, logarithmic; more is better; hollow: other ids than the reference',
  },
};

/** @param {any} results @returns {Record<string, string>} SVG by file name; none for what was not measured. */
export function charts(results) {
  const drawn = Object.entries(CHARTS).map(([name, { side, measure, title, note }]) => {
    const peers = peersOf(results, side).filter(({ name: peer }) =>
      Object.values(results.byModel).some((measured) => measure.get(measured, peer)),
    );
    const rows = results.models
      .map(({ id, title: label }) => ({ label, dots: dotsOf(results.byModel[id] ?? {}, peers, measure) }))
      .filter(({ dots }) => dots.length > 0);
    const series = peers.map(({ title: peer, version }) => (version ? `${peer} ${version}` : peer));
    return [name, rows.length ? dotChart({ title, note, series, rows, format: number }) : null];
  });
  return Object.fromEntries(drawn.filter(([, svg]) => svg));
}

/** @param {any} measured @param {any[]} peers @param {any} measure */
function dotsOf(measured, peers, measure) {
  return peers.flatMap(({ name }, series) => {
    const value = measure.get(measured, name)?.median;
    return value > 0 ? [{ series, value, right: isRight(measured, name) }] : [];
  });
}
