'use strict';

/** The command-line tool: arguments in, one function of the package, text or JSON out. */

const { parseArgs } = require('node:util');
const commands = require('./commands.js');

const USAGE = `Usage: autotokenizer <command> [options]

  preload <id>...            puts tokenizers in the cache, so that programs start without the network
  download <id> [<file>...]  puts files of a model in the cache, all of them or those named, and prints their paths
  whoami                     whose token is used, and what it may do
  access <id>...             whether the token can read models
  cache                      what the cache holds
  delete <id>...             removes models from the cache, or one revision of them
  encode <id> [<text>...]    ids of texts; of standard input without one
  decode <id> <number>...    the text of ids
  count <id> [<file>...]     how many tokens files have; standard input without one

  --revision <name>          a branch, tag or commit; main without it
  --cache-dir <folder>       the cache, instead of the one that huggingface_hub uses
  --include, --exclude <glob>  which files download takes; may be repeated
  --no-special-tokens        encode and count add none, decode shows none
  --offline                  opens no connection
  --force                    downloads even what is cached
  --strict                   takes nothing from the cache where the Hub denies access or cannot be reached
  --quiet                    no progress bar; there is none either where stderr is no terminal
  --json                     results as JSON
  --help, --version

The token comes from HF_TOKEN or the file of \`hf auth login\`; a command line is no place for it, others can read it.`;

const OPTIONS = /** @type {const} */ ({
  revision: { type: 'string' },
  'cache-dir': { type: 'string' },
  include: { type: 'string', multiple: true },
  exclude: { type: 'string', multiple: true },
  'no-special-tokens': { type: 'boolean' },
  offline: { type: 'boolean' },
  force: { type: 'boolean' },
  strict: { type: 'boolean' },
  quiet: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
});

/**
 * @param {string} problem
 * @returns {number}
 */
function misused(problem) {
  console.error(`autotokenizer: ${problem}\nTry: autotokenizer --help`);
  return 2;
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code: 0, 1 for a failure, 2 for a command that is none
 */
async function main(args) {
  let parsed;
  try {
    parsed = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return misused(/** @type {Error} */ (error).message);
  }
  const { values, positionals } = parsed;
  const [name, ...operands] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (values.version) {
    console.log(require('../../package.json').version);
    return 0;
  }
  if (name === undefined) return misused('no command');
  if (!Object.hasOwn(commands, name)) return misused(`no command ${JSON.stringify(name)}`);
  const command = commands[name];
  if (operands.length < command.least) return misused(`${name} needs ${command.needs}`);
  if (operands.length > (command.most ?? Infinity)) return misused(`${name} takes ${command.needs}`);
  const chooses = values.include !== undefined || values.exclude !== undefined;
  if (chooses && (name !== 'download' || operands.length > 1)) {
    return misused('--include and --exclude are for download without names of files');
  }
  try {
    const result = await command.run(operands, {
      revision: values.revision,
      cache_dir: values['cache-dir'],
      allow_patterns: values.include,
      ignore_patterns: values.exclude,
      add_special_tokens: !values['no-special-tokens'],
      local_files_only: values.offline,
      force_download: values.force,
      strict: values.strict,
      progress: !values.quiet,
    });
    if (values.json) console.log(JSON.stringify(result ?? null, null, 2));
    else if (result !== undefined) console.log(command.show(result));
    return 0;
  } catch (error) {
    const { message, code } = /** @type {any} */ (error);
    console.error(code ? `${message}\n(${code})` : (message ?? error));
    return 1;
  }
}

module.exports = { main };
