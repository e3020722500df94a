'use strict';

/** What an instance hides: its native tokenizer and what is derived from it. */

const STATE = Symbol('autotokenizer.state');

/** `decode` and `decode_single` as the classes of this package have them: any other is a program's own. */
const OUR_DECODING = new WeakSet();

/**
 * @typedef {Object} State
 * @property {import('./internal').External} handle
 * @property {number} slot the handle's number, which the hot path uses
 * @property {Map<number, string | null>} shown how ids are shown that were among the tokens of a text; null where the
 *   text decides that
 * @property {boolean | null} zeroTypes whether a text without a second one has type 0 only, once somebody asked
 * @property {import('./internal').Info} info
 * @property {boolean} cleanUp the default of clean_up_tokenization_spaces
 * @property {Set<number>} moreSpecialIds special by tokenizer_config.json only
 * @property {{tokens: string[], count: number} | null} special the list `special_tokens`, where the level has it, and
 *   how long it was when it was made
 * @property {((texts: string[], pairs: any[] | null) => import('./internal').Adapted) | null} adapt
 *   what a subclass does to texts, where it does
 * @property {Map<string, string> | null} contents added tokens that take the blanks beside them, as levels v2 to v4
 *   show them: without these
 * @property {any} encodePlus `_encode_plus` as it is here
 * @property {any} encodeText `_encode_text` as it is here; null where a program's own has no say
 * @property {{split(text: string): string[]}} splitter cuts a text at added tokens, where the level needs it
 * @property {any} model `tokenizer.model`, once somebody looked at it
 * @property {Record<string, any> | null} parts the same of the other parts, where the level has them
 * @property {(json: any) => void} rebuild makes the native tokenizer anew, of a changed tokenizer.json
 * @property {() => any} json the tokenizer.json, parsed when somebody looks
 */

module.exports = { STATE, OUR_DECODING };
