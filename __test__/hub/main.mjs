/**
 * The loopback Hub by hand: `node __test__/hub/main.mjs --help`.
 *
 * @module
 */
/** @import { RepositoryOptions } from './repository.mjs' */
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startHub } from './index.mjs';

const HELP = `Usage: node __test__/hub/main.mjs [options]

Starts a Hugging Face Hub on a free port of 127.0.0.1, prints what to set HF_ENDPOINT to, and lists the
requests as they come. Ctrl+C ends it.

  --folder <folder>     Serve this folder as a repository. May be given several times.
  --id <org/name>       The repository's id, in the order of the folders. Without it: the last two parts of
                        the path.
  --llama2              Serve the real Llama-2 tokenizer as meta-llama/Llama-2-7b-hf.
  --gated [auto|manual] Only for tokens with access.
  --private             Only for tokens with access, and hidden from all others.
  --token <token>       A token that has access. May be given several times.
  --other-token <token> A valid token of a user without access. May be given several times.
  --direct              Answer every file with a plain 200, without redirects.
  --tls                 Speak https.
`;

/** `--gated` may stand alone. @param {string[]} args */
function completed(args) {
  return args.flatMap((arg, at) =>
    arg === '--gated' && !['auto', 'manual'].includes(args[at + 1]) ? ['--gated', 'auto'] : [arg],
  );
}

/** @param {string[]} args */
function readOptions(args) {
  return parseArgs({
    args: completed(args),
    options: {
      folder: { type: 'string', multiple: true, default: [] },
      id: { type: 'string', multiple: true, default: [] },
      llama2: { type: 'boolean', default: false },
      gated: { type: 'string' },
      private: { type: 'boolean', default: false },
      token: { type: 'string', multiple: true, default: [] },
      'other-token': { type: 'string', multiple: true, default: [] },
      direct: { type: 'boolean', default: false },
      tls: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

/** @param {string} message @returns {never} */
function giveUp(message) {
  process.stderr.write(`${message}\n\n${HELP}`);
  process.exit(2);
}

/** @returns {ReturnType<typeof readOptions>} */
function optionsOrHelp() {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    return giveUp(error instanceof Error ? error.message : String(error));
  }
}

const options = optionsOrHelp();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (options.folder.length === 0 && !options.llama2) giveUp('Nothing to serve: give --folder or --llama2.');

const common = /** @type {Partial<RepositoryOptions>} */ ({
  gated: options.gated ?? false,
  private: options.private,
  delivery: options.direct ? 'direct' : 'redirect',
  authorized: ['tester'],
});
/** @type {RepositoryOptions[]} */
const repositories = options.folder.map((given, index) => {
  const folder = resolve(given);
  return { ...common, folder, id: options.id[index] ?? `${basename(dirname(folder))}/${basename(folder)}` };
});
if (options.llama2) {
  const { llama2Files } = await import('../support/llama2.mjs');
  repositories.push({ ...common, id: 'meta-llama/Llama-2-7b-hf', files: await llama2Files() });
}

const hub = await startHub({
  repositories,
  tokens: [...options.token, ...options['other-token'].map((value) => ({ value, user: 'somebody' }))],
  tls: options.tls,
  onAnswer: ({ origin, method, path, token, status }) => {
    const credential = token === null ? '' : '  (token)';
    console.log(`${status ?? '---'} ${origin.padEnd(3)} ${method.padEnd(4)} ${path}${credential}`);
  },
});

console.log(`HF_ENDPOINT=${hub.url}`);
if (options.tls) console.log(`SSL_CERT_FILE=${hub.caFile}\nNODE_EXTRA_CA_CERTS=${hub.caFile}`);
for (const { id } of repositories) {
  const repository = hub.repository(id);
  const commit = repository.commit('main');
  const traits = [`${commit?.files.size} files at ${commit?.id.slice(0, 12)}`];
  if (repository.gated) traits.push(`gated (${repository.gated})`);
  if (repository.private) traits.push('private');
  console.log(`# ${id}: ${traits.join(', ')}`);
}
process.once('SIGINT', () => hub.close().then(() => process.exit(0)));
process.once('SIGTERM', () => hub.close().then(() => process.exit(0)));
