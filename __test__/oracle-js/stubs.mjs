// Lets transformers.js be imported where its native parts (sharp, onnxruntime-node) were not installed: the
// tokenizers
// need neither. `stubs.mjs?only=sharp` leaves onnxruntime-node alone.
import { register } from 'node:module';

const only = new URL(import.meta.url).searchParams.get('only');
const hooks = `
const only = ${JSON.stringify(only)};
const stubs = {
  sharp: 'export default function sharp() { throw new Error("sharp is a stub here"); }',
  'onnxruntime-node': 'export * from "onnxruntime-common"; import * as all from "onnxruntime-common"; ' +
    'export const listSupportedBackends = () => []; export default all.Tensor ? all : all.default;',
};
export async function resolve(specifier, context, next) {
  if (!Object.hasOwn(stubs, specifier) || (only && specifier !== only)) return next(specifier, context);
  return { url: context.parentURL + '?stub=' + specifier, format: 'module', shortCircuit: true };
}
export async function load(url, context, next) {
  const name = new URL(url).searchParams.get('stub');
  return name ? { format: 'module', source: stubs[name], shortCircuit: true } : next(url, context);
}
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
