'use strict';

/** Tokens to words with their times. */

/** Languages written without spaces. */
const WITHOUT_SPACES = new Set(['chinese', 'japanese', 'thai', 'lao', 'myanmar']);

const BROKEN = '\uFFFD';

/** @typedef {{text: string, tokens: number[], indices: number[]}} Word */
/** @typedef {(text: string) => boolean} Test whether a text is punctuation */

/**
 * The shortest runs of tokens that are whole characters.
 *
 * @param {number[]} tokens
 * @param {(tokens: number[]) => string} decode
 * @returns {Word[]}
 */
function wholeCharacters(tokens, decode) {
  const full = tokens.length > 0 ? decode(tokens) : '';
  /** @type {Word[]} */
  const words = [];
  /** @type {Word} */
  let current = { text: '', tokens: [], indices: [] };
  let offset = 0;
  tokens.forEach((token, i) => {
    current.tokens.push(token);
    current.indices.push(i);
    const text = decode(current.tokens);
    // A replacement character may be half of one, or stand in the text itself.
    if (text.includes(BROKEN) && full[offset + text.indexOf(BROKEN)] !== BROKEN) return;
    words.push({ ...current, text });
    current = { text: '', tokens: [], indices: [] };
    offset += text.length;
  });
  return words;
}

/**
 * @param {Word[]} pieces
 * @param {number} endOfText the first id that is no text
 * @param {Test} isPunctuation
 * @returns {Word[]}
 */
function joinBySpaces(pieces, endOfText, isPunctuation) {
  /** @type {Word[]} */
  const words = [];
  for (const piece of pieces) {
    const last = words.at(-1);
    const alone = isPunctuation(piece.text.trim());
    const starts = piece.tokens[0] >= endOfText || piece.text.startsWith(' ') || alone;
    if (last === undefined || starts) {
      words.push({ text: piece.text, tokens: [...piece.tokens], indices: [...piece.indices] });
    } else {
      append(last, piece);
    }
  }
  return words;
}

/**
 * @param {Word} word
 * @param {Word} more
 */
function append(word, more) {
  word.text += more.text;
  word.tokens.push(...more.tokens);
  word.indices.push(...more.indices);
}

/**
 * Opening punctuation joins the word after it, other punctuation the word before it.
 *
 * @param {Word[]} words
 * @param {string} opening
 * @param {string} closing
 * @returns {Word[]}
 */
function joinPunctuation(words, opening, closing) {
  /** @type {Word[]} */
  const fromRight = [];
  for (const word of words.toReversed()) {
    const next = fromRight.at(-1);
    if (next && word.text.startsWith(' ') && opening.includes(word.text.trim())) {
      next.text = word.text + next.text;
      next.tokens = [...word.tokens, ...next.tokens];
      next.indices = [...word.indices, ...next.indices];
    } else {
      fromRight.push({ ...word, tokens: [...word.tokens], indices: [...word.indices] });
    }
  }
  /** @type {Word[]} */
  const joined = [];
  for (const word of fromRight.reverse()) {
    const before = joined.at(-1);
    if (before && !before.text.endsWith(' ') && closing.includes(word.text)) append(before, word);
    else joined.push(word);
  }
  return joined.filter((word) => word.text !== '');
}

/**
 * @param {Word[]} words
 * @returns {any[]} texts, tokens and indices
 */
function columns(words) {
  return [
    words.map((word) => word.text),
    words.map((word) => word.tokens),
    words.map((word) => word.indices),
  ];
}

/**
 * @param {any} words
 * @param {any} tokens
 * @param {any} indices
 * @returns {Word[]}
 */
function rowsOf(words, tokens, indices) {
  return words.map((/** @type {string} */ text, /** @type {number} */ i) => ({
    text,
    tokens: tokens[i],
    indices: indices[i],
  }));
}

module.exports = { WITHOUT_SPACES, wholeCharacters, joinBySpaces, joinPunctuation, columns, rowsOf };
