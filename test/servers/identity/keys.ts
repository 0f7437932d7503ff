import { execFile } from 'node:child_process';
import { X509Certificate, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);
const keyPair = promisify(generateKeyPair);

export interface AppCertificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  privateKey: string;
}

/** The self-signed certificate that an app shows in place of a secret, made the way Microsoft's pages say. */
export async function appCertificate(): Promise<AppCertificate> {
  const subject = ['-subj', '/CN=Email Session Test App', '-days', '30'];
  const command = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', '-', '-out', '-'];
  const { stdout } = await run('openssl', command);
  const pem = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[\\s\\S]+?-----END ${label}-----\n`).exec(stdout)?.[0] ?? '';
  return { certificate: pem('CERTIFICATE'), privateKey: pem('PRIVATE KEY') };
}

/** What the provider has to know of it: the public half, as a JSON Web Key. */
export const publicJwk = (certificate: string) =>
  new X509Certificate(certificate).publicKey.export({ format: 'jwk' });

/** What the provider signs id tokens with. */
export async function signingJwk() {
  const { privateKey } = await keyPair('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'signing' };
}

export async function rsaKeyPair() {
  const { privateKey, publicKey } = await keyPair('rsa', { modulusLength: 2048 });
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, publicKey };
}
