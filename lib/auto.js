'use strict';

/** AutoTokenizer: the class that `tokenizer_class` names, around a loaded tokenizer. */

const { work } = require('./later.js');
const { construct, otherLevel } = require('./tokenizer.js');

/**
 * @param {import('./internal').Api} api
 * @param {any} config
 * @param {any} [classes] by name; a program adds its own to those of AutoTokenizer
 */
function classFor({ level, classes: ours, warn }, config, classes = ours) {
  const name = config.tokenizer_class?.replace(/Fast$/, '') ?? 'PreTrainedTokenizer';
  const known = level.aliases.find(([alias]) => alias === name)?.[1] ?? name;
  if (Object.hasOwn(classes, known)) return classes[known];
  warn(`Unknown tokenizer class "${name}", attempting to construct from base class.`);
  return ours.PreTrainedTokenizer;
}

/**
 * @param {import('./internal').Api} api
 * @returns {any} the class AutoTokenizer of this api
 */
function createAutoTokenizer(api) {
  class AutoTokenizer {
    /**
     * @param {any} pretrained_model_name_or_path a model id of the Hub, or a folder
     * @param {any} [options]
     * @returns {Promise<any>}
     */
    static async from_pretrained(pretrained_model_name_or_path, options = {}) {
      const other = otherLevel(api);
      if (other) return other.exports.AutoTokenizer.from_pretrained(pretrained_model_name_or_path, options);
      const loaded = await work().load(api, pretrained_model_name_or_path, options);
      const { TOKENIZER_CLASS_MAPPING: known } = /** @type {any} */ (AutoTokenizer);
      return construct(classFor(api, loaded.config, known), loaded, options);
    }
  }
  if (api.level.classMapping) {
    const { PreTrainedTokenizer, ...rest } = api.classes;
    Object.assign(AutoTokenizer, { TOKENIZER_CLASS_MAPPING: { ...rest, PreTrainedTokenizer } });
  }
  return AutoTokenizer;
}

module.exports = { createAutoTokenizer };
