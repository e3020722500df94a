'use strict';

/** The Fourier transform of real numbers: the half that tells the other. */

const { checkedIndex, count } = require('./shape.js');
const { checkTensor, checkFloat32, integers } = require('./checks.js');

/**
 * @param {any} x
 * @param {any} a the axis, in a tensor
 */
function rfft(x, a) {
  checkFloat32(x, 'x');
  if (x.dims.length !== 2) {
    throw new Error(`\`rfft\` currently only supports 2D input, got \`x\` of dims [${x.dims}]`);
  }
  checkTensor(a, 'a');
  const [wanted, ...more] = integers(a.data, 'a');
  if (wanted === undefined || more.length > 0) {
    throw new Error(`\`a\` must be a Tensor of one element, got dims [${a.dims}]`);
  }
  const axis = checkedIndex(wanted, 2);
  const size = x.dims[axis];
  if (size === 0) throw new Error(`\`x\` has no elements along axis ${axis}, got dims [${x.dims}]`);
  const half = Math.floor(size / 2) + 1;
  const [outer, inner] = [count(x.dims.slice(0, axis)), count(x.dims.slice(axis + 1))];
  const dims = [...x.dims, 2];
  dims[axis] = half;
  const source = x.data;
  const data = new Float32Array(count(dims));
  const transform = createTransform(size);
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  for (let o = 0; o < outer; ++o) {
    for (let i = 0; i < inner; ++i) {
      for (let k = 0; k < size; ++k) real[k] = source[(o * size + k) * inner + i];
      imaginary.fill(0);
      transform(real, imaginary);
      for (let k = 0; k < half; ++k) {
        const at = ((o * half + k) * inner + i) * 2;
        data[at] = real[k];
        data[at + 1] = imaginary[k];
      }
    }
  }
  return { data, dims };
}

/**
 * @param {number} size
 * @returns {(real: Float64Array, imaginary: Float64Array) => void} in place
 */
function createTransform(size) {
  return Number.isInteger(Math.log2(size)) ? radix2(size) : bluestein(size);
}

/** Cooley and Tukey's, for powers of two. @param {number} size */
function radix2(size) {
  const cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  return (/** @type {Float64Array} */ re, /** @type {Float64Array} */ im) => {
    for (let i = 1, j = 0; i < size; ++i) {
      let bit = size / 2;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        [re[i], re[j]] = [re[j], re[i]];
        [im[i], im[j]] = [im[j], im[i]];
      }
    }
    for (let block = 2; block <= size; block *= 2) {
      const half = block / 2;
      const step = size / block;
      for (let start = 0; start < size; start += block) {
        for (let low = start, at = 0; low < start + half; ++low, at += step) {
          const high = low + half;
          const x = re[high] * cos[at] - im[high] * sin[at];
          const y = re[high] * sin[at] + im[high] * cos[at];
          re[high] = re[low] - x;
          im[high] = im[low] - y;
          re[low] += x;
          im[low] += y;
        }
      }
    }
  };
}

/** Bluestein's, for any size: a convolution with a chirp, made by powers of two. @param {number} size */
function bluestein(size) {
  const length = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const transform = radix2(length);
  // The square is taken modulo the period, so that large angles lose nothing.
  const angles = Float64Array.from({ length: size }, (_, k) => (Math.PI * ((k * k) % (2 * size))) / size);
  const [cos, sin] = [angles.map(Math.cos), angles.map(Math.sin)];
  const [chirpRe, chirpIm] = [new Float64Array(length), new Float64Array(length)];
  for (let k = 0; k < size; ++k) {
    chirpRe[k] = chirpRe[(length - k) % length] = cos[k];
    chirpIm[k] = chirpIm[(length - k) % length] = sin[k];
  }
  transform(chirpRe, chirpIm);
  const [re, im] = [new Float64Array(length), new Float64Array(length)];
  return (/** @type {Float64Array} */ real, /** @type {Float64Array} */ imaginary) => {
    re.fill(0);
    im.fill(0);
    for (let k = 0; k < size; ++k) {
      re[k] = real[k] * cos[k] + imaginary[k] * sin[k];
      im[k] = imaginary[k] * cos[k] - real[k] * sin[k];
    }
    transform(re, im);
    for (let k = 0; k < length; ++k) {
      const x = re[k] * chirpRe[k] - im[k] * chirpIm[k];
      im[k] = re[k] * chirpIm[k] + im[k] * chirpRe[k];
      re[k] = x;
    }
    transform(im, re); // With the parts exchanged it goes backwards.
    for (let k = 0; k < size; ++k) {
      real[k] = (re[k] * cos[k] + im[k] * sin[k]) / length;
      imaginary[k] = (im[k] * cos[k] - re[k] * sin[k]) / length;
    }
  };
}

module.exports = { rfft };
