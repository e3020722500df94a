// The functions that transformers.js leaves to ONNX Runtime give what they give there; `oracle-js/` wrote the
// expectations with both.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import * as plain from '../index.js';
import { agree, operations, outcome } from './oracle-js/operators.mjs';

const require = createRequire(import.meta.url);
/** @type {Record<string, Record<string, any>>} */
const answers = JSON.parse(
  readFileSync(new URL('oracle-js/expected.operators.json', import.meta.url), 'utf8'),
);

/** @param {string} level */
function expectedOf(level) {
  const found = Object.entries(answers).map(([name, given]) => {
    const levels = Object.keys(given).find((key) => key.split(' ').includes(level));
    return [name, levels && given[levels]];
  });
  return Object.fromEntries(found);
}

/** @type {[string, any][]} */
const modules = [
  ['plain', plain],
  ['v2', require('../v2.js')],
  ['v3', require('../v3.js')],
  ['v4', require('../v4.js')],
];
for (const [name, module] of modules) {
  const level = name === 'plain' ? 'v4' : name;
  const expected = expectedOf(level);
  describe(name, () => {
    for (const operation of operations) {
      if (!(operation.levels ?? ['v3', 'v4']).includes(level)) continue;
      const difference = operation.differs?.[level];
      test(`${operation.name}${difference ? ` (differs: ${difference})` : ''}`, async () => {
        const got = await outcome(module, operation);
        const right = expected[operation.name];
        if (difference) assert.ok(operation.ours?.(got, expectedOf('v4')), JSON.stringify(got));
        else if (!agree(got, right, operation.within)) assert.deepEqual(got, right);
        if (operation.says) assert.equal(got.error?.message, right.error.message);
        if (got.error && operation.names) {
          assert.ok(got.error.message.includes(operation.names), got.error.message);
        }
      });
    }
  });
}

describe('beyond the oracle', () => {
  const { Tensor, interpolate_4d, matmul, rfft, slice, topk } = plain;
  const axis = new Tensor('int64', [1n], [1]);

  test('the transform is its definition, whatever the length', async () => {
    for (const size of [1, 2, 3, 30, 31, 97, 128, 243, 400, 480, 1000]) {
      const row = Float32Array.from({ length: size }, (_, i) => Math.sin(i * i) + (i % 7) / 3);
      const { data, dims } = await rfft(new Tensor('float32', row, [1, size]), axis);
      assert.deepEqual(dims, [1, Math.floor(size / 2) + 1, 2]);
      for (let k = 0; k < dims[1]; ++k) {
        const sums = [0, 0];
        row.forEach((x, i) => {
          const angle = (2 * Math.PI * ((i * k) % size)) / size;
          sums[0] += x * Math.cos(angle);
          sums[1] -= x * Math.sin(angle);
        });
        for (const part of [0, 1]) {
          assert.ok(Math.abs(data[2 * k + part] - sums[part]) < 1e-6 * size, `${size}: ${k}`);
        }
      }
    }
  });

  test('where transformers.js crashes the process', async () => {
    await assert.rejects(rfft(new Tensor('float32', [], [1, 0]), axis), /`x`/);
    const [values, indices] = await topk(new Tensor('float32', [], [0, 2]), 1);
    assert.deepEqual(
      [values.dims, indices.dims],
      [
        [0, 1],
        [0, 1],
      ],
    );
  });

  test('bicubic with channels last is that with channels first', async () => {
    const numbers = Array.from({ length: 5 * 6 * 2 }, (_, i) => Math.sin(i * i));
    const image = new Tensor('float32', numbers, [1, 5, 6, 2]);
    for (const [height, width] of [
      [3, 4],
      [8, 2],
      [9, 9],
    ]) {
      const got = await interpolate_4d(image, { size: [1, height, width, 2], mode: 'bicubic' });
      const first = await interpolate_4d(image.permute(0, 3, 1, 2), {
        size: [height, width],
        mode: 'bicubic',
      });
      assert.deepEqual(got.dims, [1, height, width, 2]);
      const right = first.permute(0, 2, 3, 1).data;
      assert.ok(
        got.data.every((/** @type {number} */ x, /** @type {number} */ i) => Math.abs(x - right[i]) < 1e-6),
      );
    }
  });

  test('results are of their own, arguments as they were', async () => {
    const numbers = [3, 1, 2, 4];
    const square = new Tensor('float32', numbers, [2, 2]);
    const image = square.view(1, 1, 2, 2);
    const results = [
      await interpolate_4d(image, { size: [2, 2] }),
      await interpolate_4d(image, { size: [1, 1, 2, 2], mode: 'nearest' }),
      await slice(square, [], [], []),
      ...(await topk(square)),
      await matmul(square, square),
      plain.interpolate(square, [2, 2]),
    ];
    for (const result of results) {
      assert.ok(result instanceof Tensor);
      result.data.fill(/** @type {never} */ (result.type === 'int64' ? 0n : 0));
    }
    assert.deepEqual([...square.data], numbers);
    assert.deepEqual(image.dims, [1, 1, 2, 2]);
  });

  test('tensors of another level, and of anyone who has type, dims and data', async () => {
    const other = new (require('../v2.js').Tensor)('float32', [1, 2], [1, 2]);
    /** @type {any} */
    const foreign = { type: 'float32', dims: [2, 1], data: Float32Array.of(3, 4) };
    const product = await matmul(other, foreign);
    assert.ok(product instanceof Tensor);
    assert.deepEqual(product.tolist(), [[11]]);
  });
});

test('what Tensor lists and what its code has are the same, with as many parameters', () => {
  const { createTensor } = require('../lib/tensor/index.js');
  const { createMethods } = require('../lib/tensor/methods.js');
  const { createFunctions } = require('../lib/tensor/functions.js');
  const rules = /** @type {any} */ ({ fields: true, without: [] });
  const { Tensor, ...functions } = createTensor(rules);
  const named = (/** @type {[string, any][]} */ entries) =>
    Object.fromEntries(entries.map(([name, value]) => [name, [value.name, value.length, Object.hasOwn(value, 'prototype')]]));
  const listed = Object.getOwnPropertyNames(Tensor.prototype).filter((name) => name !== 'constructor');
  assert.deepEqual(
    named(listed.map((name) => [name, Tensor.prototype[name]])),
    named(Object.entries(createMethods(Tensor, rules))),
  );
  const code = createFunctions(Tensor);
  const own = Object.entries(functions).filter(([name]) => Object.hasOwn(code, name));
  assert.deepEqual(named(own), named(Object.entries(code)));
});
