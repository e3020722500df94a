'use strict';

/** What levels v2 and v3 show of a tokenizer as properties. */

const { TokenizerModel, classOf } = require('./model-classes.js');
const { showPart } = require('./parts.js');
const { AddedToken } = require('./tokens.js');
const { STATE } = require('./state.js');

/** What can be a program's own in a model. */
const METHODS = /** @type {const} */ (['_call', 'encode', 'convert_tokens_to_ids', 'convert_ids_to_tokens']);

/** @type {any} */
const ORIGINAL = Object.fromEntries(
  METHODS.map((name) => [name, /** @type {any} */ (TokenizerModel.prototype)[name]]),
);

/**
 * @param {import('./state').State} state
 * @param {any} config
 * @param {any} Model TokenizerModel of this level
 * @returns {any} the model at work
 */
function makeModel(state, config, Model) {
  return new (classOf(Model, state.json().model))(null, config, state);
}

/**
 * `tokenizer.model` as a property.
 *
 * @param {any} tokenizer
 * @param {any} config
 * @param {any} Model TokenizerModel of this level
 */
function showModel(tokenizer, config, Model) {
  /** @type {import('./state').State} */
  const state = tokenizer[STATE];
  const make = () => {
    const model = makeModel(state, config, Model);
    // The one setting that programs change.
    if ('ignore_merges' in model) {
      Object.defineProperty(model, 'ignore_merges', {
        get: () => state.json().model.ignore_merges ?? false,
        set(value) {
          const json = state.json();
          state.rebuild({ ...json, model: { ...json.model, ignore_merges: !!value } });
        },
        enumerable: true,
        configurable: true,
      });
    }
    return model;
  };
  Object.defineProperty(tokenizer, 'model', {
    get: () => (state.model ??= make()),
    set: (value) => (state.model = value),
    enumerable: true,
    configurable: true,
  });
}

/**
 * @param {import('./state').State} state
 * @param {(typeof METHODS)[number]} method
 * @returns {boolean} whether a program made this method of its model its own
 */
function isOwnModel({ model }, method) {
  if (!model) return false;
  if (!(model instanceof TokenizerModel)) return true;
  const Class = /** @type {any} */ (model.constructor);
  return model[method] !== ORIGINAL[method] && model[method] !== Class.prototype[method];
}

/**
 * Properties of levels v2 and v3.
 *
 * @param {any} tokenizer
 * @param {any} config
 * @param {any} Model TokenizerModel of this level
 */
function showProperties(tokenizer, config, Model) {
  /** @type {import('./state').State} */
  const state = tokenizer[STATE];
  const { info } = state;
  showPart(tokenizer, 'normalizer');
  showPart(tokenizer, 'pre_tokenizer');
  showModel(tokenizer, config, Model);
  showPart(tokenizer, 'post_processor');
  showPart(tokenizer, 'decoder');

  const special = info.added_tokens.filter((token) => token.special);
  const more = config.additional_special_tokens ?? [];
  tokenizer.special_tokens = [...new Set([...special.map((token) => token.content), ...more])];
  tokenizer.all_special_ids = special.map((token) => token.id);
  tokenizer.added_tokens = info.added_tokens.map((token) => new AddedToken(token));
  tokenizer.additional_special_tokens = more;
  state.special = { tokens: tokenizer.special_tokens, count: tokenizer.special_tokens.length };
}

module.exports = { isOwnModel, makeModel, showProperties };
