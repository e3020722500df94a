'use strict';

/** additional_chat_templates/: the templates that a repository has beside its chat_template.jinja. */

const { existsSync } = require('node:fs');
const path = require('node:path');
const { native, cancellable } = require('./native.js');

const FOLDER = 'additional_chat_templates';
/** As large as the addon lets one become that nobody has asked for by its name. */
const MAX_BYTES = 4 << 20;

/**
 * @param {string} folder
 * @returns {Promise<Record<string, string>>} the texts by file
 */
async function readTemplates(folder) {
  if (!existsSync(path.join(folder, FOLDER))) return {};
  // A millisecond for Node.js to read: few tokenizers have such a folder.
  const fs = require('node:fs/promises');
  /** @type {string[]} */
  const names = await fs.readdir(path.join(folder, FOLDER)).catch(() => []);
  const files = names.filter((name) => name.endsWith('.jinja')).map((name) => `${FOLDER}/${name}`);
  /** @type {Record<string, string>} */
  const texts = {};
  for (const file of files.sort()) {
    const whole = path.join(folder, file);
    const { size } = await fs.stat(whole);
    if (size <= MAX_BYTES) texts[file] = await fs.readFile(whole, 'utf8');
  }
  return texts;
}

/**
 * Which of them there are, only a request tells, so it is made as seldom as can be: when the tokenizer came from the
 * network, and with a chat_template.jinja, without which Python transformers writes no more templates. As in Python it
 * is no error if that fails.
 *
 * @param {any} request as for the tokenizer
 * @param {import('./internal').LoadResult} loaded
 * @param {AbortSignal | null} signal
 * @returns {Promise<Record<string, string>>}
 */
async function moreTemplates(request, loaded, signal) {
  const { folder, source, commit, files } = loaded;
  if (!folder) return {};
  const inner = path.join(folder, request.subfolder ?? '');
  if (source === 'network' && commit && typeof files['chat_template.jinja'] === 'string') {
    const allowPatterns = [[request.subfolder, FOLDER, '*.jinja'].filter(Boolean).join('/')];
    const wanted = { ...request, revision: commit, allowPatterns, progress: false, texts: true };
    try {
      await cancellable(signal, (cancelled) => native().snapshot(wanted, () => {}, cancelled));
    } catch {
      signal?.throwIfAborted();
    }
  }
  return readTemplates(inner);
}

module.exports = { moreTemplates };
