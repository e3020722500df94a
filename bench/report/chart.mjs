/** A dot chart on a logarithmic axis as SVG, for light and dark pages. */

const WIDTH = 860;
const LEFT = 130;
const RIGHT = 30;
const ROW = 40;

/** Okabe and Ito's colours can be told apart by colour-blind readers; each has a tone for light and one for dark. */
const COLOURS = [
  ['#0b6bcb', '#58a6ff'],
  ['#c2410c', '#fb923c'],
  ['#a16207', '#eab308'],
  ['#0f766e', '#2dd4bf'],
  ['#a21caf', '#e879f9'],
  ['#4d7c0f', '#a3e635'],
  ['#b91c1c', '#f87171'],
  ['#475569', '#94a3b8'],
];

/**
 * @typedef {object} Dot
 * @property {number} series
 * @property {number} value
 * @property {boolean} right Whether its ids are right; others are drawn hollow.
 */

/**
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.note What the axis says.
 * @param {string[]} chart.series The first is ours.
 * @param {{ label: string, dots: Dot[] }[]} chart.rows
 * @param {(value: number) => string} chart.format
 * @returns {string}
 */
export function dotChart({ title, note, series, rows, format }) {
  const legend = legendOf(series);
  const top = 52 + legend.height;
  const height = top + rows.length * ROW + 54;
  const x = scaleOf(rows.flatMap(({ dots }) => dots.map(({ value }) => value)));
  const bottom = top + rows.length * ROW + 4;
  const grid = x.ticks.map(
    (tick) => `
  <line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${bottom}"/>
  <text class="soft" x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tickText(tick)}</text>`,
  );
  const lines = rows.map((row, index) => rowOf(row, top + index * ROW + ROW / 2 + 5, x, format));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}">
  <style>${style(series.length)}</style>
  <rect class="page" width="${WIDTH}" height="${height}" rx="8"/>
  <text class="title" x="20" y="30">${escape(title)}</text>${legend.svg}${grid.join('')}
  <text class="soft" x="${WIDTH - RIGHT}" y="${bottom + 36}" text-anchor="end">${escape(note)}</text>${lines.join('')}
</svg>
`;
}

/** @param {{ label: string, dots: Dot[] }} row @param {number} y @param {(value: number) => number} x @param {(value: number) => string} format */
function rowOf({ label, dots }, y, x, format) {
  const values = dots.map(({ value }) => x(value));
  const span = dots.length
    ? `
  <line class="span" x1="${Math.min(...values)}" x2="${Math.max(...values)}" y1="${y}" y2="${y}"/>`
    : '';
  // Ours comes last, so that it lies on top.
  const circles = [...dots].reverse().map(
    ({ series, value, right }) => `
  <circle class="${right ? 'dot' : 'hollow'} s${series}" cx="${x(value)}" cy="${y}" r="${series === 0 ? 7 : 5}"/>`,
  );
  const ours = dots.find(({ series }) => series === 0);
  const value = ours ? valueAbove(ours.value, y, x, format) : '';
  return `
  <text class="label" x="${LEFT - 14}" y="${y + 4}" text-anchor="end">${escape(label)}</text>${span}${circles.join('')}${value}`;
}

/** Our own value in figures, over its dot. */
function valueAbove(value, y, x, format) {
  const place = Math.min(x(value), WIDTH - RIGHT - 20);
  return `
  <text class="own" x="${place}" y="${y - 11}" text-anchor="middle">${format(value)}</text>`;
}

/** @param {string[]} series */
function legendOf(series) {
  let [x, y, svg] = [20, 54, ''];
  series.forEach((name, index) => {
    const width = 26 + name.length * 7.2;
    if (x + width > WIDTH - RIGHT) [x, y] = [20, y + 22];
    svg += `
  <circle class="dot s${index}" cx="${x + 6}" cy="${y - 4}" r="${index === 0 ? 6 : 5}"/><text class="label" x="${x + 18}" y="${y}">${escape(name)}</text>`;
    x += width + 8;
  });
  return { svg, height: y - 54 + 24 };
}

/** @param {number} tick A round number. */
function tickText(tick) {
  if (tick >= 1e6) return `${tick / 1e6} M`;
  return Number(tick.toPrecision(1)).toLocaleString('en-US');
}

/** @param {number[]} values */
function scaleOf(values) {
  const low = Math.log10(Math.min(...values));
  const high = Math.log10(Math.max(...values));
  const margin = Math.max(0.08, (high - low) * 0.06);
  const [from, to] = [low - margin, high + margin];
  const x = (value) =>
    Math.round((LEFT + ((Math.log10(value) - from) / (to - from)) * (WIDTH - LEFT - RIGHT)) * 10) / 10;
  const ticks = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); ++power) {
    for (const step of to - from > 2.5 ? [1] : [1, 2, 5]) {
      const tick = step * 10 ** power;
      if (Math.log10(tick) >= from && Math.log10(tick) <= to) ticks.push(tick);
    }
  }
  return Object.assign(x, { ticks });
}

/** @param {number} count */
function style(count) {
  // Not every viewer of SVG knows CSS variables.
  const colours = (theme) =>
    COLOURS.slice(0, count)
      .map(
        ({ [theme]: colour }, index) => `.dot.s${index}{fill:${colour}}.hollow.s${index}{stroke:${colour}}`,
      )
      .join('');
  return `
    text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
    .title{font-size:16px;font-weight:600}.soft{fill:#59636e;font-size:12px}.own{font-weight:600;fill:#0b6bcb;stroke:#fff;stroke-width:4;paint-order:stroke}
    .page{fill:#fff}.grid{stroke:#d8dee4}.span{stroke:#afb8c1;stroke-width:2}
    .dot{stroke:#fff;stroke-width:1}.hollow{fill:#fff;stroke-width:2}
    ${colours(0)}
    @media (prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}.own{fill:#58a6ff;stroke:#0d1117}.page{fill:#0d1117}
    .grid{stroke:#2a313c}.span{stroke:#4b535d}.dot{stroke:#0d1117}.hollow{fill:#0d1117}${colours(1)}}
  `;
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('`', '');
}
