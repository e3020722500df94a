'use strict';

/** What the methods of Tensor do, which index.js lists. Names ending in an underscore change the tensor itself. */

const { ARRAYS } = require('./storage.js');
const { ELEMENTWISE, isBigInt } = require('./elementwise.js');
const {
  checkedIndex,
  strides,
  count,
  nested,
  squeezed,
  unsqueezed,
  permuted,
  reduced,
  range,
} = require('./shape.js');

/**
 * @param {any} data
 * @param {(a: any, b: any) => boolean} better
 */
function best(data, better) {
  if (data.length === 0) throw Error('Array must not be empty');
  let at = 0;
  for (let i = 1; i < data.length; ++i) {
    if (better(data[i], data[at])) at = i;
  }
  return at;
}

/**
 * @param {any} Tensor
 * @param {import('../internal').TensorRules} rules
 */
function createMethods(Tensor, rules) {
  /**
   * @param {any} tensor
   * @param {(a: any, b: any) => boolean} better
   * @param {number | null} dim
   * @param {boolean} keepdim
   */
  const extreme = (tensor, better, dim, keepdim) => {
    if (dim === null) return new Tensor(tensor.type, [tensor.data[best(tensor.data, better)]], []);
    const seen = new Set();
    const pick = (/** @type {any} */ a, /** @type {any} */ b, /** @type {number} */ at) => {
      if (seen.has(at)) return better(b, a) ? b : a;
      seen.add(at);
      return b;
    };
    const { type, data, dims } = reduced(pick, tensor, dim, keepdim);
    return new Tensor(type, data, dims);
  };

  /**
   * @param {any} tensor
   * @param {(a: any, b: any) => boolean} better
   * @param {number | null} dim
   */
  const extremeIndex = (tensor, better, dim) => {
    if (dim !== null) throw new Error('`dim !== null` not yet implemented.');
    return new Tensor('int64', [BigInt(best(tensor.data, better))], []);
  };

  const methods = {
    /**
     * @this {any}
     * @param {number} index
     */
    _getitem(index) {
      const [length, ...rest] = this.dims;
      const at = checkedIndex(index, length);
      return rest.length > 0
        ? this._subarray(at, count(rest), rest)
        : new Tensor(this.type, [this.data[at]], rest);
    },
    /**
     * @this {any}
     * @param {number} index
     * @param {number} size
     * @param {number[]} dims
     */
    _subarray(index, size, dims) {
      const { data } = this;
      const [start, end] = [index * size, (index + 1) * size];
      return new Tensor(
        this.type,
        'subarray' in data ? data.subarray(start, end) : data.slice(start, end),
        dims,
      );
    },
    /**
     * @this {any}
     * @param {number | bigint} item
     */
    indexOf(item) {
      // eslint-disable-next-line eqeqeq -- a number finds its BigInt
      return this.data.findIndex((/** @type {any} */ value) => value == item);
    },
    /** @this {any} */
    item() {
      if (this.data.length !== 1)
        throw new Error(`a Tensor with ${this.data.length} elements cannot be converted to Scalar`);
      return this.data[0];
    },
    /** @this {any} */
    tolist() {
      return nested(this.data, this.dims);
    },
    /** @this {any} */
    dispose() {
      this.ort_tensor.dispose();
    },
    /** @this {any} */
    clone() {
      return new Tensor(this.type, this.data.slice(), this.dims.slice());
    },
    /**
     * @this {any}
     * @param {...any} slices
     */
    slice(...slices) {
      /** @type {{start: number, end: number, keep: boolean}[]} */
      const ranges = this.dims.map((/** @type {number} */ size, /** @type {number} */ axis) =>
        range(slices[axis], size, axis, rules.negativeRanges),
      );
      const sizes = ranges.map(({ start, end }) => end - start);
      const steps = strides(this.dims);
      const data = new this.data.constructor(count(sizes));
      for (let i = 0; i < data.length; ++i) {
        let rest = i;
        let source = 0;
        for (let axis = sizes.length - 1; axis >= 0; --axis) {
          source += ((rest % sizes[axis]) + ranges[axis].start) * steps[axis];
          rest = Math.floor(rest / sizes[axis]);
        }
        data[i] = this.data[source];
      }
      return new Tensor(
        this.type,
        data,
        sizes.filter((_, axis) => ranges[axis].keep),
      );
    },
    /**
     * @this {any}
     * @param {...number} axes
     */
    permute(...axes) {
      const { data, dims } = permuted(this.data, this.dims, axes);
      return new Tensor(this.type, data, dims);
    },
    /**
     * @this {any}
     * @param {...number} axes
     */
    transpose(...axes) {
      return this.permute(...axes);
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    sum(dim = null, keepdim = false) {
      return this.norm(1, dim, keepdim);
    },
    /**
     * @this {any}
     * @param {number | string} [p]
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    norm(p = 'fro', dim = null, keepdim = false) {
      if (typeof p === 'string' && p !== 'fro') throw Error(`Unsupported norm: ${p}`);
      const power = typeof p === 'string' ? 2 : p;
      const big = isBigInt(this.data);
      if (big && power !== 1) throw rules.noFloats(this.type);
      const add = big
        ? (/** @type {any} */ a, /** @type {any} */ b) => a + b
        : (/** @type {any} */ a, /** @type {any} */ b) => a + b ** power;
      const root = (/** @type {any} */ x) => (power === 1 ? x : x ** (1 / power));
      if (dim === null) return new Tensor(this.type, [root(this.data.reduce(add, big ? 0n : 0))], []);
      const { type, data, dims } = reduced(add, this, dim, keepdim);
      return new Tensor(type, power === 1 ? data : data.map(root), dims);
    },
    /**
     * @this {any}
     * @param {number} [p]
     * @param {number} [dim]
     */
    normalize_(p = 2, dim = 1) {
      const axis = checkedIndex(dim, this.dims.length);
      const norms = this.norm(p, axis, true).data;
      const inner = count(this.dims.slice(axis + 1));
      const block = inner * this.dims[axis];
      for (let i = 0; i < this.data.length; ++i)
        this.data[i] /= norms[Math.floor(i / block) * inner + (i % inner)];
      return this;
    },
    /**
     * @this {any}
     * @param {number} [p]
     * @param {number} [dim]
     */
    normalize(p = 2, dim = 1) {
      return this.clone().normalize_(p, dim);
    },
    /** @this {any} */
    stride() {
      return strides(this.dims);
    },
    /**
     * @this {any}
     * @param {any} [dim]
     */
    squeeze(dim = null) {
      return new Tensor(this.type, this.data, squeezed(this.dims, dim));
    },
    /**
     * @this {any}
     * @param {any} [dim]
     */
    squeeze_(dim = null) {
      this.dims = squeezed(this.dims, dim);
      return this;
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     */
    unsqueeze(dim = null) {
      return new Tensor(this.type, this.data, unsqueezed(this.dims, dim));
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     */
    unsqueeze_(dim = null) {
      this.dims = unsqueezed(this.dims, dim);
      return this;
    },
    /**
     * @this {any}
     * @param {number} [start]
     * @param {number} [end]
     */
    flatten_(start = 0, end = -1) {
      const last = (end + this.dims.length) % this.dims.length;
      const { dims } = this;
      this.dims = [...dims.slice(0, start), count(dims.slice(start, last + 1)), ...dims.slice(last + 1)];
      return this;
    },
    /**
     * @this {any}
     * @param {number} [start]
     * @param {number} [end]
     */
    flatten(start = 0, end = -1) {
      return this.clone().flatten_(start, end);
    },
    /**
     * @this {any}
     * @param {...number} dims
     */
    view(...dims) {
      const open = dims.indexOf(-1);
      if (open !== -1) {
        if (dims.indexOf(-1, open + 1) !== -1) throw new Error('Only one dimension can be inferred');
        dims[open] = this.data.length / count(dims.filter((_, i) => i !== open));
      }
      return new Tensor(this.type, this.data, dims);
    },
    /**
     * @this {any}
     * @param {any} value
     */
    gt(value) {
      return new Tensor(
        'bool',
        Uint8Array.from(this.data, (x) => (x > value ? 1 : 0)),
        this.dims,
      );
    },
    /**
     * @this {any}
     * @param {any} value
     */
    lt(value) {
      return new Tensor(
        'bool',
        Uint8Array.from(this.data, (x) => (x < value ? 1 : 0)),
        this.dims,
      );
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    mean(dim = null, keepdim = false) {
      const add = (/** @type {any} */ a, /** @type {any} */ b) => a + b;
      if (dim === null) return new Tensor(this.type, [this.data.reduce(add, 0) / this.data.length], []);
      const { type, data, dims, size } = reduced(add, this, dim, keepdim);
      return new Tensor(type, size === 1 ? data : data.map((/** @type {any} */ x) => x / size), dims);
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    min(dim = null, keepdim = false) {
      return extreme(this, (a, b) => a < b, dim, keepdim);
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    max(dim = null, keepdim = false) {
      return extreme(this, (a, b) => a > b, dim, keepdim);
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     */
    argmin(dim = null) {
      return extremeIndex(this, (a, b) => a < b, dim);
    },
    /**
     * @this {any}
     * @param {number | null} [dim]
     */
    argmax(dim = null) {
      return extremeIndex(this, (a, b) => a > b, dim);
    },
    /**
     * @this {any}
     * @param {...number} repeats
     */
    repeat(...repeats) {
      const missing = repeats.length - this.dims.length;
      if (missing < 0) {
        throw new Error(
          `Number of dimensions of repeat dims (${repeats.length}) cannot be smaller than number of ` +
            `dimensions of tensor (${this.dims.length})`,
        );
      }
      const from = [...new Array(missing).fill(1), ...this.dims];
      const dims = from.map((size, i) => size * repeats[i]);
      const [fromSteps, toSteps] = [strides(from), strides(dims)];
      const data = new this.data.constructor(count(dims));
      for (let i = 0; i < data.length; ++i) {
        let source = 0;
        for (let axis = 0; axis < dims.length; ++axis) {
          source += ((Math.floor(i / toSteps[axis]) % dims[axis]) % from[axis]) * fromSteps[axis];
        }
        data[i] = this.data[source];
      }
      return new Tensor(this.type, data, dims);
    },
    /**
     * @this {any}
     * @param {...number} dims
     */
    tile(...dims) {
      return this.repeat(...new Array(Math.max(0, this.dims.length - dims.length)).fill(1), ...dims);
    },
    /**
     * @this {any}
     * @param {string} type
     */
    to(type) {
      if (this.type === type) return this;
      if (!Object.hasOwn(ARRAYS, type)) throw new Error(`Unsupported type: ${type}`);
      return new Tensor(type, ARRAYS[type].from(this.data, conversion(this.type, type)), this.dims);
    },
  };

  /**
   * @param {string} from
   * @param {string} to
   */
  const conversion = (from, to) => {
    const big = (/** @type {string} */ name) => name === 'int64' || name === 'uint64';
    if (!rules.convertsBigInt || big(from) === big(to)) return undefined;
    if (big(from)) return Number;
    return from.startsWith('float') ? (/** @type {number} */ x) => BigInt(Math.floor(x)) : BigInt;
  };

  return { ...ELEMENTWISE, ...methods };
}

module.exports = { createMethods };
