'use strict';

/** What each command of the command-line tool does, and how its result is shown to a person. */

const { readFile } = require('node:fs/promises');
const { text: readAll } = require('node:stream/consumers');
const { createApi } = require('../api.js');

const hub = createApi('plain');

/** @param {number} bytes */
function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), 4);
  return `${(bytes / 1024 ** power).toFixed(1)} ${'KMGT'[power - 1]}iB`;
}

/** @param {number} count @param {string} one */
const many = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;

/** @param {string} id @param {any} options */
const tokenizer = (id, options) => hub.AutoTokenizer.from_pretrained(id, options);

/** @param {any} report */
function showCache({ root, size: all, repos, incomplete, warnings }) {
  const rows = repos.map((/** @type {any} */ repo) => {
    const revisions = repo.revisions.map((/** @type {any} */ { commit, refs }) =>
      refs.length > 0 ? refs.join(', ') : commit.slice(0, 8),
    );
    return `${size(repo.size).padStart(10)}  ${repo.id}  (${revisions.join('; ')})`;
  });
  const leftovers = incomplete.length > 0 ? [`${many(incomplete.length, 'broken-off download')} left`] : [];
  return [...rows, `${size(all).padStart(10)}  in ${root}`, ...leftovers, ...warnings].join('\n');
}

/** @param {any} account */
function showAccount({ name, orgs, token }) {
  const member = orgs.map((/** @type {any} */ org) => org.name).join(', ');
  return [
    `${name}${member ? ` (member of ${member})` : ''}`,
    `token ${token.name ? JSON.stringify(token.name) : 'without name'}, ${token.role}, from ${token.source}`,
    ...token.scopes,
    ...(token.expires_at ? [`expires ${token.expires_at}`] : []),
    token.gated,
  ].join('\n');
}

/** @param {any} lines */
const list = (lines) => lines.join('\n');

/**
 * @typedef {object} Command
 * @property {number} least operands
 * @property {number} [most] operands
 * @property {string} needs what they are
 * @property {(operands: string[], options: any) => Promise<any>} run
 * @property {(result: any) => string} show
 */

/** @type {Record<string, Command>} */
module.exports = {
  preload: {
    least: 1,
    needs: 'model ids',
    run: async (ids, options) => {
      await hub.preload(ids, options);
      return ids;
    },
    show: (ids) => `In the cache: ${ids.join(', ')}`,
  },
  download: {
    least: 1,
    needs: 'a model id, then names of files',
    run: async ([id, ...files], options) => {
      if (files.length > 0) return Promise.all(files.map((file) => hub.download(id, file, options)));
      const saved = await hub.snapshot(id, options);
      return Object.values(saved.files);
    },
    show: list,
  },
  whoami: { least: 0, most: 0, needs: 'no operand', run: (_, options) => hub.whoami(options), show: showAccount },
  access: {
    least: 1,
    needs: 'model ids',
    run: async (ids, options) => {
      for (const id of ids) await hub.checkAccess(id, options);
      return ids;
    },
    show: (ids) => `Readable: ${ids.join(', ')}`,
  },
  cache: { least: 0, most: 0, needs: 'no operand', run: (_, options) => hub.scanCache(options), show: showCache },
  delete: {
    least: 1,
    needs: 'model ids',
    run: async (ids, options) => {
      let freed = 0;
      for (const id of ids) freed += await hub.deleteFromCache(id, options);
      return freed;
    },
    show: (freed) => `${size(freed)} freed`,
  },
  encode: {
    least: 1,
    needs: 'a model id, then texts',
    run: async ([id, ...texts], options) => {
      const loaded = await tokenizer(id, options);
      const { add_special_tokens } = options;
      if (texts.length === 0) return [loaded.encode(await readAll(process.stdin), { add_special_tokens })];
      return texts.map((text) => loaded.encode(text, { add_special_tokens }));
    },
    show: (rows) => rows.map((/** @type {number[]} */ ids) => ids.join(' ')).join('\n'),
  },
  decode: {
    least: 2,
    needs: 'a model id and numbers',
    run: async ([id, ...numbers], options) => {
      const ids = numbers.map((number) => {
        if (!/^\d+$/.test(number)) {
          const error = new TypeError(`${JSON.stringify(number)} is no id`);
          throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
        }
        return Number(number);
      });
      const loaded = await tokenizer(id, options);
      return loaded.decode(ids, { skip_special_tokens: !options.add_special_tokens });
    },
    show: (text) => text,
  },
  count: {
    least: 1,
    needs: 'a model id, then files',
    run: async ([id, ...files], options) => {
      const loaded = await tokenizer(id, options);
      const { add_special_tokens } = options;
      /** @type {[number, string][]} */
      const counts = [];
      if (files.length === 0) {
        counts.push([loaded.count_tokens(await readAll(process.stdin), { add_special_tokens }), '-']);
      }
      for (const file of files) {
        counts.push([loaded.count_tokens(await readFile(file, 'utf8'), { add_special_tokens }), file]);
      }
      return counts;
    },
    show: (counts) =>
      counts
        .map((/** @type {[number, string]} */ [count, file]) => (file === '-' ? `${count}` : `${count}  ${file}`))
        .join('\n'),
  },
};
