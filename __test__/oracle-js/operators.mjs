/**
 * The functions of tensors that transformers.js leaves to ONNX Runtime, and `interpolate`: run on transformers.js
 * itself to write the expectations and on this package to compare. Numbers come from a seed.
 *
 * @module
 */

/**
 * @typedef {object} Operation
 * @property {string} name
 * @property {string[]} [levels] v3 and v4 if absent
 * @property {number} [within] how far numbers may differ, as a part of the greatest; not at all if absent
 * @property {boolean} [says] its message is that of transformers.js, not of ONNX Runtime or the language
 * @property {string} [names] what the message of this package names
 * @property {(module: any) => any} run
 * @property {Record<string, string>} [differs] level: why this package answers otherwise
 * @property {(result: any, v4: Record<string, any>) => boolean} [ours] whether that is right; `v4` has what
 *   transformers.js answers at that level
 */

// Sums in another order; ONNX Runtime makes them in single precision, and angles of the transform too.
const SUMS = 4e-6;
const ANGLES = 2e-5;
const EVERY = ['v2', 'v3', 'v4'];

/**
 * A tensor of numbers between -4 and 4, always the same.
 *
 * @param {any} m
 * @param {number[]} dims
 * @param {string} [type]
 */
function seeded(m, dims, type = 'float32') {
  let state = dims.reduce((sum, size) => sum * 31 + size, 7);
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return type === 'uint8' ? state >>> 24 : (state / 2 ** 32) * 8 - 4;
  };
  const size = dims.reduce((a, b) => a * b, 1);
  return new m.Tensor(type, Array.from({ length: size }, next), dims);
}

/**
 * @param {any} m
 * @param {number[]} values
 * @param {number[]} [dims]
 */
const floats = (m, values, dims = [values.length]) => new m.Tensor('float32', values, dims);

/**
 * @param {any} m
 * @param {...bigint} values
 */
const longs = (m, ...values) => new m.Tensor('int64', values, [values.length]);

/**
 * @param {any} m
 * @param {bigint} value
 */
const scalar = (m, value) => new m.Tensor('int64', [value], []);

/** @type {Operation[]} */
const matmul = [
  ...[
    [
      [2, 3],
      [3, 4],
    ],
    [
      [1, 1],
      [1, 1],
    ],
    [[3], [3]],
    [[3], [3, 2]],
    [[2, 3], [3]],
    [[2, 2, 3], [3]],
    [[3], [2, 3, 2]],
    [
      [2, 2, 3],
      [3, 2],
    ],
    [
      [2, 3],
      [4, 3, 2],
    ],
    [
      [2, 1, 2, 3],
      [3, 3, 2],
    ],
    [
      [3, 1, 2],
      [1, 2, 1],
    ],
    [
      [0, 3],
      [3, 2],
    ],
    [
      [2, 0],
      [0, 2],
    ],
    [
      [4, 33],
      [33, 3],
    ],
  ].map(([a, b]) => ({
    name: `matmul: [${a}] by [${b}]`,
    within: SUMS,
    run: (/** @type {any} */ m) => m.matmul(seeded(m, a), seeded(m, b)),
  })),
  {
    name: 'matmul: what is no number spreads',
    run: (m) => m.matmul(floats(m, [NaN, 1, Infinity, 0, 2, 3], [3, 2]), floats(m, [0, 2, 0, 1], [2, 2])),
  },
  {
    name: 'matmul: vectors of different lengths',
    names: '`a`',
    run: (m) => m.matmul(seeded(m, [3]), seeded(m, [4])),
    differs: { v3: 'takes them' },
    ours: ({ error }) => error.message.includes('`b`'),
  },
  ...[
    [
      [2, 3],
      [2, 3],
    ],
    [[], [3]],
    [[1], [3, 2]],
    [
      [2, 2, 3],
      [3, 3, 2],
    ],
  ].map(([a, b]) => ({
    name: `matmul: not [${a}] by [${b}]`,
    names: '`a`',
    run: (/** @type {any} */ m) => m.matmul(seeded(m, a), seeded(m, b)),
  })),
  { name: 'matmul: not by a scalar', names: '`b`', run: (m) => m.matmul(seeded(m, [3]), seeded(m, [])) },
  { name: 'matmul: not integers', names: '`a`', run: (m) => m.matmul(longs(m, 1n), longs(m, 1n)) },
  {
    name: 'matmul: not integers after floats',
    names: '`b`',
    run: (m) => m.matmul(seeded(m, [1]), longs(m, 1n)),
  },
  { name: 'matmul: no arrays', names: '`a`', run: (m) => m.matmul([1], [1]) },
  { name: 'matmul: nothing to multiply by', names: '`b`', run: (m) => m.matmul(seeded(m, [1])) },
];

const WRONG_AXIS = { v3: 'the result has the wrong shape, and numbers from beyond the tensor' };

/** @type {Operation[]} */
const rfft = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 12, 25, 32].flatMap((size) => ({
    name: `rfft: ${size} numbers`,
    within: ANGLES,
    run: (/** @type {any} */ m) => m.rfft(seeded(m, [2, size]), scalar(m, -1n)),
  })),
  { name: 'rfft: second axis', within: ANGLES, run: (m) => m.rfft(seeded(m, [3, 4]), scalar(m, 1n)) },
  { name: 'rfft: axis in a list', within: ANGLES, run: (m) => m.rfft(seeded(m, [3, 4]), longs(m, 1n)) },
  { name: 'rfft: no rows', run: (m) => m.rfft(seeded(m, [0, 3]), scalar(m, 1n)) },
  ...[0n, -2n].map((axis) => ({
    name: `rfft: axis ${axis}`,
    within: ANGLES,
    run: (/** @type {any} */ m) => m.rfft(seeded(m, [5, 4]), scalar(m, axis)),
    differs: WRONG_AXIS,
    ours: likeV4(`rfft: axis ${axis}`, ANGLES),
  })),
  ...[2n, -3n].map((axis) => ({
    name: `rfft: not axis ${axis}`,
    levels: ['v4'],
    says: true,
    run: (/** @type {any} */ m) => m.rfft(seeded(m, [2, 4]), scalar(m, axis)),
  })),
  { name: 'rfft: no such axis', names: 'index 2', run: (m) => m.rfft(seeded(m, [2, 4]), scalar(m, 2n)) },
  { name: 'rfft: not one dimension', names: '`x`', run: (m) => m.rfft(seeded(m, [4]), scalar(m, 0n)) },
  { name: 'rfft: not three', names: '`x`', run: (m) => m.rfft(seeded(m, [2, 4, 1]), scalar(m, 1n)) },
  { name: 'rfft: not integers', names: '`x`', run: (m) => m.rfft(longs(m, 1n), scalar(m, 0n)) },
  { name: 'rfft: no array', names: '`x`', run: (m) => m.rfft([1, 2], scalar(m, 0n)) },
  { name: 'rfft: axis as a number', names: '`a`', run: (m) => m.rfft(seeded(m, [2, 4]), 1) },
  { name: 'rfft: no axis', names: '`a`', run: (m) => m.rfft(seeded(m, [2, 4])) },
];

/** @type {Operation[]} */
const topk = [
  ...[undefined, null, 0, 1, 3, 7, 99, Infinity].map((k) => ({
    name: `topk: ${k}`,
    run: (/** @type {any} */ m) => m.topk(seeded(m, [2, 7]), k),
  })),
  { name: 'topk: equal numbers', run: (m) => m.topk(floats(m, [2, 0, 2, 1, -0, 0, 2, 1, -1, -0]), 7) },
  { name: 'topk: infinities', run: (m) => m.topk(floats(m, [2, -Infinity, 5, Infinity]), 4) },
  { name: 'topk: batches', run: (m) => m.topk(seeded(m, [2, 3, 4]), 2) },
  { name: 'topk: nothing', run: (m) => m.topk(seeded(m, [2, 0])) },
  {
    name: 'topk: NaN',
    run: (m) => m.topk(floats(m, [1, NaN, 3, NaN, 2]), 4),
    differs: { v3: 'in any order', v4: 'in any order' },
    ours: ({ tensors }) => String(tensors[1].data) === '1n,3n,2n,4n',
  },
  { name: 'topk: -1', names: '`k`', run: (m) => m.topk(seeded(m, [3]), -1) },
  { name: 'topk: 1.5', names: '`k`', run: (m) => m.topk(seeded(m, [3]), 1.5) },
  { name: 'topk: NaN of them', names: '`k`', run: (m) => m.topk(seeded(m, [3]), NaN) },
  { name: 'topk: of a scalar', names: '`x`', run: (m) => m.topk(seeded(m, []), 1) },
  { name: 'topk: of integers', names: '`x`', run: (m) => m.topk(longs(m, 2n, 1n), 1) },
  { name: 'topk: of an array', names: '`x`', run: (m) => m.topk([1, 2], 1) },
];

/** @type {Operation[]} */
const slice = [
  ...[
    [[0], [2], [0]],
    [
      [0, 1],
      [2, 3],
      [0, 1],
    ],
    [[-2], [-1], [1]],
    [[0], [4], [1], [2]],
    [[1], [4], [1], [2]],
    [[-1], [-100], [1], [-1]],
    [[3], [0], [1], [-2]],
    [[100], [-100], [1], [-1]],
    [[-100], [-200], [1], [-1]],
    [[1], [100], [-2]],
    [[0], [Number.MAX_SAFE_INTEGER], [1]],
    [[2], [1], [0]],
    [[0], [2], [1], [-1]],
    [[5], [9], [0]],
    [[], [], []],
    [[1], [3], [0], null],
    [[1n], [3n], [0n]],
  ].map((ranges) => ({
    name: `slice: ${ranges.map((range) => `[${range}]`).join(' ')}`,
    run: (/** @type {any} */ m) => m.slice(seeded(m, [3, 4]), ...ranges),
  })),
  {
    name: 'slice: three axes',
    run: (m) => m.slice(seeded(m, [2, 3, 4]), [1, -1, 0], [2, -4, 3], [0, -2, 2], [1, -2, 2]),
  },
  { name: 'slice: nothing', run: (m) => m.slice(seeded(m, [0, 3]), [0], [2], [1]) },
  ...[
    ['`axes`', [0], [2], [2]],
    ['`axes`', [0], [2], [-3]],
    ['`axes`', [0, 0], [2, 2], [0, 0]],
    ['`axes`', [0, 0], [2, 2], [0, -2]],
    ['`axes`', [0], [2], [0, 1]],
    ['`axes`', [0], [2]],
    ['`ends`', [0, 1], [2], [0]],
    ['`ends`', [0]],
    ['`ends[0]`', [0], [Infinity], [1]],
    ['`steps`', [0], [2], [0], [0]],
    ['`steps`', [0], [2], [0], [1, 1]],
    ['`starts[0]`', [0.5], [2], [0]],
    ['`starts`', 0, 2, 0],
  ].map(([names, ...ranges]) => ({
    name: `slice: not ${ranges.map((range) => `[${range}]`).join(' ')}`,
    names: /** @type {string} */ (names),
    run: (/** @type {any} */ m) => m.slice(seeded(m, [3, 4]), ...ranges),
  })),
  { name: 'slice: not a scalar', names: '`data`', run: (m) => m.slice(seeded(m, []), [0], [1], [0]) },
  { name: 'slice: not integers', names: '`data`', run: (m) => m.slice(longs(m, 2n, 1n), [0], [1], [0]) },
  { name: 'slice: not an array', names: '`data`', run: (m) => m.slice([1, 2], [0], [1], [0]) },
];

const MODES = ['nearest', 'bilinear', 'bicubic'];
const LAYOUT = { v3: 'bicubic wants height and width last' };

/** @type {Operation[]} */
const interpolate_4d = [
  ...MODES.flatMap((mode) =>
    [
      [
        [1, 1, 2, 2],
        [3, 3],
      ],
      [
        [1, 1, 2, 2],
        [1, 1],
      ],
      [
        [1, 2, 2, 3],
        [2, 3],
      ],
      [
        [2, 1, 3, 2],
        [5, 4],
      ],
      [
        [1, 1, 5, 6],
        [2, 3],
      ],
      [
        [1, 1, 4, 3],
        [4, 7],
      ],
      [
        [1, 1, 4, 3],
        [9, 3],
      ],
      [
        [1, 1, 1, 1],
        [2, 3],
      ],
      [
        [1, 2, 2, 2],
        [2, 3, 3],
      ],
      [
        [2, 1, 2, 2],
        [2, 1, 3, 3],
      ],
      [
        [0, 1, 2, 2],
        [2, 3],
      ],
      [
        [1, 1, 0, 2],
        [0, 3],
      ],
    ].map(([dims, size]) => ({
      name: `interpolate_4d: ${mode} [${dims}] to [${size}]`,
      within: mode === 'nearest' ? 0 : SUMS,
      run: (/** @type {any} */ m) => m.interpolate_4d(seeded(m, dims), { size, mode }),
    })),
  ),
  // In each the middle of two is met, in single precision exactly, or by a hair missed.
  ...[
    [10, 5],
    [6, 2],
    [14, 31],
    [18, 21],
    [6, 5],
    [3, 30],
    [28, 62],
    [100, 70],
  ].map(([from, to]) => ({
    name: `interpolate_4d: nearest ${from} to ${to}`,
    run: (/** @type {any} */ m) =>
      m.interpolate_4d(seeded(m, [1, 1, 1, from]), { size: [1, to], mode: 'nearest' }),
  })),
  ...MODES.map((mode) => ({
    name: `interpolate_4d: ${mode}, what is no number spreads`,
    run: (/** @type {any} */ m) =>
      m.interpolate_4d(floats(m, [1, NaN, 3, 4, 5, Infinity, 7, 8], [2, 1, 2, 2]), { size: [2, 3], mode }),
  })),
  {
    name: 'interpolate_4d: bilinear by default',
    within: SUMS,
    run: (m) => m.interpolate_4d(seeded(m, [1, 1, 2, 3]), { size: [4, 4] }),
  },
  {
    name: 'interpolate_4d: nearest, all dimensions',
    run: (m) => m.interpolate_4d(seeded(m, [2, 1, 2, 3]), { size: [3, 2, 1, 5], mode: 'nearest' }),
  },
  {
    name: 'interpolate_4d: nearest, channels',
    run: (m) => m.interpolate_4d(seeded(m, [1, 2, 1, 2]), { size: [3, 2, 3], mode: 'nearest' }),
  },
  {
    name: 'interpolate_4d: bilinear, channels last',
    within: SUMS,
    run: (m) => m.interpolate_4d(seeded(m, [1, 3, 2, 2]), { size: [1, 2, 5, 2] }),
  },
  {
    name: 'interpolate_4d: bicubic, channels last',
    within: SUMS,
    run: (m) => m.interpolate_4d(seeded(m, [1, 2, 3, 2]), { size: [1, 4, 5, 2], mode: 'bicubic' }),
    differs: LAYOUT,
    ours: likeV4('interpolate_4d: bicubic, channels last', SUMS),
  },
  ...['bilinear', 'bicubic'].map((mode) => ({
    name: `interpolate_4d: ${mode}, not the batch`,
    names: '`size`',
    run: (/** @type {any} */ m) => m.interpolate_4d(seeded(m, [2, 1, 2, 2]), { size: [3, 1, 3, 3], mode }),
  })),
  {
    name: 'interpolate_4d: three dimensions',
    says: true,
    run: (m) => m.interpolate_4d(seeded(m, [1, 2, 2])),
  },
  { name: 'interpolate_4d: no options', says: true, run: (m) => m.interpolate_4d(seeded(m, [1, 1, 2, 2])) },
  ...[undefined, null, [], [2], 3, [1, 1, 1, 1, 1]].map((size) => ({
    name: `interpolate_4d: size ${JSON.stringify(size)}`,
    says: true,
    run: (/** @type {any} */ m) => m.interpolate_4d(seeded(m, [1, 1, 2, 2]), { size }),
  })),
  ...['area', null, 'toString'].map((mode) => ({
    name: `interpolate_4d: mode ${mode}`,
    says: true,
    run: (/** @type {any} */ m) => m.interpolate_4d(seeded(m, [1, 1, 2, 2]), { size: [3, 3], mode }),
  })),
  ...[
    [0, 3],
    [-1, 3],
    [1.5, 2],
  ].map((size) => ({
    name: `interpolate_4d: not to [${size}]`,
    names: '`size',
    run: (/** @type {any} */ m) => m.interpolate_4d(seeded(m, [1, 1, 2, 2]), { size }),
  })),
  {
    name: 'interpolate_4d: not from nothing',
    names: '`size`',
    run: (m) => m.interpolate_4d(seeded(m, [1, 1, 0, 2]), { size: [2, 3] }),
  },
  {
    name: 'interpolate_4d: not of integers',
    names: '`input`',
    run: (m) => m.interpolate_4d(new m.Tensor('int64', [1n], [1, 1, 1, 1]), { size: [2, 3] }),
  },
  {
    name: 'interpolate_4d: not of an array',
    names: '`input`',
    run: (m) => m.interpolate_4d([1], { size: [2, 3] }),
  },
];

const NO_NUMBERS = Object.fromEntries(EVERY.map((level) => [level, 'gives NaN']));

/** @type {Operation[]} */
const images = [
  ...[
    [
      [1, 2, 2],
      [3, 3],
    ],
    [
      [2, 2, 3],
      [1, 4],
    ],
    [
      [3, 5, 4],
      [2, 7],
    ],
    [
      [1, 1, 1],
      [2, 3],
    ],
    [
      [2, 3],
      [4, 2],
    ],
    [
      [2, 1, 2, 2],
      [3, 3],
    ],
    [
      [0, 2, 2],
      [2, 3],
    ],
    [
      [1, 2, 2],
      [0, 3],
    ],
  ].map(([dims, size]) => ({
    name: `interpolate: [${dims}] to [${size}]`,
    run: (/** @type {any} */ m) => m.interpolate(seeded(m, dims), size),
  })),
  {
    name: 'interpolate: integers are cut off',
    run: (m) => m.interpolate(seeded(m, [2, 4, 5], 'uint8'), [9, 7]),
  },
  { name: 'interpolate: float64', run: (m) => m.interpolate(seeded(m, [1, 2, 3], 'float64'), [3, 4]) },
  {
    name: 'interpolate: the mode is not looked at',
    run: (m) => m.interpolate(seeded(m, [1, 2, 2]), [3, 3], 'nearest', true),
  },
  {
    name: 'interpolate: infinity',
    run: (m) => m.interpolate(floats(m, [Infinity, 2, 3, 4], [1, 2, 2]), [4, 4]),
  },
  ...[[1], []].map((dims) => ({
    name: `interpolate: not [${dims}]`,
    names: '`input`',
    run: (/** @type {any} */ m) => m.interpolate(seeded(m, dims), [2, 2]),
    differs: NO_NUMBERS,
    ours: (/** @type {any} */ { error }) => error.message.includes('`input`'),
  })),
  { name: 'interpolate: no array', names: '`input`', run: (m) => m.interpolate([1, 2], [3, 3]) },
  {
    name: 'interpolate: no integers',
    names: '`input`',
    run: (m) => m.interpolate(new m.Tensor('int64', [1n], [1, 1]), [3, 3]),
  },
  ...[undefined, 3, [3], [-1, 3], [1.5, 3], ['2', '3'], [NaN, 3]].map((size) => ({
    name: `interpolate: not to ${JSON.stringify(size)}`,
    names: '`size',
    run: (/** @type {any} */ m) => m.interpolate(seeded(m, [1, 2, 2]), size),
  })),
];
const interpolate = images.map((operation) => ({ levels: EVERY, ...operation }));

export const operations = [...matmul, ...rfft, ...topk, ...slice, ...interpolate_4d, ...interpolate];

/**
 * What a program sees of an operation, as JSON has it.
 *
 * @param {any} m
 * @param {Operation} operation
 * @returns {Promise<{later: boolean, tensors?: any[], error?: {message: string}}>}
 */
export async function outcome(m, { run }) {
  let later = false;
  try {
    const result = run(m);
    later = result instanceof Promise;
    const tensors = [await result].flat().map(({ type, dims, data }) => ({
      type,
      dims: [...dims],
      array: data.constructor.name,
      data: Array.from(data, written),
    }));
    return { later, tensors };
  } catch (error) {
    return { later, error: { message: /** @type {Error} */ (error).message } };
  }
}

/** @param {any} value */
function written(value) {
  if (typeof value === 'bigint') return `${value}n`;
  // Nine digits tell every float32; JSON has no -0.
  return Number.isFinite(value) ? Number(value.toPrecision(9)) + 0 : String(value);
}

/**
 * @param {any} got
 * @param {any} expected
 * @param {number} [within]
 */
export function agree(got, expected, within = 0) {
  if (got.later !== expected.later) return false;
  if (got.error || expected.error) return Boolean(got.error && expected.error);
  if (got.tensors.length !== expected.tensors.length) return false;
  return expected.tensors.every((/** @type {any} */ tensor, /** @type {number} */ i) => {
    const { data, ...shape } = tensor;
    const { data: ours, ...gotShape } = got.tensors[i];
    if (JSON.stringify(shape) !== JSON.stringify(gotShape) || data.length !== ours.length) return false;
    const allowed = within * Math.max(1, ...data.filter(Number.isFinite).map(Math.abs));
    return data.every((/** @type {any} */ value, /** @type {number} */ at) =>
      typeof value === 'number' ? Math.abs(value - ours[at]) <= allowed : value === ours[at],
    );
  });
}

/**
 * @param {string} name
 * @param {number} within
 */
function likeV4(name, within) {
  return (/** @type {any} */ got, /** @type {any} */ v4) => agree(got, v4[name], within);
}
