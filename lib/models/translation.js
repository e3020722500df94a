'use strict';

/** MBart, NLLB and M2M100: languages are tokens at the edge of the ids. */

const { STATE } = require('../state.js');
const { work } = require('../later.js');

/**
 * Where the post-processor writes the language: `index` ids from the start, or from the end.
 *
 * @param {any} tokenizer
 * @returns {{fromEnd: boolean, index: number, template: any, piece: any} | null} with the part of `template` that says so
 */
function languagePlace(tokenizer) {
  const processor = tokenizer[STATE].json().post_processor;
  const templates = processor?.type === 'Sequence' ? processor.processors : [processor];
  const template = templates.find((/** @type {any} */ part) => part && 'single' in part);
  if (!template) return null;
  const pieces = template.single;
  const at = pieces.findIndex((/** @type {any} */ piece) =>
    tokenizer.languageRegex.test(piece.SpecialToken?.id ?? ''),
  );
  const text = pieces.findIndex((/** @type {any} */ piece) => 'Sequence' in piece);
  if (at === -1) return null;
  const width = (/** @type {any} */ piece) =>
    template.special_tokens?.[piece.SpecialToken?.id]?.ids?.length ?? 1;
  const between = at < text ? pieces.slice(0, at) : pieces.slice(at + 1);
  const index = between.reduce(
    (/** @type {number} */ sum, /** @type {any} */ piece) => sum + width(piece),
    0,
  );
  return { fromEnd: at > text, index, template, piece: pieces[at] };
}

/**
 * From now on texts (without a second one) are marked as written in `language`.
 *
 * @param {any} tokenizer
 * @param {string} language
 */
function setSourceLanguage(tokenizer, language) {
  const state = tokenizer[STATE];
  const token = tokenizer.lang_to_token(language);
  const id = work().idOf(state.handle, token);
  const place = languagePlace(tokenizer);
  if (place === null || id === undefined) return;
  const { index, fromEnd, template, piece } = place;
  // As transformers.js does, for who looks at the post-processor or calls it.
  piece.SpecialToken.id = token;
  (template.special_tokens ??= {})[token] ??= { id: token, ids: [id], tokens: [token] };
  state.adapt = () => ({ language: { id, distance: index, fromEnd } });
}

/**
 * @param {any} self
 * @param {any} code
 * @param {string} which
 */
function checkLanguage(self, code, which) {
  if (self.language_codes.includes(code)) return;
  throw new Error(
    `${which} language code "${code}" is not valid. Must be one of: {${self.language_codes.join(', ')}}`,
  );
}

/**
 * @param {any} self
 * @param {any} rawInputs
 * @param {any} tokenizerOptions
 * @param {any} generateKwargs gets `forced_bos_token_id`
 */
function buildTranslationInputs(self, rawInputs, tokenizerOptions, generateKwargs) {
  if (!('language_codes' in self) || !Array.isArray(self.language_codes)) {
    throw new Error(
      'Tokenizer must have `language_codes` attribute set and it should be an array of language ids.',
    );
  }
  if (!('languageRegex' in self) || !(self.languageRegex instanceof RegExp)) {
    throw new Error(
      'Tokenizer must have `languageRegex` attribute set and it should be a regular expression.',
    );
  }
  if (!('lang_to_token' in self) || typeof self.lang_to_token !== 'function') {
    throw new Error('Tokenizer must have `lang_to_token` attribute set and it should be a function.');
  }
  const { src_lang, tgt_lang } = generateKwargs;
  checkLanguage(self, tgt_lang, 'Target');
  if (src_lang !== undefined) {
    checkLanguage(self, src_lang, 'Source');
    setSourceLanguage(self, src_lang);
  }
  generateKwargs.forced_bos_token_id = work().idOf(self[STATE].handle, self.lang_to_token(tgt_lang));
  return self._call(rawInputs, tokenizerOptions);
}

/**
 * @param {RegExp} languageRegex
 * @param {{strip: (token: string) => string, wrap: (code: string) => string}} [names]
 */
function translation(languageRegex, { strip, wrap } = { strip: (token) => token, wrap: (code) => code }) {
  return (/** @type {any} */ Base, /** @type {import('../internal').Api} */ api) =>
    class extends Base {
      constructor(/** @type {any} */ tokenizerJSON, /** @type {any} */ tokenizerConfig) {
        super(tokenizerJSON, tokenizerConfig);
        /** @type {any} */
        const self = this;
        self.languageRegex = languageRegex;
        self.language_codes = self[api.level.specialTokens]
          .filter((/** @type {string} */ token) => languageRegex.test(token))
          .map(strip);
        self.lang_to_token = wrap;
      }

      /**
       * @param {any} raw_inputs
       * @param {any} tokenizer_options
       * @param {any} generate_kwargs
       */
      _build_translation_inputs(raw_inputs, tokenizer_options, generate_kwargs) {
        return buildTranslationInputs(this, raw_inputs, tokenizer_options, generate_kwargs);
      }
    };
}

module.exports = { translation };
