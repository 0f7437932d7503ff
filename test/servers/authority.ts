import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ServerCertificate {
  /** The authority's certificate (PEM): what a client has to trust. */
  ca: string;
  certFile: string;
  keyFile: string;
}

const opensslIn =
  (dir: string) =>
  (...args: string[]) =>
    execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export interface ClientCertificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
}

/** A fresh authority and a certificate of its making for localhost, 127.0.0.1 and these names. */
export function issueCertificate(dir: string, names: readonly string[] = []): ServerCertificate {
  const openssl = opensslIn(dir);
  const ca = ['-subj', '/CN=Email Session Test CA', '-addext', 'basicConstraints=critical,CA:TRUE'];
  openssl('req', '-x509', ...EC_KEY, '-days', '30', ...ca, '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl('req', ...EC_KEY, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'leaf.csr');
  const all = ['IP:127.0.0.1', ...['localhost', ...names].map((name) => `DNS:${name}`)];
  writeFileSync(join(dir, 'leaf.ext'), `subjectAltName=${all.join(',')}\nbasicConstraints=CA:FALSE\n`);
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'leaf.ext'];
  openssl('x509', '-req', '-in', 'leaf.csr', ...signer, '-days', '30', '-out', 'cert.pem');
  return {
    ca: readFileSync(join(dir, 'ca.pem'), 'utf8'),
    certFile: join(dir, 'cert.pem'),
    keyFile: join(dir, 'key.pem'),
  };
}

/**
 * A certificate for a client, of the same authority's making.
 *
 * @param passphrase that the key is encrypted with
 */
export function issueClientCertificate(
  { certFile }: ServerCertificate,
  name: string,
  passphrase?: string,
): ClientCertificate {
  const dir = dirname(certFile);
  const openssl = opensslIn(dir);
  openssl('req', ...EC_KEY, '-subj', `/CN=${name}`, '-keyout', 'client.key', '-out', 'client.csr');
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30'];
  const certificate = openssl('x509', '-req', '-in', 'client.csr', ...signer).toString();
  const encryption = passphrase ? ['-aes256', '-passout', `pass:${passphrase}`] : [];
  return { certificate, key: openssl('pkey', '-in', 'client.key', ...encryption).toString() };
}
