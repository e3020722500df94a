/** Who gives the ids of the reference. */
import { read } from '../corpora.mjs';

/** Texts that tokenizers disagree about. */
const EDGES = [
  '',
  ' ',
  '  ',
  '\n',
  '\r\n\r\n',
  '\t\tx',
  'Hello world!',
  ' Hello  world! ',
  "I'm sure they'll say we've won; it's HER'S.",
  'The quick brown fox jumps over 13 lazy dogs, 1234567890 times.',
  'foo_bar-baz.qux()',
  'a'.repeat(300),
  ' '.repeat(80),
  '日本語のテキストと漢字。',
  '今天天气很好，我们去公园吧！',
  '한국어 문장입니다.',
  'Ünïcödé naïve façade Ångström',
  'e\u0301\u0302 combining',
  'مرحبا بالعالم',
  'שלום עולם',
  'नमस्ते दुनिया',
  'สวัสดีชาวโลก',
  'ΟΔΥΣΣΕΥΣ ΣΑΣ',
  'İstanbul ISTANBUL ı',
  'ﬁne ﬂow №5 ½ ™',
  '𝒜𝓁𝓅𝒽𝒶 𝟙𝟚𝟛',
  '👩‍👩‍👧‍👦 🇩🇪 👍🏽',
  'x\u200by\u200dz\ufeff',
  'zero\u0000byte',
  '\u00a0nbsp\u2003em\u3000wide',
  '��',
  '… — – “quotes” ‘x’',
  'def f(x):\n    return x ** 2  # ok\n',
  '{"key": [1, 2.5e-3, null]}',
  '<div class="a">&amp;</div>',
  "SELECT * FROM t WHERE a='b';",
  'https://example.com/a?b=c&d=%20#e',
  'CamelCaseIdentifierXMLHttp2',
  '3.14159 1,000,000 0x1F 1e10',
  '$100 €20 £5 ¥30',
  'dkxvwta zqjvxk',
  'don\u2019t',
  'A\u030a',
  'ﷺ',
  '①②③',
  '\u1e9b\u0323',
  'ｆｕｌｌｗｉｄｔｈ',
  'tab\tnew\nline\rcr',
  '...!!!???',
  '#####',
  '\u0e33\u0eb3',
  '\u06dd١٢٣',
  'mixed العربية and English',
  'ё й ў',
  'Straße STRASSE',
  '<s>',
  '[CLS] x [SEP]',
  '<|endoftext|>',
  '</s><pad>',
];

/** Texts from each corpus, beside the edges. */
const SAMPLES = 12;

/** @param {Record<string, string>} files @returns {Promise<string[]>} */
export async function checkTexts(files) {
  const samples = [];
  for (const [name, file] of Object.entries(files)) {
    if (name === 'documents') continue;
    const { warm } = await read(file);
    for (let i = 0; i < SAMPLES; ++i) samples.push(warm[(i * 7) % warm.length].slice(i * 31, i * 31 + 400));
  }
  return [...EDGES, ...samples].map((text) => text.toWellFormed?.() ?? text);
}

/**
 * @typedef {object} Verdict
 * @property {number} texts
 * @property {number} wrong How many of them have other ids.
 * @property {string} [example] One of those.
 * @property {boolean} specials Whether it puts the special tokens around the text.
 */

/**
 * @param {import('../session.mjs').Session[]} sessions
 * @param {import('../session.mjs').Session} oracle
 * @param {string[]} texts
 * @returns {Promise<Record<string, Verdict>>} By the peer's name.
 */
export async function check(sessions, oracle, texts) {
  const { ids: right } = await oracle.child.ask({ do: 'ids', texts });
  const around = right[texts.indexOf('')];
  /** @type {Record<string, Verdict>} */
  const verdicts = {};
  for (const { peer, child } of sessions) {
    try {
      const { ids } = await child.ask({ do: 'ids', texts });
      verdicts[peer.name] = judge(texts, ids, right, around);
    } catch (error) {
      verdicts[peer.name] = {
        texts: texts.length,
        wrong: texts.length,
        example: error.message,
        specials: false,
      };
    }
  }
  return verdicts;
}

/** @param {string[]} texts @param {any[]} ids @param {number[][]} right @param {number[]} around */
function judge(texts, ids, right, around) {
  const withSpecials = texts.filter((_, i) => !same(ids[i], right[i]));
  const without = texts.filter((_, i) => !same(ids[i], bare(right[i], around)));
  // A tokenizer that leaves special tokens to its caller is as right as one that adds them.
  const specials = withSpecials.length <= without.length;
  const wrong = specials ? withSpecials : without;
  const example = wrong.find((text) => text.length < 60) ?? wrong[0]?.slice(0, 60);
  return { texts: texts.length, wrong: wrong.length, specials, ...(example !== undefined && { example }) };
}

/** The ids without the special tokens around them. @param {number[]} ids @param {number[]} around Those of no text. */
function bare(ids, around) {
  if (!Array.isArray(ids)) return ids;
  let start = 0;
  while (start < around.length && ids[start] === around[start]) ++start;
  return ids.slice(start, ids.length - (around.length - start));
}

/** @param {any} a @param {any} b */
function same(a, b) {
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((id, i) => id === b[i]);
}
