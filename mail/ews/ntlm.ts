import { randomBytes } from 'node:crypto';

import { MailError } from '../errors';
import { hmacMd5, ntlmV2Response, utf16, type Freshness, type NtlmAccount } from './ntlm-response';

// NTLM's three messages (MS-NLMP section 2.2.1), limited to what a login over https needs: NTLMv2 only, with the fields
// for Exchange's Extended Protection, and without signing or sealing, which TLS already provides.

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const NEGOTIATE = 1;
const CHALLENGE = 2;
const AUTHENTICATE = 3;

/** Section 2.2.2.5. */
const UNICODE = 0x1;
const REQUEST_TARGET = 0x4;
const NTLM = 0x200;
const ALWAYS_SIGN = 0x8000;
const EXTENDED_SESSION_SECURITY = 0x80000;
const TARGET_INFO = 0x800000;
const OFFERED = UNICODE | REQUEST_TARGET | NTLM | ALWAYS_SIGN | EXTENDED_SESSION_SECURITY;

/** Section 2.2.2.1. */
const AV_END = 0;
const AV_FLAGS = 6;
const AV_TIMESTAMP = 7;
const AV_TARGET_NAME = 9;
const AV_CHANNEL_BINDINGS = 10;
const FIXED_LENGTHS = new Map([
  [AV_FLAGS, 4],
  [AV_TIMESTAMP, 8],
]);
const INTEGRITY_CODE_PRESENT = 2;

const HEADER = 88;
const INTEGRITY_CODE = 72;

/** The first message, without version. Domain and workstation are empty fields at its end. */
export const NEGOTIATE_MESSAGE = Buffer.concat([
  SIGNATURE,
  ...[NEGOTIATE, OFFERED, 0, 40, 0, 40, 0, 0].map(uint32),
]);

/** Binds a login to one server, so that an attacker in between cannot relay it to another. */
export interface LoginTarget {
  /** For example HTTP/mail.example.com. */
  servicePrincipalName: string;
  /** 16 bytes; see channelBinding. */
  channelBinding: Buffer;
}

/**
 * The third message: the response to the server's challenge.
 *
 * @param challengeMessage the second message, as the server sent it
 * @throws {MailError} SERVER_REFUSED for a challenge that cannot be answered
 */
export function authenticateMessage(
  challengeMessage: Buffer,
  account: NtlmAccount,
  target: LoginTarget,
  { time, clientChallenge }: Freshness = { time: fileTime(), clientChallenge: randomBytes(8) },
): Buffer {
  const challenge = readChallenge(challengeMessage);
  const { response, sessionKey } = ntlmV2Response(
    account,
    challenge.serverChallenge,
    clientTargetInfo(challenge.pairs, target),
    { time: challenge.pairs.get(AV_TIMESTAMP) ?? time, clientChallenge },
  );
  const none = Buffer.alloc(0);
  const lanManagerResponse = Buffer.alloc(24);
  const [domain, user, workstation, exchangedKey] = [utf16(account.domain), utf16(account.user), none, none];
  const payloads = [lanManagerResponse, response, domain, user, workstation, exchangedKey];
  const header = Buffer.alloc(HEADER);
  SIGNATURE.copy(header);
  header.writeUInt32LE(AUTHENTICATE, 8);
  let offset = HEADER;
  payloads.forEach(({ length }, index) => {
    const field = 12 + index * 8;
    header.writeUInt16LE(length, field);
    header.writeUInt16LE(length, field + 2);
    header.writeUInt32LE(offset, field + 4);
    offset += length;
  });
  header.writeUInt32LE((challenge.flags & OFFERED) | EXTENDED_SESSION_SECURITY, 60);
  const message = Buffer.concat([header, ...payloads]);
  hmacMd5(sessionKey, NEGOTIATE_MESSAGE, challengeMessage, message).copy(message, INTEGRITY_CODE);
  return message;
}

/** AV pairs by their number. */
type Pairs = Map<number, Buffer>;

function readChallenge(message: Buffer): { flags: number; serverChallenge: Buffer; pairs: Pairs } {
  const readable = message.subarray(0, 8).equals(SIGNATURE) && message.length >= 48;
  const flags = readable && message.readUInt32LE(8) === CHALLENGE ? message.readUInt32LE(20) : 0;
  if (!(flags & UNICODE)) throw unreadable();
  const [length, offset] =
    flags & TARGET_INFO ? [message.readUInt16LE(40), message.readUInt32LE(44)] : [0, 0];
  if (offset + length > message.length) throw unreadable();
  return {
    flags,
    serverChallenge: message.subarray(24, 32),
    pairs: readPairs(message.subarray(offset, offset + length)),
  };
}

function readPairs(bytes: Buffer): Pairs {
  const pairs: Pairs = new Map();
  let offset = 0;
  while (offset + 4 <= bytes.length) {
    const [id, length] = [bytes.readUInt16LE(offset), bytes.readUInt16LE(offset + 2)];
    const value = bytes.subarray(offset + 4, offset + 4 + length);
    if (id === AV_END) break;
    if (value.length < length || length !== (FIXED_LENGTHS.get(id) ?? length)) throw unreadable();
    pairs.set(id, value);
    offset += 4 + length;
  }
  return pairs;
}

/** The server's AV pairs, plus the server that the client intends to reach (section 3.1.5.1.2). */
function clientTargetInfo(pairs: Pairs, { servicePrincipalName, channelBinding }: LoginTarget): Buffer {
  const sent: Pairs = new Map(pairs);
  sent.set(AV_FLAGS, uint32((pairs.get(AV_FLAGS)?.readUInt32LE() ?? 0) | INTEGRITY_CODE_PRESENT));
  sent.set(AV_CHANNEL_BINDINGS, channelBinding);
  sent.set(AV_TARGET_NAME, utf16(servicePrincipalName));
  const end = uint32(AV_END);
  return Buffer.concat([
    ...[...sent].flatMap(([id, value]) => [uint16(id), uint16(value.length), value]),
    end,
  ]);
}

function fileTime(): Buffer {
  const buffer = Buffer.alloc(8);
  const from1601To1970 = 11_644_473_600_000;
  buffer.writeBigUInt64LE(BigInt(Date.now() + from1601To1970) * 10_000n);
  return buffer;
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
}

const unreadable = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    'The server sent an NTLM challenge that cannot be answered',
    'The server must support NTLMv2, as every Windows Server since 2008 does. Ask the Exchange administrator, or use the credential for Basic.',
  );
