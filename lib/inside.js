'use strict';

/**
 * What the code of transformers.js keeps in the parts of a tokenizer for itself, and some programs look at. Nothing here
 * works by it.
 */

const PUNCTUATION = '\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E';
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** @type {Record<string, string> | undefined} */
let characters;

/** @returns {Record<string, string>} the character that byte-level models write for each byte */
function byteEncoder() {
  if (characters) return characters;
  characters = {};
  let next = 256;
  for (let byte = 0; byte < 256; ++byte) {
    const shown = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    characters[byte] = String.fromCharCode(shown ? byte : next++);
  }
  return characters;
}

/** @returns {Record<string, string>} bytes, as text, by their characters */
const byteDecoder = () => Object.fromEntries(Object.entries(byteEncoder()).map(([byte, char]) => [char, byte]));

const BLOOM = '.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c';

/** What JavaScript cannot read of the patterns of known models, and what transformers.js puts there. */
const READABLE = [
  ["(?i:'s|'t|'re|'ve|'m|'ll|'d)", "(?:'([sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD]))"],
  ['(?i:[sdmt]|ll|ve|re)', '(?:[sS]|[dD]|[mM]|[tT]|[lL][lL]|[vV][eE]|[rR][eE])'],
  ['[^\\r\\n\\p{L}\\p{N}]?+', '[^\\r\\n\\p{L}\\p{N}]?'],
  ['[^\\s\\p{L}\\p{N}]++', '[^\\s\\p{L}\\p{N}]+'],
  [` ?[^(\\s|[${BLOOM}])]+`, ` ?[^\\s${BLOOM}]+`],
];

/**
 * @param {{Regex?: string, String?: string}} pattern
 * @param {boolean} [invert]
 * @returns {RegExp | null} null where JavaScript cannot read it
 */
function patternOf({ Regex, String: text }, invert = true) {
  try {
    if (Regex !== undefined) {
      let regex = Regex.replace(/\\([#&~])/g, '$1');
      for (const [unreadable, readable] of READABLE) regex = regex.replaceAll(unreadable, readable);
      return new RegExp(regex, 'gu');
    }
    const escaped = /** @type {string} */ (text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(invert ? escaped : `(${escaped})`, 'gu');
  } catch {
    return null;
  }
}

/** By kind and type of a part, in the order of transformers.js. @type {Record<string, Record<string, (config: any) => any>>} */
const FIELDS = {
  'Normalizer Precompiled': { charsmap: (config) => config.precompiled_charsmap },
  'PreTokenizer BertPreTokenizer': {
    pattern: () => new RegExp(`[^\\s${PUNCTUATION}]+|[${PUNCTUATION}]`, 'gu'),
  },
  'PreTokenizer ByteLevel': {
    pattern: () => new RegExp(WORDS),
    byte_encoder: byteEncoder,
    text_encoder: () => new TextEncoder(),
  },
  'PreTokenizer Split': { pattern: (config) => patternOf(config.pattern, config.invert) },
  'PreTokenizer Punctuation': {
    pattern: () => new RegExp(`[^${PUNCTUATION}]+|[${PUNCTUATION}]+`, 'gu'),
  },
  'PreTokenizer Digits': {
    pattern: (config) => new RegExp(`[^\\d]+|\\d${config.individual_digits ? '' : '+'}`, 'gu'),
  },
  'PreTokenizer Replace': { pattern: (config) => patternOf(config.pattern) },
  'PreTokenizer Metaspace': {
    replacement: (config) => config.replacement,
    strRep: (config) => config.str_rep || config.replacement,
    prepend_scheme: (config) => config.prepend_scheme ?? 'always',
  },
  'Decoder ByteLevel': {
    byte_decoder: byteDecoder,
    text_decoder: () => new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }),
  },
  'Decoder ByteFallback': { text_decoder: () => new TextDecoder() },
};

/** Pieces by their letters. */
class CharTrie {
  root = { isLeaf: false, children: new Map() };

  /** @param {string[]} texts */
  extend(texts) {
    for (const text of texts) this.push(text);
  }

  /** @param {string} text */
  push(text) {
    let node = this.root;
    for (const char of text) {
      if (!node.children.has(char)) node.children.set(char, { isLeaf: false, children: new Map() });
      node = node.children.get(char);
    }
    node.isLeaf = true;
  }

  /**
   * @param {string} text
   * @returns {Generator<string>} the pieces that it begins with
   */
  *commonPrefixSearch(text) {
    let node = this.root;
    let prefix = '';
    for (const char of text) {
      prefix += char;
      node = node.children.get(char);
      if (node === undefined) return;
      if (node.isLeaf) yield prefix;
    }
  }
}

/** @param {string[]} tokens */
function trieOf(tokens) {
  const trie = new CharTrie();
  trie.extend(tokens);
  return trie;
}

/**
 * Merges the characters of a word: the merge that comes first in the file goes first, of the same ones the leftmost.
 *
 * @param {any} model BPE
 * @param {string} token
 * @param {(merge: string[]) => string} mergeKey
 * @returns {string[]}
 */
function bpe({ bpe_ranks, end_of_word_suffix, continuing_subword_suffix }, token, mergeKey) {
  const parts = Array.from(token);
  if (parts.length === 0) return parts;
  if (end_of_word_suffix) parts[parts.length - 1] += end_of_word_suffix;
  const rank = (/** @type {number} */ i) => bpe_ranks.get(mergeKey([parts[i], parts[i + 1]])) ?? Infinity;
  const ranks = parts.slice(1).map((_, i) => rank(i));
  while (ranks.length > 0) {
    let least = 0;
    for (let i = 1; i < ranks.length; ++i) if (ranks[i] < ranks[least]) least = i;
    if (ranks[least] === Infinity) break;
    parts.splice(least, 2, parts[least] + parts[least + 1]);
    ranks.splice(least, 1);
    if (least > 0) ranks[least - 1] = rank(least - 1);
    if (least < ranks.length) ranks[least] = rank(least);
  }
  if (!continuing_subword_suffix) return parts;
  return parts.map((part, i) => (i < parts.length - 1 ? part + continuing_subword_suffix : part));
}

module.exports = { FIELDS, trieOf, bpe };
