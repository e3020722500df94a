/**
 * One repository: its files, commits, branches and tags, and who may read it.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { blobId, commitId, lfsPointer, sha256, treeId } from './git.mjs';

/**
 * @typedef {string | Uint8Array} Content
 *
 * @typedef {object} RepositoryOptions
 * @property {string} id `org/name`, or just `name`.
 * @property {Record<string, Content>} [files] Path in the repository, and content.
 * @property {string} [folder] Take the files of this folder too.
 * @property {string[] | ((path: string, content: Buffer) => boolean)} [lfs] Which files are stored with LFS.
 *   Without it: those with the endings the Hub stores so, and those of 10 MB and more.
 * @property {boolean} [private]
 * @property {false | 'auto' | 'manual'} [gated]
 * @property {boolean} [disabled]
 * @property {string[]} [authorized] Users who accepted the licence of a gated repository (and, for a private
 *   one, users who may read it).
 * @property {string[]} [pending] Users whose request waits for a review.
 * @property {string[]} [rejected] Users whose request was refused.
 * @property {string[]} [formerly] Older ids, which redirect to this one.
 * @property {'redirect' | 'direct'} [delivery] `redirect`, as the real Hub does: small files by a 307 to the
 *   resolve-cache, LFS files by a 302 to the CDN. `direct`: a plain 200 for all.
 * @property {boolean} [xet] Send the headers that tell of xet storage with LFS files.
 *
 * @typedef {object} StoredFile
 * @property {string} path
 * @property {Buffer} bytes
 * @property {boolean} lfs
 * @property {string} blobId git's id; of the pointer when the file is stored with LFS.
 * @property {string} sha256
 * @property {string} etag sha256 when stored with LFS, else git's id.
 *
 * @typedef {object} Commit
 * @property {string} id
 * @property {string | null} parent
 * @property {string} message
 * @property {Date} date
 * @property {Map<string, StoredFile>} files
 */

const LFS_ENDINGS = /\.(bin|gguf|h5|model|msgpack|onnx|pt|pth|safetensors|tar|tar\.gz|zip)$/;
const LFS_SIZE = 10 * 1024 * 1024;
/** The time of every first commit, so that ids are the same in every run. */
const EPOCH = Date.UTC(2023, 6, 18, 12, 0, 0);

/**
 * @param {string} folder
 * @returns {Record<string, Buffer>}
 */
function filesOf(folder) {
  /** @type {Record<string, Buffer>} */
  const files = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path).split(sep).join('/')] = readFileSync(path);
  }
  return files;
}

/** A repository of the Hub. Its public fields may be changed at any time; the next request sees it. */
export class Repository {
  /** @type {Map<string, Commit>} */
  #commits = new Map();
  /** @type {Map<string, string>} */
  #branches = new Map();
  /** @type {Map<string, string>} */
  #tags = new Map();
  /** @type {(path: string, content: Buffer) => boolean} */
  #isLfs;

  /** @param {RepositoryOptions} options */
  constructor(options) {
    const { lfs } = options;
    this.id = options.id;
    this.private = options.private ?? false;
    this.gated = options.gated ?? false;
    this.disabled = options.disabled ?? false;
    this.authorized = new Set(options.authorized);
    this.pending = new Set(options.pending);
    this.rejected = new Set(options.rejected);
    this.formerly = options.formerly ?? [];
    this.delivery = options.delivery ?? 'redirect';
    this.xet = options.xet ?? false;
    if (typeof lfs === 'function') this.#isLfs = lfs;
    else if (lfs) this.#isLfs = (path) => lfs.includes(path);
    else this.#isLfs = (path, content) => LFS_ENDINGS.test(path) || content.length >= LFS_SIZE;
    this.push(
      { ...(options.folder ? filesOf(options.folder) : {}), ...options.files },
      { message: 'initial commit' },
    );
  }

  /** The user or organisation it belongs to; `''` for an id without one. */
  get namespace() {
    return this.id.includes('/') ? this.id.split('/')[0] : '';
  }

  /**
   * Makes a commit and moves a branch to it.
   *
   * @param {Record<string, Content | null>} changes Path and new content; `null` removes the file.
   * @param {{ branch?: string, message?: string }} [options] The branch is made (from `main`) if it is new.
   * @returns {Commit}
   */
  push(changes, { branch = 'main', message = 'update' } = {}) {
    const parent = this.commit(branch) ?? this.commit('main');
    const files = new Map(parent?.files);
    for (const [path, content] of Object.entries(changes)) {
      if (content === null) files.delete(path);
      else files.set(path, this.#store(path, Buffer.from(content)));
    }
    const date = new Date((parent?.date.getTime() ?? EPOCH - 60_000) + 60_000);
    const id = commitId({
      tree: treeId(new Map([...files].map(([path, file]) => [path, file.blobId]))),
      parent: parent?.id ?? null,
      seconds: date.getTime() / 1000,
      message,
    });
    const commit = { id, parent: parent?.id ?? null, message, date, files };
    this.#commits.set(id, commit);
    this.#branches.set(branch, id);
    return commit;
  }

  /**
   * Points a branch (or another ref, as `refs/pr/1`) at a revision.
   *
   * @param {string} name
   * @param {string} [revision]
   */
  branch(name, revision = 'main') {
    this.#branches.set(name, this.#known(revision).id);
  }

  /**
   * @param {string} name
   * @param {string} [revision]
   */
  tag(name, revision = 'main') {
    this.#tags.set(name, this.#known(revision).id);
  }

  /**
   * The commit a revision names: a branch, a tag, a commit id or the first seven digits or more of one.
   *
   * @param {string} revision
   * @returns {Commit | undefined}
   */
  commit(revision) {
    const id = this.#branches.get(revision) ?? this.#tags.get(revision);
    if (id) return this.#commits.get(id);
    if (!/^[0-9a-f]{7,40}$/.test(revision)) return undefined;
    return [...this.#commits.values()].find((commit) => commit.id.startsWith(revision));
  }

  /** @returns {{ branches: Map<string, string>, tags: Map<string, string> }} Names and commit ids. */
  refs() {
    return { branches: new Map(this.#branches), tags: new Map(this.#tags) };
  }

  /** @param {string} revision */
  #known(revision) {
    const commit = this.commit(revision);
    if (!commit) throw new Error(`${this.id} has no revision ${revision}`);
    return commit;
  }

  /**
   * @param {string} path
   * @param {Buffer} bytes
   * @returns {StoredFile}
   */
  #store(path, bytes) {
    const sha = sha256(bytes);
    const lfs = this.#isLfs(path, bytes);
    const id = blobId(lfs ? lfsPointer(sha, bytes.length) : bytes);
    return { path, bytes, lfs, blobId: id, sha256: sha, etag: lfs ? sha : id };
  }
}

/** The repositories of a Hub, found by their present and former ids. */
export class Repositories {
  /** @type {Map<string, Repository>} */
  #byId = new Map();

  /**
   * @param {RepositoryOptions | Repository} repository
   * @returns {Repository}
   */
  add(repository) {
    const added = repository instanceof Repository ? repository : new Repository(repository);
    this.#byId.set(added.id, added);
    return added;
  }

  /** @param {string} id @returns {boolean} */
  remove(id) {
    return this.#byId.delete(id);
  }

  /**
   * The repository that an id names now. Where its `id` differs from the one asked for, it was renamed, or
   * the id was written with other capitals: the Hub answers with a redirect.
   *
   * @param {string} id
   * @returns {Repository | undefined}
   */
  find(id) {
    const exact = this.#byId.get(id);
    if (exact) return exact;
    const all = [...this.#byId.values()];
    return (
      all.find((repository) => repository.formerly.includes(id)) ??
      all.find((repository) => repository.id.toLowerCase() === id.toLowerCase())
    );
  }
}
