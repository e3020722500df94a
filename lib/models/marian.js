'use strict';

/** Marian: a text may begin with the language it is to become, `>>fra<<`. */

const { STATE } = require('../state.js');
const { work } = require('../later.js');

const LANGUAGE = /^(>>\w+<<)\s*/;

/** @param {(name: string) => string} notYetSupported */
function marian(notYetSupported) {
  return (/** @type {any} */ Base, /** @type {import('../internal').Api} */ { warn }) =>
    class MarianTokenizer extends Base {
      constructor(/** @type {any} */ tokenizerJSON, /** @type {any} */ tokenizerConfig) {
        super(tokenizerJSON, tokenizerConfig);
        /** @type {any} */
        const self = this;
        const state = self[STATE];
        self.languageRegex = /^(>>\w+<<)\s*/g;
        self.supported_language_codes = [...work().vocabulary(state.handle).keys()].filter((token) =>
          LANGUAGE.test(token),
        );
        state.encodeText &&= MarianTokenizer.prototype._encode_text;
        state.adapt = (/** @type {any} */ texts, /** @type {any} */ pairs) => withoutLanguages(self, texts, pairs);
        warn(notYetSupported('MarianTokenizer'));
      }

      /** @param {any} text */
      _encode_text(text) {
        if (text === null) return null;
        work().mustBeText(text, 'text');
        const { language, rest } = splitLanguage(this, text);
        const tokens = super._encode_text(rest);
        return language === null ? tokens : [language, ...tokens];
      }
    };

  /**
   * @param {any} self
   * @param {string} text
   */
  function splitLanguage(self, text) {
    const match = LANGUAGE.exec(text.trim());
    if (match === null) return { language: null, rest: text };
    const [whole, language] = match;
    if (!self.supported_language_codes.includes(language)) {
      console.warn(
        `Unsupported language code "${language}" detected, which may lead to unexpected behavior. ` +
          `Should be one of: ${JSON.stringify(self.supported_language_codes)}`,
      );
    }
    return { language, rest: text.trim().slice(whole.length) };
  }

  /**
   * The language's id goes before the ids of the rest, which alone is for the model to split.
   *
   * @param {any} self
   * @param {string[]} texts
   * @param {(string | null | undefined)[] | null} pairs
   * @returns {import('../internal').Adapted}
   */
  function withoutLanguages(self, texts, pairs) {
    const split = (/** @type {any} */ text) =>
      typeof text === 'string' ? splitLanguage(self, text) : { language: null, rest: text };
    const sides = [texts.map(split), (pairs ?? []).map(split)];
    if (sides.flat().every(({ language }) => language === null)) return {};
    const { handle } = self[STATE];
    const id = (/** @type {string | null} */ language) =>
      language === null ? -1 : (work().idOf(handle, language) ?? self.unk_token_id);
    const [rests, pairRests] = sides.map((side) => side.map(({ rest }) => rest));
    const [languages, pairLanguages] = sides.map((side) => side.map(({ language }) => language));
    return {
      texts: rests,
      pairs: pairs && pairRests,
      prefixes: languages.map(id),
      pairPrefixes: pairLanguages.map(id),
      prefixTokens: [languages, pairLanguages],
    };
  }
}

module.exports = { marian };
