/**
 * The names git gives to content: what the Hub's ETags and commit ids are made of.
 *
 * @module
 */
import { createHash } from 'node:crypto';

/**
 * @param {'blob' | 'tree' | 'commit'} type
 * @param {Buffer} content
 * @returns {string} 40 hex digits.
 */
function objectId(type, content) {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/**
 * The sha1 that git gives a file: the ETag of a small file on the Hub.
 *
 * @param {Buffer} content
 * @returns {string}
 */
export function blobId(content) {
  return objectId('blob', content);
}

/**
 * The sha256 of a file: the ETag of an LFS file on the Hub.
 *
 * @param {Buffer} content
 * @returns {string}
 */
export function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * What git itself holds in place of an LFS file.
 *
 * @param {string} sha
 * @param {number} size
 * @returns {Buffer}
 */
export function lfsPointer(sha, size) {
  return Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${sha}\nsize ${size}\n`);
}

/**
 * The id of the folder that holds the given files.
 *
 * @param {Map<string, string>} blobs Path with `/`, and blob id.
 * @returns {string}
 */
export function treeId(blobs) {
  /** @type {Map<string, Map<string, string>>} */
  const folders = new Map();
  /** @type {{ mode: string, name: string, id: string }[]} */
  const entries = [];
  for (const [path, id] of blobs) {
    const cut = path.indexOf('/');
    if (cut < 0) {
      entries.push({ mode: '100644', name: path, id });
    } else {
      const folder = path.slice(0, cut);
      const inside = folders.get(folder) ?? new Map();
      folders.set(folder, inside.set(path.slice(cut + 1), id));
    }
  }
  for (const [name, inside] of folders) entries.push({ mode: '40000', name, id: treeId(inside) });
  // git sorts by bytes, a folder as if its name ended in a slash.
  const key = (/** @type {{ mode: string, name: string }} */ entry) =>
    Buffer.from(entry.mode === '40000' ? `${entry.name}/` : entry.name);
  entries.sort((a, b) => Buffer.compare(key(a), key(b)));
  return objectId(
    'tree',
    Buffer.concat(
      entries.map(({ mode, name, id }) =>
        Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
      ),
    ),
  );
}

/**
 * @param {{ tree: string, parent: string | null, seconds: number, message: string }} commit
 * @returns {string}
 */
export function commitId({ tree, parent, seconds, message }) {
  const who = `Test Hub <hub@example.invalid> ${seconds} +0000`;
  const lines = [`tree ${tree}`];
  if (parent) lines.push(`parent ${parent}`);
  lines.push(`author ${who}`, `committer ${who}`, '', message);
  return objectId('commit', Buffer.from(`${lines.join('\n')}\n`));
}
