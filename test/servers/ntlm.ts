import { createHash, createHmac, randomBytes } from 'node:crypto';

import md4 from 'js-md4';

/** An NTLM account; the domain is empty for a user that is named by its address. */
export interface Account {
  user: string;
  domain: string;
  password: string;
}

export interface Policy {
  /** As Extended Protection does: DER of the certificate that the login must be bound to. */
  boundTo?: Buffer;
}

const SIGNATURE = 'NTLMSSP\0';

const pair = (id: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
};
const text = (value: string): Buffer => Buffer.from(value, 'utf16le');
const hmac = (key: Buffer, ...parts: Buffer[]): Buffer =>
  createHmac('md5', key).update(Buffer.concat(parts)).digest();

/** The server's half of one NTLM login (MS-NLMP section 3.2), for one connection. */
export class NtlmAcceptor {
  readonly #serverChallenge = randomBytes(8);
  #negotiate?: Buffer;
  #challenge?: Buffer;

  /** Answers the first message with the second one. */
  challenge(negotiate: Buffer): Buffer {
    this.#negotiate = negotiate;
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE(BigInt(Date.now() + 11_644_473_600_000) * 10_000n);
    const domain = text('EXAMPLE');
    const info = Buffer.concat([
      pair(2, domain),
      pair(1, text('MAIL')),
      pair(4, text('example.test')),
      pair(7, time),
      pair(0, Buffer.alloc(0)),
    ]);
    const header = Buffer.alloc(56);
    header.write(SIGNATURE, 'latin1');
    header.writeUInt32LE(2, 8);
    header.writeUInt16LE(domain.length, 12);
    header.writeUInt16LE(domain.length, 14);
    header.writeUInt32LE(56, 16);
    // As Windows Server 2022 sends it to a client that asks for Unicode.
    header.writeUInt32LE(0xa2898205, 20);
    this.#serverChallenge.copy(header, 24);
    header.writeUInt16LE(info.length, 40);
    header.writeUInt16LE(info.length, 42);
    header.writeUInt32LE(56 + domain.length, 44);
    this.#challenge = Buffer.concat([header, domain, info]);
    return this.#challenge;
  }

  /** Whether the third message shows that its sender knows the password of one of the accounts. */
  accepts(message: Buffer, accounts: readonly Account[], { boundTo }: Policy): boolean {
    if (!this.#negotiate || !this.#challenge || message.readUInt32LE(8) !== 3) return false;
    const field = (at: number) =>
      message.subarray(message.readUInt32LE(at + 4), message.readUInt32LE(at + 4) + message.readUInt16LE(at));
    const [response, domain, user] = [
      field(20),
      field(28).toString('utf16le'),
      field(36).toString('utf16le'),
    ];
    const account = accounts.find(
      (candidate) =>
        candidate.user.toLowerCase() === user.toLowerCase() &&
        candidate.domain.toLowerCase() === domain.toLowerCase(),
    );
    // 24 bytes are NTLMv1, which is not taken.
    if (!account || response.length <= 24) return false;
    const passwordHash = Buffer.from(md4.arrayBuffer(text(account.password)));
    const key = hmac(passwordHash, text(user.toUpperCase() + domain));
    const [proof, blob] = [response.subarray(0, 16), response.subarray(16)];
    if (!hmac(key, this.#serverChallenge, blob).equals(proof)) return false;
    const pairs = pairsOf(blob.subarray(28));
    return this.#isWhole(message, hmac(key, proof), pairs) && isBound(pairs, boundTo);
  }

  /** The integrity code over all three messages, where the client says that there is one. */
  #isWhole(message: Buffer, sessionKey: Buffer, pairs: Map<number, Buffer>): boolean {
    if (((pairs.get(6)?.readUInt32LE() ?? 0) & 2) === 0) return true;
    const sent = Buffer.from(message.subarray(72, 88));
    const blank = Buffer.from(message).fill(0, 72, 88);
    return hmac(sessionKey, this.#negotiate!, this.#challenge!, blank).equals(sent);
  }
}

function pairsOf(bytes: Buffer): Map<number, Buffer> {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; bytes.readUInt16LE(at) !== 0; at += 4 + bytes.readUInt16LE(at + 2))
    pairs.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, at + 4 + bytes.readUInt16LE(at + 2)));
  return pairs;
}

/** RFC 5929 section 4 for a certificate that was signed with SHA-256. */
function isBound(pairs: Map<number, Buffer>, certificate: Buffer | undefined): boolean {
  if (!certificate) return true;
  const data = Buffer.concat([
    Buffer.from('tls-server-end-point:'),
    createHash('sha256').update(certificate).digest(),
  ]);
  const struct = Buffer.concat([Buffer.alloc(20), data]);
  struct.writeUInt32LE(data.length, 16);
  return pairs.get(10)?.equals(createHash('md5').update(struct).digest()) ?? false;
}
