/**
 * Runs a scenario and writes down what a program would see of it.
 *
 * @module
 */
import { tokenizers } from '../data/tokenizers.mjs';

/**
 * Values as JSON, with what JSON has no word for.
 *
 * @param {any} value
 * @returns {any}
 */
function plain(value) {
  if (typeof value === 'bigint') return `${value}n`;
  if (value === undefined) return 'undefined';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return String(value);
    // Sums in another order may differ in the last places.
    return Number.isInteger(value) ? value : Number(value.toPrecision(6));
  }
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value))
    return { [value.constructor.name]: Array.from(/** @type {any} */ (value), plain) };
  if (Array.isArray(value)) return value.map(plain);
  if (Array.isArray(value.dims) && value.data)
    return { dims: value.dims, type: value.type, data: plain(value.data) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/**
 * @param {any} module the package, at one level
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @returns {{value?: any, error?: {name: string, message: string}, warnings?: string[]}}
 */
export function answer(module, { on = 'bert', config = {}, run }) {
  /** @type {string[]} */
  const warnings = [];
  const { warn } = console;
  console.warn = (message) => warnings.push(String(message));
  /** @type {any} */
  const result = {};
  try {
    const { json, config: base } = tokenizers[on]();
    const whole = { ...base, ...config };
    const Class = module[whole.tokenizer_class] ?? module.PreTrainedTokenizer;
    result.value = plain(run(new Class(json, whole), module));
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    result.error = { name, message };
  } finally {
    console.warn = warn;
  }
  if (warnings.length > 0) result.warnings = warnings;
  return result;
}
