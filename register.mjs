// `node --import autotokenizer/register app.js`: imports of @xenova/transformers and
// @huggingface/transformers get this
// package's tokenizers; what is not ours comes from the real package where it is installed.
import { register } from 'node:module';
import patch from './lib/register/require.js';

register('./lib/register/hooks.mjs', import.meta.url);
patch.patchRequire();
