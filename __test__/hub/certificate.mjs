/**
 * A certificate for `127.0.0.1` and `localhost`, made when a Hub with TLS starts: no private key lies in the
 * repository, and none expires. Node can sign but not write certificates, so the few fields of X.509 that are
 * needed are written here, in DER.
 *
 * @module
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @typedef {object} Certificate
 * @property {string} cert The server's, as PEM.
 * @property {string} key
 * @property {string} file A file with the authority's certificate, to be trusted by a client.
 * @property {() => void} remove Removes the file.
 */

/** @param {number} tag @param {...Buffer} contents @returns {Buffer} A DER value. */
function der(tag, ...contents) {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const digits = content.length > 0xff ? [content.length >> 8, content.length & 0xff] : [content.length];
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length, ...digits]), content]);
}

const sequence = (/** @type {Buffer[]} */ ...items) => der(0x30, ...items);
const oid = (/** @type {number[]} */ ...bytes) => der(0x06, Buffer.from(bytes));
const octets = (/** @type {Buffer} */ content) => der(0x04, content);
const bits = (/** @type {Buffer} */ content, unused = 0) => der(0x03, Buffer.from([unused]), content);
const yes = der(0x01, Buffer.from([0xff]));

/** ecdsa-with-SHA256 */
const ALGORITHM = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

/** @param {string} commonName */
function name(commonName) {
  return sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(commonName)))));
}

/** @param {Date} date */
function time(date) {
  return der(
    0x17,
    Buffer.from(
      date
        .toISOString()
        .slice(2)
        .replace(/[-:T]|\.\d+/g, ''),
    ),
  );
}

/**
 * An extension of the family 2.5.29.
 * @param {number} number
 * @param {boolean} critical
 * @param {Buffer} value
 */
function extension(number, critical, value) {
  return sequence(oid(0x55, 0x1d, number), ...(critical ? [yes] : []), octets(value));
}

/** @param {import('node:crypto').KeyObject} publicKey @returns {Buffer} What certificates call a key by. */
function keyId(publicKey) {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** @param {Buffer} content */
function pem(content) {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/**
 * @param {object} options
 * @param {string} options.subject
 * @param {string} options.issuer
 * @param {import('node:crypto').KeyObject} options.publicKey Of the subject.
 * @param {import('node:crypto').KeyObject} options.signer The issuer's private key.
 * @param {Buffer[]} options.extensions
 */
function certify({ subject, issuer, publicKey, signer, extensions }) {
  const day = 24 * 60 * 60 * 1000;
  const serial = randomBytes(16);
  serial[0] = (serial[0] & 0x7f) | 0x40;
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ALGORITHM,
    name(issuer),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + 30 * day))),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return pem(sequence(content, ALGORITHM, bits(sign('sha256', content, signer))));
}

/** @returns {Certificate} */
export function makeCertificate() {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = 'autotokenizer test Hub authority';
  const ca = certify({
    subject: issuer,
    issuer,
    publicKey: authority.publicKey,
    signer: authority.privateKey,
    extensions: [
      extension(0x13, true, sequence(yes)), // basicConstraints: it is an authority
      extension(0x0f, true, bits(Buffer.from([0x06]), 1)), // keyUsage: signs certificates
      extension(0x0e, false, octets(keyId(authority.publicKey))), // subjectKeyIdentifier
    ],
  });
  const cert = certify({
    subject: '127.0.0.1',
    issuer,
    publicKey: server.publicKey,
    signer: authority.privateKey,
    extensions: [
      extension(0x13, true, sequence()), // basicConstraints: it is none
      extension(0x0f, true, bits(Buffer.from([0x80]), 7)), // keyUsage: digitalSignature
      extension(0x25, false, sequence(oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01))), // serverAuth
      extension(0x0e, false, octets(keyId(server.publicKey))), // subjectKeyIdentifier
      extension(0x23, false, sequence(der(0x80, keyId(authority.publicKey)))), // authorityKeyIdentifier
      extension(
        0x11,
        false,
        sequence(
          // subjectAltName
          der(0x87, Buffer.from([127, 0, 0, 1])),
          der(0x82, Buffer.from('localhost')),
        ),
      ),
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'hub-ca-'));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, ca);
  return {
    cert,
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    file,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
