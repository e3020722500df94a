'use strict';

/**
 * Tensor, as much of it as tokenizer output and programs around it use, at one level. The code of methods and functions
 * is read at the first call of one: importing this package is to cost little.
 */

const { Storage } = require('./storage.js');
const { createOperators } = require('./operators.js');
const maths = require('./maths.js');

const HANDLER = {
  /**
   * @param {any} target
   * @param {string | symbol} key
   */
  get(target, key) {
    if (typeof key === 'string' && Number.isInteger(Number(key))) return target._getitem(Number(key));
    return target[key];
  },
  /**
   * @param {any} target
   * @param {string | symbol} key
   * @param {any} value
   */
  set(target, key, value) {
    target[key] = value;
    return true;
  },
};

/**
 * @param {import('../internal').TensorRules} rules
 * @returns {Record<string, any>} Tensor and its functions
 */
function createTensor(rules) {
  /** @type {any} */
  let methods;
  const code = () => (methods ??= require('./methods.js').createMethods(Tensor, rules));

  class Tensor {
    /** @param {...any} args type, data, dims; or another tensor's storage */
    constructor(...args) {
      const [first] = args;
      const storage = first instanceof Storage ? first : new Storage(first, args[1], args[2]);
      /** @type {any} */
      const self = this;
      if (rules.fields) {
        const { dims, type, data, size } = storage;
        Object.assign(self, { dims, type, data, size });
      } else {
        self.ort_tensor = storage;
      }
      return new Proxy(self, HANDLER);
    }

    /** @param {any} callback */
    map_(callback) {
      return code().map_.call(this, callback);
    }

    /** @param {any} callback */
    map(callback) {
      return code().map.call(this, callback);
    }

    sigmoid_() {
      return code().sigmoid_.call(this);
    }

    sigmoid() {
      return code().sigmoid.call(this);
    }

    /** @param {any} value */
    mul_(value) {
      return code().mul_.call(this, value);
    }

    /** @param {any} value */
    mul(value) {
      return code().mul.call(this, value);
    }

    /** @param {any} value */
    div_(value) {
      return code().div_.call(this, value);
    }

    /** @param {any} value */
    div(value) {
      return code().div.call(this, value);
    }

    /** @param {any} value */
    add_(value) {
      return code().add_.call(this, value);
    }

    /** @param {any} value */
    add(value) {
      return code().add.call(this, value);
    }

    /** @param {any} value */
    sub_(value) {
      return code().sub_.call(this, value);
    }

    /** @param {any} value */
    sub(value) {
      return code().sub.call(this, value);
    }

    neg_() {
      return code().neg_.call(this);
    }

    neg() {
      return code().neg.call(this);
    }

    /**
     * @param {any} min
     * @param {any} max
     */
    clamp_(min, max) {
      return code().clamp_.call(this, min, max);
    }

    /**
     * @param {any} min
     * @param {any} max
     */
    clamp(min, max) {
      return code().clamp.call(this, min, max);
    }

    round_() {
      return code().round_.call(this);
    }

    round() {
      return code().round.call(this);
    }

    /** @param {any} value */
    remainder_(value) {
      return code().remainder_.call(this, value);
    }

    /** @param {any} value */
    remainder(value) {
      return code().remainder.call(this, value);
    }

    /** @param {number} index */
    _getitem(index) {
      return code()._getitem.call(this, index);
    }

    /**
     * @param {number} index
     * @param {number} size
     * @param {number[]} dims
     */
    _subarray(index, size, dims) {
      return code()._subarray.call(this, index, size, dims);
    }

    /** @param {number | bigint} item */
    indexOf(item) {
      return code().indexOf.call(this, item);
    }

    item() {
      return code().item.call(this);
    }

    tolist() {
      return code().tolist.call(this);
    }

    dispose() {
      return code().dispose.call(this);
    }

    clone() {
      return code().clone.call(this);
    }

    /** @param {...any} slices */
    slice(...slices) {
      return code().slice.call(this, ...slices);
    }

    /** @param {...number} axes */
    permute(...axes) {
      return code().permute.call(this, ...axes);
    }

    /** @param {...number} axes */
    transpose(...axes) {
      return code().transpose.call(this, ...axes);
    }

    /**
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    sum(dim = null, keepdim = false) {
      return code().sum.call(this, dim, keepdim);
    }

    /**
     * @param {number | string} [p]
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    norm(p = 'fro', dim = null, keepdim = false) {
      return code().norm.call(this, p, dim, keepdim);
    }

    /**
     * @param {number} [p]
     * @param {number} [dim]
     */
    normalize_(p = 2, dim = 1) {
      return code().normalize_.call(this, p, dim);
    }

    /**
     * @param {number} [p]
     * @param {number} [dim]
     */
    normalize(p = 2, dim = 1) {
      return code().normalize.call(this, p, dim);
    }

    stride() {
      return code().stride.call(this);
    }

    /** @param {any} [dim] */
    squeeze(dim = null) {
      return code().squeeze.call(this, dim);
    }

    /** @param {any} [dim] */
    squeeze_(dim = null) {
      return code().squeeze_.call(this, dim);
    }

    /** @param {number | null} [dim] */
    unsqueeze(dim = null) {
      return code().unsqueeze.call(this, dim);
    }

    /** @param {number | null} [dim] */
    unsqueeze_(dim = null) {
      return code().unsqueeze_.call(this, dim);
    }

    /**
     * @param {number} [start]
     * @param {number} [end]
     */
    flatten_(start = 0, end = -1) {
      return code().flatten_.call(this, start, end);
    }

    /**
     * @param {number} [start]
     * @param {number} [end]
     */
    flatten(start = 0, end = -1) {
      return code().flatten.call(this, start, end);
    }

    /** @param {...number} dims */
    view(...dims) {
      return code().view.call(this, ...dims);
    }

    /** @param {any} value */
    gt(value) {
      return code().gt.call(this, value);
    }

    /** @param {any} value */
    lt(value) {
      return code().lt.call(this, value);
    }

    /**
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    mean(dim = null, keepdim = false) {
      return code().mean.call(this, dim, keepdim);
    }

    /**
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    min(dim = null, keepdim = false) {
      return code().min.call(this, dim, keepdim);
    }

    /**
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    max(dim = null, keepdim = false) {
      return code().max.call(this, dim, keepdim);
    }

    /** @param {number | null} [dim] */
    argmin(dim = null) {
      return code().argmin.call(this, dim);
    }

    /** @param {number | null} [dim] */
    argmax(dim = null) {
      return code().argmax.call(this, dim);
    }

    /** @param {...number} repeats */
    repeat(...repeats) {
      return code().repeat.call(this, ...repeats);
    }

    /** @param {...number} dims */
    tile(...dims) {
      return code().tile.call(this, ...dims);
    }

    /** @param {string} type */
    to(type) {
      return code().to.call(this, type);
    }
  }

  if (!rules.fields) {
    for (const name of ['dims', 'type', 'data', 'size', 'location']) {
      Object.defineProperty(Tensor.prototype, name, {
        /** @this {any} */
        get() {
          return this.ort_tensor[name];
        },
        set: name === 'dims' ? setDims : undefined,
        configurable: true,
      });
    }
  }
  for (const name of rules.without) delete /** @type {any} */ (Tensor.prototype)[name];
  Object.defineProperty(Tensor.prototype, Symbol.iterator, {
    value: iterate,
    configurable: true,
    writable: true,
  });
  return { Tensor, ...forwarded(Tensor), ...createOperators(Tensor, rules), ...maths };
}

/**
 * The functions of functions.js.
 *
 * @param {any} Tensor
 */
function forwarded(Tensor) {
  /** @type {ReturnType<typeof import('./functions.js').createFunctions>} */
  let functions;
  const code = () => (functions ??= require('./functions.js').createFunctions(Tensor));

  return {
    /**
     * @param {any[]} tensors
     * @param {number} [dim]
     */
    cat: function (tensors, dim = 0) {
      return code().cat(tensors, dim);
    },
    /**
     * @param {any[]} tensors
     * @param {number} [dim]
     */
    stack: function (tensors, dim = 0) {
      return code().stack(tensors, dim);
    },
    /**
     * @param {any} tensor
     * @param {number | null} [dim]
     * @param {boolean} [keepdim]
     */
    mean: function (tensor, dim = null, keepdim = false) {
      return code().mean(tensor, dim, keepdim);
    },
    /**
     * @param {any} tensor
     * @param {number | null} [dim]
     * @param {number} [correction]
     * @param {boolean} [keepdim]
     */
    std_mean: function (tensor, dim = null, correction = 1, keepdim = false) {
      return code().std_mean(tensor, dim, correction, keepdim);
    },
    /**
     * @param {any} hidden
     * @param {any} mask
     */
    mean_pooling: function (hidden, mask) {
      return code().mean_pooling(hidden, mask);
    },
    /**
     * @param {any} input
     * @param {number[]} normalized_shape
     * @param {{eps?: number}} [options]
     */
    layer_norm: function (input, normalized_shape, options = {}) {
      return code().layer_norm(input, normalized_shape, options);
    },
    /**
     * @param {number[]} size
     * @param {number | bigint | boolean} value
     */
    full: function (size, value) {
      return code().full(size, value);
    },
    /**
     * @param {any} tensor
     * @param {string} precision
     */
    quantize_embeddings: function (tensor, precision) {
      return code().quantize_embeddings(tensor, precision);
    },
    ones: (/** @type {number[]} */ size) => code().ones(size),
    zeros: (/** @type {number[]} */ size) => code().zeros(size),
    full_like: (/** @type {any} */ tensor, /** @type {any} */ value) => code().full_like(tensor, value),
    ones_like: (/** @type {any} */ tensor) => code().ones_like(tensor),
    zeros_like: (/** @type {any} */ tensor) => code().zeros_like(tensor),
    permute: (/** @type {any} */ tensor, /** @type {number[]} */ axes) => code().permute(tensor, axes),
    rand: (/** @type {number[]} */ size) => code().rand(size),
    randn: (/** @type {number[]} */ size) => code().randn(size),
  };
}

/**
 * @this {any}
 * @param {number[]} value
 */
function setDims(value) {
  this.ort_tensor.dims = value;
}

/** @this {any} */
function* iterate() {
  if (this.dims.length <= 1) {
    yield* this.data;
    return;
  }
  for (let i = 0; i < this.dims[0]; ++i) yield this._getitem(i);
}

module.exports = { createTensor };
