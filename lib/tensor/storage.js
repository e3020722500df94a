'use strict';

/** What a tensor holds: a type, flat data and its dimensions, checked. */

/** @type {Record<string, any>} */
const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  string: Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  float16: /** @type {any} */ (globalThis).Float16Array ?? Uint16Array,
  uint4: Uint8Array,
  int4: Int8Array,
};

/**
 * The name of a typed array's class. Test runners have classes of their own for each file, so that
 * `instanceof` fails.
 *
 * @param {any} data
 * @returns {string | undefined}
 */
function kind(data) {
  return ArrayBuffer.isView(data) ? /** @type {any} */ (data)[Symbol.toStringTag] : undefined;
}

/**
 * @param {readonly any[]} dims
 * @returns {number}
 */
function sizeOf(dims) {
  let size = 1;
  dims.forEach((dim, i) => {
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim)) {
      throw new TypeError(`dims[${i}] must be an integer, got: ${dim}`);
    }
    if (dim < 0) throw new RangeError(`dims[${i}] must be a non-negative integer, got: ${dim}`);
    size *= dim;
  });
  return size;
}

/**
 * @param {any} type
 * @param {any} data
 */
function toData(type, data) {
  const Typed = Object.hasOwn(ARRAYS, type) ? ARRAYS[type] : undefined;
  if (Typed === undefined) throw new TypeError(`Unsupported tensor type: ${type}.`);
  if (!Array.isArray(data)) {
    if (kind(data) === Typed.name) return data;
    if (type === 'uint8' && kind(data) === 'Uint8ClampedArray') return Uint8Array.from(data);
    throw new TypeError(`A ${type} tensor's data must be type of ${Typed}`);
  }
  if (type === 'string') return data;
  return type === 'int64' || type === 'uint64' ? Typed.from(data, BigInt) : Typed.from(data);
}

/** `ort_tensor`: fields as onnxruntime's Tensor has them, so that it can be made from them. */
class Storage {
  /**
   * @param {any} type
   * @param {any} data
   * @param {any} dims
   */
  constructor(type, data, dims) {
    if (typeof type !== 'string') [type, data, dims] = inferred(type, data);
    const values = toData(type, data);
    const shape = dims === undefined ? [values.length] : dims;
    if (!Array.isArray(shape)) throw new TypeError("A tensor's dims must be a number array");
    const size = sizeOf(shape);
    if (size !== values.length) {
      throw new Error(`Tensor's size(${size}) does not match data length(${values.length}).`);
    }
    /** @type {any} */
    this.cpuData = values;
    this.dataLocation = 'cpu';
    /** @type {string} */
    this.type = type;
    /** @type {number[]} */
    this.dims = Object.isFrozen(shape) ? shape : [...shape];
    this.size = size;
  }

  get data() {
    if (this.cpuData === undefined) throw new Error('The tensor is disposed.');
    return this.cpuData;
  }

  get location() {
    return this.dataLocation;
  }

  dispose() {
    this.cpuData = undefined;
    this.dataLocation = 'none';
  }
}
// As it is printed in transformers.js.
Object.defineProperty(Storage, 'name', { value: 'Tensor' });

/**
 * `new Tensor(data, dims)`: the type is that of the data.
 *
 * @param {any} data
 * @param {any} dims
 */
function inferred(data, dims) {
  if (Array.isArray(data)) {
    if (data.length === 0) throw new TypeError('Tensor type cannot be inferred from an empty array.');
    if (typeof data[0] === 'string') return ['string', data, dims];
    if (typeof data[0] === 'boolean') return ['bool', Uint8Array.from(data, Number), dims];
  }
  if (kind(data) === 'Uint8ClampedArray') return ['uint8', Uint8Array.from(data), dims];
  const name = Object.keys(ARRAYS).find(
    (type) => type !== 'string' && type !== 'bool' && kind(data) === ARRAYS[type].name,
  );
  if (name === undefined) throw new TypeError(`Unsupported type for tensor data: ${data?.constructor}.`);
  return [name, data, dims];
}

module.exports = { ARRAYS, Storage, kind };
