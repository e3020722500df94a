// `npm run demo`: the program of the README, run against a gated Hub on this machine, without a token and
// with one. Installs and builds first what is missing.
import { join } from 'node:path';
import { root } from './run.mjs';

const REPOSITORY = 'meta-llama/Llama-2-7b-hf';
const TOKEN = 'hf_demo';
const EXPECTED = '[ 1, 15043, 3186, 29991 ]';

const isTerminal = process.stdout.isTTY && !process.env.NO_COLOR;
/** @param {number} code @param {string} text */
const style = (code, text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
/** @param {string} text */
const indent = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');

/**
 * What a user sees of an error, without what Node adds: the line of code before it, and where in the code it
 * was thrown.
 *
 * @param {string} stderr
 */
function withoutStack(stderr) {
  return stderr
    .replace(/^\S+:\d+\n[^]*?\n\s*\^+\s*\n+/, '')
    .replace(/(?:\n +at [^\n]*?)+( \{)?(?=\n|$)/g, '$1')
    .replace(/\n+Node\.js v[^\n]*/, '');
}

/** @param {string} command */
const say = (command) => console.log(`\n${style(1, `$ ${command}`)}`);

const { setup } = await import('./setup.mjs');
await setup({ quiet: true });

// Only now: what follows needs the npm packages.
const { startHub } = await import('../__test__/hub/index.mjs');
const { llama2Files } = await import('../__test__/support/llama2.mjs');
const { runNode } = await import('../__test__/support/run.mjs');

const hub = await startHub({
  repositories: [{ id: REPOSITORY, files: await llama2Files(), gated: 'manual', authorized: ['tester'] }],
  tokens: [TOKEN],
});

/** @param {Record<string, string>} [variables] */
function runProgram(variables = {}) {
  return runNode(join(root, 'tests', 'llama.js'), { env: { HF_ENDPOINT: hub.url, ...variables } });
}

/** @type {string[]} */
const problems = [];
try {
  console.log(
    `\nA Hub on this machine serves the real Llama-2 tokenizer as ${REPOSITORY}, gated as on huggingface.co.`,
  );

  say('node tests/llama.js');
  const refused = await runProgram();
  console.log(indent(withoutStack(refused.stderr) + refused.stdout));
  if (refused.code === 0) problems.push('Without a token the program should have failed, and did not.');

  hub.forget();
  say(`HF_TOKEN=${TOKEN} node tests/llama.js`);
  const granted = await runProgram({ HF_TOKEN: TOKEN });
  console.log(indent(granted.stdout + withoutStack(granted.stderr)));
  if (granted.code !== 0 || granted.stdout.trim() !== EXPECTED) {
    problems.push(`With the token the program should have printed ${EXPECTED}.`);
  }
  if (!hub.requests.some(({ token }) => token === TOKEN)) problems.push('The token never reached the Hub.');
} finally {
  await hub.close();
}

if (problems.length > 0) {
  for (const problem of problems) console.error(`\n${style(31, problem)}`);
  process.exit(1);
}
console.log(
  `\n${style(32, 'The ids are those of the Python reference.')} Without a token: the reason, and what to do.`,
);
