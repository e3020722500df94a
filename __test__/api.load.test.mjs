// from_pretrained as each level has it: options, events, errors, env. The Hub is on loopback.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { startHub } from './hub/index.mjs';
import { tokenizers } from './data/tokenizers.mjs';

const require = createRequire(import.meta.url);
const plain = require('../index.js');
/** @type {Record<string, any>} */
const levels = { v2: require('../v2.js'), v3: require('../v3.js'), v4: require('../v4.js') };

/**
 * @param {string} name
 * @param {object} [changes]
 * @param {Record<string, string>} [more]
 */
function files(name, changes = {}, more = {}) {
  const { json, config } = tokenizers[name]();
  return {
    'tokenizer.json': JSON.stringify(json),
    'tokenizer_config.json': JSON.stringify({ ...config, ...changes }),
    ...more,
  };
}

/** @type {any} */
let hub;
/** @type {string} */
let folder;
/** @type {NodeJS.ProcessEnv} */
let saved;

before(async () => {
  hub = await startHub({
    repositories: [
      { id: 'org/bert', files: files('bert') },
      { id: 'org/fast', files: files('gpt2', { tokenizer_class: 'GPT2TokenizerFast' }) },
      { id: 'org/unknown', files: files('bert', { tokenizer_class: 'NewTokenizer' }) },
      { id: 'org/backend', files: files('bert', { tokenizer_class: 'TokenizersBackend' }) },
      { id: 'org/llama', files: files('llama') },
      { id: 'org/jinja', files: files('bert', { chat_template: 'old' }, { 'chat_template.jinja': 'new' }) },
      {
        id: 'org/named',
        files: files('bert', {}, {
          'chat_template.jinja': 'main',
          'additional_chat_templates/tool_use.jinja': 'tools',
          'additional_chat_templates/rag.jinja': 'documents',
          'additional_chat_templates/notes.txt': 'no template',
        }),
      },
      {
        id: 'org/endless',
        files: files('bert', {}, {
          'chat_template.jinja': 'main',
          'additional_chat_templates/large.jinja': 'x'.repeat((4 << 20) + 1),
        }),
      },
      {
        id: 'org/countless',
        files: files('bert', {}, {
          'chat_template.jinja': 'main',
          ...Object.fromEntries(
            Array.from({ length: 101 }, (_, i) => [`additional_chat_templates/${i}.jinja`, 'x']),
          ),
        }),
      },
      {
        id: 'org/sub',
        files: Object.fromEntries(
          Object.entries(files('bert')).map(([name, text]) => [`inner/${name}`, text]),
        ),
      },
      { id: 'org/gated', files: files('bert'), gated: 'manual', authorized: ['member'] },
      { id: 'org/list', files: { ...files('bert'), 'tokenizer_config.json': '[]' } },
    ],
    tokens: [
      { value: 'hf_outsider', user: 'outsider' },
      { value: 'hf_member', user: 'member' },
    ],
  });
  folder = await mkdtemp(join(tmpdir(), 'load-'));
  saved = { ...process.env };
  for (const name of Object.keys(process.env))
    if (/^(HF_|HUGGING_FACE|AUTOTOKENIZER_)/.test(name)) delete process.env[name];
  process.env.HF_ENDPOINT = hub.url;
  process.env.HF_HOME = join(folder, 'home');
});
after(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
  process.env = saved;
});

/**
 * @param {any} module
 * @param {any} id
 * @param {object} [options]
 * @returns {Promise<any>}
 */
const failure = (module, id, options) =>
  module.AutoTokenizer.from_pretrained(id, options).then(
    () => assert.fail('it loaded'),
    (/** @type {any} */ error) => error,
  );

/** @param {() => any} run */
async function warningsOf(run) {
  /** @type {string[]} */
  const warnings = [];
  const { warn } = console;
  console.warn = (message) => warnings.push(message);
  try {
    return { result: await run(), warnings };
  } finally {
    console.warn = warn;
  }
}

describe('the class', () => {
  for (const [level, module] of Object.entries({ plain, ...levels })) {
    test(`${level}: is the one that the model names`, async () => {
      const { AutoTokenizer, BertTokenizer, GPT2Tokenizer, PreTrainedTokenizer } = module;
      assert.ok((await AutoTokenizer.from_pretrained('org/bert')) instanceof BertTokenizer);
      assert.ok((await AutoTokenizer.from_pretrained('org/fast')) instanceof GPT2Tokenizer);
      const { result, warnings } = await warningsOf(() => AutoTokenizer.from_pretrained('org/unknown'));
      assert.equal(result.constructor, PreTrainedTokenizer);
      assert.deepEqual(warnings, [
        'Unknown tokenizer class "NewTokenizer", attempting to construct from base class.',
      ]);
    });

    test(`${level}: from_pretrained of a class makes that class`, async () => {
      const tokenizer = await module.GPT2Tokenizer.from_pretrained('org/bert');
      assert.equal(tokenizer.constructor, module.GPT2Tokenizer);
      class Own extends module.BertTokenizer {}
      assert.ok((await Own.from_pretrained('org/bert')) instanceof Own);
    });
  }

  for (const level of ['v2', 'v3']) {
    test(`${level}: a program adds to the classes, and takes the place of one`, async () => {
      const { AutoTokenizer, BertTokenizer, PreTrainedTokenizer } = levels[level];
      const { TOKENIZER_CLASS_MAPPING: known } = AutoTokenizer;
      class Own extends PreTrainedTokenizer {}
      Object.assign(known, { NewTokenizer: Own, BertTokenizer: Own });
      try {
        for (const id of ['org/unknown', 'org/bert']) {
          const { result, warnings } = await warningsOf(() => AutoTokenizer.from_pretrained(id));
          assert.deepEqual([result.constructor, warnings], [Own, []]);
        }
      } finally {
        delete known.NewTokenizer;
        known.BertTokenizer = BertTokenizer;
      }
    });
  }

  test('v4 knows TokenizersBackend, v3 does not', async () => {
    const { warnings } = await warningsOf(() => levels.v4.AutoTokenizer.from_pretrained('org/backend'));
    assert.deepEqual(warnings, []);
    const before = await warningsOf(() => levels.v3.AutoTokenizer.from_pretrained('org/backend'));
    assert.equal(before.warnings.length, 1);
    assert.equal(levels.v4.TokenizersBackend, levels.v4.PreTrainedTokenizer);
  });

  test('a loaded tokenizer is what the constructor makes', async () => {
    for (const module of [plain, ...Object.values(levels)]) {
      const { json, config } = tokenizers.bert();
      const loaded = await module.AutoTokenizer.from_pretrained('org/bert');
      const made = new module.BertTokenizer(json, config);
      assert.deepEqual(loaded('hello world'), made('hello world'));
      assert.deepEqual(Object.keys(loaded), Object.keys(made));
    }
  });
});

describe('options', () => {
  const { AutoTokenizer } = plain;

  test('subfolder, revision, token, cache_dir', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained('org/sub', {
      subfolder: 'inner',
      revision: 'main',
    });
    assert.equal(tokenizer.constructor.name, 'BertTokenizer');
    await AutoTokenizer.from_pretrained('org/gated', { token: 'hf_member' });
    await AutoTokenizer.from_pretrained('org/gated', {
      use_auth_token: 'hf_member',
      cache_dir: join(folder, 'other'),
    });
  });

  test('a token in process.env, set just before; none with token: false', async () => {
    process.env.HF_TOKEN = 'hf_member';
    try {
      await AutoTokenizer.from_pretrained('org/gated', { force_download: true });
      const error = await failure(plain, 'org/gated', { token: false, cache_dir: join(folder, 'empty') });
      assert.equal(error.code, 'ERR_HUB_TOKEN_MISSING');
    } finally {
      delete process.env.HF_TOKEN;
    }
  });

  test('a worker with an environment of its own', async () => {
    const source = `
      const { parentPort } = require('node:worker_threads');
      const { AutoTokenizer } = require(${JSON.stringify(require.resolve('../index.js'))});
      process.env.HF_TOKEN = 'hf_member';
      AutoTokenizer.from_pretrained('org/gated', { cache_dir: ${JSON.stringify(join(folder, 'worker'))} })
        .then((t) => parentPort.postMessage(t.encode('hello')), (e) => parentPort.postMessage(e.message));`;
    const worker = new Worker(source, {
      eval: true,
      env: { HF_ENDPOINT: hub.url, HF_HOME: join(folder, 'home') },
    });
    const [answer] = await new Promise((resolve, reject) => {
      worker.once('message', (message) => resolve([message]));
      worker.once('error', reject);
    });
    await worker.terminate();
    assert.deepEqual(answer, [2, 5, 3]);
    assert.equal(process.env.HF_TOKEN, undefined);
  });

  test('other names for the variable and the Hub', async () => {
    plain.env.tokenVariables = ['OTHER_TOKEN'];
    plain.env.remoteHost = hub.url;
    process.env.OTHER_TOKEN = 'hf_member';
    delete process.env.HF_ENDPOINT;
    try {
      await AutoTokenizer.from_pretrained('org/gated', { cache_dir: join(folder, 'by-env') });
      plain.env.tokenVariables = null;
      process.env.AUTOTOKENIZER_TOKEN_VARIABLES = 'NOPE, OTHER_TOKEN';
      await AutoTokenizer.from_pretrained('org/gated', { cache_dir: join(folder, 'by-variable') });
    } finally {
      process.env.HF_ENDPOINT = hub.url;
      plain.env.remoteHost = 'https://huggingface.co/';
      delete process.env.OTHER_TOKEN;
      delete process.env.AUTOTOKENIZER_TOKEN_VARIABLES;
    }
  });

  test('folders: absolute, relative, and below env.localModelPath', async () => {
    const model = join(folder, 'models', 'org', 'local');
    await mkdir(model, { recursive: true });
    for (const [name, text] of Object.entries(files('bert'))) await writeFile(join(model, name), text);
    const ids = [model, `.${'/'}${relative(process.cwd(), model)}`];
    for (const id of ids)
      assert.equal((await AutoTokenizer.from_pretrained(id)).constructor.name, 'BertTokenizer');
    for (const { env, AutoTokenizer: Auto } of Object.values(levels)) {
      const { localModelPath } = env;
      env.localModelPath = join(folder, 'models');
      await Auto.from_pretrained('org/local', { local_files_only: true });
      env.localModelPath = localModelPath;
      for (const id of ids) assert.equal((await Auto.from_pretrained(id)).constructor.name, 'BertTokenizer');
    }
  });

  test('a folder of any name among the local models of v2', async () => {
    const { env, AutoTokenizer: Auto } = levels.v2;
    const { localModelPath } = env;
    for (const name of ['a/b/c', 'two words', 'x--y', 'v.git']) {
      const model = join(folder, 'any', name);
      await mkdir(model, { recursive: true });
      for (const [file, text] of Object.entries(files('bert'))) await writeFile(join(model, file), text);
      env.localModelPath = join(folder, 'any');
      /** @type {any[]} */
      const events = [];
      const options = { progress_callback: (/** @type {any} */ event) => events.push(event) };
      const tokenizer = await Auto.from_pretrained(name, options).finally(() => (env.localModelPath = localModelPath));
      assert.equal(tokenizer.constructor.name, 'BertTokenizer');
      assert.ok(events.every((event) => event.name === name));
    }
  });

  test('tokens of a loaded BPE model stand as in its file', async () => {
    const { json, config } = tokenizers.gpt2();
    // One after the other, so that the second finds the first loaded.
    const orders = [Object.entries(json.model.vocab), Object.entries(json.model.vocab).reverse()];
    const loaded = [];
    for (const [i, entries] of orders.entries()) {
      const vocab = Object.fromEntries(entries);
      const model = join(folder, `order-${i}`);
      await mkdir(model, { recursive: true });
      await writeFile(join(model, 'tokenizer.json'), JSON.stringify({ ...json, model: { ...json.model, vocab } }));
      await writeFile(join(model, 'tokenizer_config.json'), JSON.stringify(config));
      for (const level of ['v2', 'v3']) {
        const tokenizer = await levels[level].AutoTokenizer.from_pretrained(model);
        loaded.push(tokenizer);
        // The file's object as JavaScript reads it, with which transformers.js fills its map.
        assert.deepEqual([...tokenizer.model.tokens_to_ids], Object.entries(vocab));
        assert.deepEqual(Object.keys(tokenizer.model.config.vocab), Object.keys(vocab));
      }
    }
    assert.equal(new Set(loaded.map((tokenizer) => String(tokenizer.encode('hello world')))).size, 1);
  });

  test('legacy at v2 and v3', async () => {
    for (const level of ['v2', 'v3']) {
      const { AutoTokenizer: Auto } = levels[level];
      assert.equal((await Auto.from_pretrained('org/llama')).legacy, true);
      const changed = await Auto.from_pretrained('org/llama', { legacy: false });
      assert.equal(changed.legacy, false);
    }
  });

  test('chat_template.jinja goes before the config', async () => {
    assert.equal((await AutoTokenizer.from_pretrained('org/jinja')).chat_template, 'new');
  });

  test('templates in additional_chat_templates have the names of their files', async (t) => {
    const { AutoTokenizer } = plain;
    const named = { default: 'main', rag: 'documents', tool_use: 'tools' };
    const cache = { cache_dir: join(folder, 'named') };
    const count = async (/** @type {() => Promise<any>} */ load) => {
      const before = hub.requests.length;
      const { chat_template } = await load();
      return [Object.assign({}, chat_template), hub.requests.slice(before)];
    };
    const [first, asked] = await count(() => AutoTokenizer.from_pretrained('org/named', cache));
    assert.deepEqual(first, named);
    const lists = asked.filter((/** @type {any} */ { path }) => path.startsWith('/api/models/'));
    assert.equal(lists.length, 1, JSON.stringify(asked));
    const [again, later] = await count(() =>
      AutoTokenizer.from_pretrained('org/named', { ...cache, local_files_only: true }),
    );
    assert.deepEqual([again, later.length], [named, 0]);

    const local = join(folder, 'named-local');
    await mkdir(join(local, 'additional_chat_templates'), { recursive: true });
    for (const [name, text] of Object.entries(files('bert', {}, { 'additional_chat_templates/rag.jinja': 'x' }))) {
      await writeFile(join(local, name), text);
    }
    const [own] = await count(() => AutoTokenizer.from_pretrained(local));
    assert.deepEqual(own, { rag: 'x' });

    await t.test('no request is made for a repository without chat_template.jinja', async () => {
      const options = { cache_dir: join(folder, 'unnamed') };
      const [, without] = await count(() => AutoTokenizer.from_pretrained('org/bert', options));
      assert.ok(!without.some((/** @type {any} */ { path }) => path.startsWith('/api/models/')));
    });
  });

  test('templates that are too large, or too many, are left where they are', async () => {
    const { AutoTokenizer } = plain;
    for (const id of ['org/endless', 'org/countless']) {
      hub.forget();
      const { chat_template } = await AutoTokenizer.from_pretrained(id, { cache_dir: join(folder, id) });
      assert.equal(chat_template, 'main');
      const bodies = hub.requests.filter(
        (/** @type {any} */ { method, path }) => method === 'GET' && path.includes('additional'),
      );
      assert.deepEqual(bodies, [], id);
    }
    const local = join(folder, 'endless-local');
    await mkdir(join(local, 'additional_chat_templates'), { recursive: true });
    const large = { 'additional_chat_templates/large.jinja': 'x'.repeat((4 << 20) + 1) };
    for (const [name, text] of Object.entries(files('bert', { chat_template: 'own' }, large))) {
      await writeFile(join(local, name), text);
    }
    assert.equal((await AutoTokenizer.from_pretrained(local)).chat_template, 'own');
  });

  test('wrong values name option and value', async () => {
    const cases = [
      [{ revision: 5 }, 'options.revision must be a string, but got 5'],
      [{ subfolder: {} }, 'options.subfolder must be a string, but got an object'],
      [{ cache_dir: [1] }, 'options.cache_dir must be a string, but got an array of 1'],
      [{ progress_callback: 'x' }, "options.progress_callback must be a function, but got 'x'"],
      [{ signal: {} }, 'options.signal must be an AbortSignal, but got an object'],
    ];
    for (const [options, message] of cases) {
      const error = await failure(plain, 'org/bert', /** @type {object} */ (options));
      assert.equal(error.name, 'TypeError');
      assert.equal(error.message, message);
    }
    const { message } = await failure(plain, 'org/bert', { token: { secret: 'hf_member' } });
    assert.ok(!message.includes('hf_member'), message);
  });
});

describe('events', () => {
  test('of each required file, in order, with the id as given', async () => {
    for (const module of [plain, ...Object.values(levels)]) {
      /** @type {any[]} */
      const events = [];
      const options = {
        progress_callback: (/** @type {any} */ event) => events.push(event),
        force_download: true,
      };
      await module.AutoTokenizer.from_pretrained('org/bert', options);
      assert.deepEqual(events.slice(0, 2), [
        { status: 'initiate', name: 'org/bert', file: 'tokenizer.json' },
        { status: 'initiate', name: 'org/bert', file: 'tokenizer_config.json' },
      ]);
      for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
        const own = events.filter((event) => event.file === file);
        const order = own.map(({ status }) => status).filter((status, i, all) => status !== all[i - 1]);
        assert.deepEqual(order, ['initiate', 'download', 'progress', 'done']);
        const last = own.at(-2);
        assert.deepEqual(Object.keys(last), ['status', 'name', 'file', 'progress', 'loaded', 'total']);
        assert.equal(last.progress, 100);
        assert.equal(last.loaded, last.total);
      }
    }
  });

  test('a callback that throws ends loading with what it threw', async () => {
    const problem = new Error('mine');
    const error = await failure(plain, 'org/bert', {
      progress_callback: () => {
        throw problem;
      },
    });
    assert.equal(error, problem);
  });

  test('a signal ends loading', async () => {
    const already = await failure(plain, 'org/bert', { signal: AbortSignal.abort(new Error('why')) });
    assert.equal(already.name, 'AbortError');
    assert.equal(already.code, 'ERR_HUB_ABORTED');
    assert.match(already.cause.message, /why/);
    const controller = new AbortController();
    const loading = failure(plain, 'org/bert', { signal: controller.signal, force_download: true });
    controller.abort();
    assert.equal((await loading).code, 'ERR_HUB_ABORTED');
  });
});

describe('errors begin as transformers.js does', () => {
  const firstLine = (/** @type {any} */ error) => error.message.split('\n')[0].replaceAll(hub.url, 'HUB');
  for (const level of ['v2', 'v3', 'v4']) {
    const file = level === 'v4' ? 'tokenizer_config.json' : 'tokenizer.json';
    test(`${level}: without access`, async () => {
      const error = await failure(levels[level], 'org/gated', { cache_dir: join(folder, `gated-${level}`) });
      assert.equal(firstLine(error), `Unauthorized access to file: "HUB/org/gated/resolve/main/${file}".`);
      assert.equal(error.status, 401);
      assert.ok(error instanceof levels[level].TokenMissingError);
      assert.equal(error.name, level === 'v4' ? 'ModelFileNotFoundError' : 'TokenMissingError');
      const options = { token: 'hf_outsider', cache_dir: join(folder, `gated-${level}`) };
      const denied = await failure(levels[level], 'org/gated', options);
      assert.equal(firstLine(denied), `Forbidden access to file: "HUB/org/gated/resolve/main/${file}".`);
      assert.ok(!denied.stack.includes('hf_outsider'));
    });

    test(`${level}: not there`, async () => {
      const { env } = levels[level];
      const missing = await failure(levels[level], 'org/bert', { revision: 'nope' });
      assert.equal(firstLine(missing), 'Could not locate file: "HUB/org/bert/resolve/nope/tokenizer.json".');
      const local = await failure(levels[level], 'org/nothing', { local_files_only: true });
      assert.equal(
        firstLine(local),
        '`local_files_only=true` or `env.allowRemoteModels=false` and file was not found locally at ' +
          `"${join(env.localModelPath, 'org/nothing/tokenizer.json')}".`,
      );
      const path = await failure(levels[level], '/nowhere/at/all');
      const expected =
        'Local file missing at "/nowhere/at/all/tokenizer.json" and download aborted due to invalid ' +
        'model ID "/nowhere/at/all".';
      if (level !== 'v2') assert.equal(firstLine(path), expected);
      assert.equal(path.code, 'ERR_HUB_FILE_NOT_FOUND');
      // As 3.8.1 says it; 2.17.2 looks for paths among the local models.
      const offline = await failure(levels[level], '/nowhere/at/all', { local_files_only: true });
      const looked = level === 'v2' ? join(env.localModelPath, '/nowhere/at/all') : '/nowhere/at/all';
      assert.ok(firstLine(offline).endsWith(`found locally at "${looked}/tokenizer.json".`), firstLine(offline));
    });

    test(`${level}: settings that exclude each other`, async () => {
      const { env } = levels[level];
      env.allowLocalModels = false;
      const one = await failure(levels[level], 'org/bert', { local_files_only: true });
      env.allowRemoteModels = false;
      const both = await failure(levels[level], 'org/bert');
      env.allowLocalModels = true;
      env.allowRemoteModels = true;
      assert.equal(
        one.message,
        'Invalid configuration detected: local models are disabled (`env.allowLocalModels=false`) but you have requested to only use local models (`local_files_only=true`).',
      );
      assert.equal(
        both.message,
        'Invalid configuration detected: both local and remote models are disabled. Fix by setting `env.allowLocalModels` or `env.allowRemoteModels` to `true`.',
      );
    });

    test(`${level}: no id`, async () => {
      const text =
        level === 'v4'
          ? 'modelId is required for get_tokenizer_files'
          : "Cannot read properties of undefined (reading 'replace')";
      const error = await failure(levels[level], undefined);
      assert.equal(firstLine(error), text);
      assert.ok(error instanceof TypeError);
      for (const id of [5, {}, true]) {
        assert.equal(firstLine(await failure(levels[level], id)), 'part.replace is not a function');
      }
    });

    test(`${level}: the file that a folder lacks is named`, async () => {
      const { env } = levels[level];
      const { localModelPath } = env;
      const model = join(folder, 'halves', level);
      await mkdir(model, { recursive: true });
      await writeFile(join(model, 'tokenizer.json'), files('bert')['tokenizer.json']);
      env.localModelPath = join(folder, 'halves');
      const below = await failure(levels[level], level, { local_files_only: true });
      env.localModelPath = localModelPath;
      const missing = join(model, 'tokenizer_config.json');
      assert.ok(firstLine(below).endsWith(`found locally at "${missing}".`), firstLine(below));
      const path = await failure(levels[level], model);
      if (level === 'v2') return;
      assert.equal(
        firstLine(path),
        `Local file missing at "${missing}" and download aborted due to invalid model ID "${model}".`,
      );
    });
  }

  test('no network', async () => {
    plain.env.remoteHost = 'http://127.0.0.1:9/';
    const error = await failure(plain, 'org/bert', { cache_dir: join(folder, 'no-network') });
    plain.env.remoteHost = 'https://huggingface.co/';
    assert.equal(firstLine(error), 'fetch failed');
    assert.equal(error.code, 'ERR_HUB_NETWORK');
  });

  test('a tokenizer_config.json that is no object', async () => {
    const error = await failure(plain, 'org/list');
    assert.match(error.message, /tokenizer_config\.json/);
    assert.match(error.code, /^ERR_(TOKENIZER_FILE|HUB_FILE_INVALID)$/);
  });
});

describe('the Hub and its cache', () => {
  test('whoami, checkAccess', async () => {
    const account = await plain.whoami({ token: 'hf_member' });
    assert.equal(account.name, 'member');
    assert.ok(!JSON.stringify(account).includes('hf_member'));
    assert.equal(await plain.checkAccess('org/bert'), undefined);
    await assert.rejects(plain.checkAccess('org/gated'), { code: 'ERR_HUB_TOKEN_MISSING' });
    await assert.rejects(plain.whoami(), plain.TokenMissingError);
  });

  test('download, snapshot, scanCache, deleteFromCache', async () => {
    const options = { cache_dir: join(folder, 'files') };
    const path = await plain.download('org/bert', 'tokenizer.json', options);
    assert.equal(await readFile(path, 'utf8'), files('bert')['tokenizer.json']);
    /** @type {string[]} */
    const seen = [];
    const { files: found } = await plain.snapshot('org/jinja', {
      ...options,
      allow_patterns: '*.jinja',
      progress_callback: ({ file, status }) => seen.push(`${status} ${file}`),
    });
    assert.deepEqual(Object.keys(found), ['chat_template.jinja']);
    assert.ok(seen.includes('done chat_template.jinja'), seen.join());
    const ids = async () => (await plain.scanCache(options)).repos.map(({ id }) => id).sort();
    assert.deepEqual(await ids(), ['org/bert', 'org/jinja']);
    assert.ok((await plain.deleteFromCache('org/bert', options)) > 0);
    assert.deepEqual(await ids(), ['org/jinja']);
  });

  test('preload makes a later load need no network', async () => {
    const options = { cache_dir: join(folder, 'preloaded') };
    await plain.preload(['org/bert', 'org/llama'], options);
    const { requests } = hub;
    const before = requests.length;
    await plain.AutoTokenizer.from_pretrained('org/llama', { ...options, local_files_only: true });
    assert.equal(hub.requests.length, before);
  });

  test('wrong values name the argument', async () => {
    const call = (/** @type {any} */ run) =>
      assert.rejects(run, { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    await call(plain.download('org/bert', /** @type {any} */ (5)));
    await call(plain.snapshot(/** @type {any} */ (undefined)));
    await call(plain.snapshot('org/bert', { allow_patterns: /** @type {any} */ ([5]) }));
    await call(plain.deleteFromCache(''));
  });
});

describe('env', () => {
  test('apiLevel chooses for from_pretrained', async () => {
    const { env, AutoTokenizer, BertTokenizer } = /** @type {any} */ (plain);
    assert.equal(env.apiLevel, null);
    env.apiLevel = 'v2';
    const two = await AutoTokenizer.from_pretrained('org/bert');
    const own = await BertTokenizer.from_pretrained('org/bert');
    env.apiLevel = null;
    assert.equal(typeof two.getToken, 'function');
    assert.equal(two.tokenize, undefined);
    assert.equal(typeof own.getToken, 'function');
    assert.throws(() => {
      env.apiLevel = 'v5';
    }, /env.apiLevel must be 'v2', 'v3', 'v4' or null/);
    assert.equal(levels.v3.env.apiLevel, 'v3');
  });

  test("requests are the addon's: fetch is not asked", async (t) => {
    const fail = () => assert.fail('fetch was called');
    t.mock.method(globalThis, 'fetch', fail);
    for (const { AutoTokenizer, env } of [plain, ...Object.values(levels)]) {
      const { fetch } = env;
      if (fetch) env.fetch = fail;
      const cache_dir = await mkdtemp(join(folder, 'fetch-'));
      try {
        assert.ok(await AutoTokenizer.from_pretrained('org/bert', { cache_dir }));
      } finally {
        if (fetch) env.fetch = fetch;
      }
    }
  });

  test('has the names of its level', () => {
    assert.deepEqual(
      [levels.v2.env.version, levels.v3.env.version, levels.v4.env.version],
      ['2.17.2', '3.8.1', '4.3.1'],
    );
    assert.equal('logLevel' in levels.v3.env, false);
    assert.equal(levels.v4.env.logLevel, 30);
  });

  test('logLevel silences warnings', async () => {
    levels.v4.env.logLevel = levels.v4.LogLevel.ERROR;
    const { warnings } = await warningsOf(() => levels.v4.AutoTokenizer.from_pretrained('org/unknown'));
    levels.v4.env.logLevel = levels.v4.LogLevel.WARNING;
    assert.deepEqual(warnings, []);
  });
});
