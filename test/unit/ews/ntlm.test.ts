import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { channelBinding, hashedBinding } from '../../../mail/ews/channel-binding';
import { NEGOTIATE_MESSAGE, authenticateMessage } from '../../../mail/ews/ntlm';
import { ntlmV2Response, utf16 } from '../../../mail/ews/ntlm-response';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

// MS-NLMP section 4.2.1: the values that its examples share.
const ACCOUNT = { user: 'User', domain: 'Domain', password: 'Password' };
const SERVER_CHALLENGE = hex('0123456789abcdef');
const CLIENT_CHALLENGE = hex('aaaaaaaaaaaaaaaa');
const SERVER_PAIRS = '02000c0044006f006d00610069006e00 01000c00530065007200760065007200';
// Section 4.2.4.3.
const CHALLENGE_MESSAGE = hex(`
  4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000 2400240044000000
  060070170000000f 530065007200760065007200 ${SERVER_PAIRS} 00000000`);
const BINDING = hex('6586e99d81c2fc984e47172fd4dd0310');
const TARGET = { servicePrincipalName: 'HTTP/Server', channelBinding: BINDING };
const FRESH = { time: hex('800bc8fd00d4d201'), clientChallenge: CLIENT_CHALLENGE };

/** The parts of a third message. */
function partsOf(message: Buffer) {
  const [lanManager, response, domain, user, workstation, key] = [12, 20, 28, 36, 44, 52].map((field) => {
    const offset = message.readUInt32LE(field + 4);
    return message.subarray(offset, offset + message.readUInt16LE(field));
  }) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  return { lanManager, response, domain, user, workstation, key, flags: message.readUInt32LE(60) };
}

const refusal = (message: Buffer) => {
  try {
    authenticateMessage(message, ACCOUNT, TARGET);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('NTLMv2', () => {
  it('answers a challenge as in section 4.2.4 of MS-NLMP', () => {
    const pairs = hex(`${SERVER_PAIRS} 00000000`);
    const fresh = { time: Buffer.alloc(8), clientChallenge: CLIENT_CHALLENGE };
    const { response, sessionKey } = ntlmV2Response(ACCOUNT, SERVER_CHALLENGE, pairs, fresh);
    expect(response.subarray(0, 16)).toEqual(hex('68cd0ab851e51c96aabc927bebef6a1c'));
    expect(sessionKey).toEqual(hex('8de40ccadbc14a82f15cb0ad0de95ca3'));
  });

  // The proof of this message, and the session key, as Chromium's own tests have them (net/ntlm).
  it('names the server that is meant, protected by an integrity code', () => {
    const message = authenticateMessage(CHALLENGE_MESSAGE, ACCOUNT, TARGET, FRESH);
    const parts = partsOf(message);
    expect(parts.response.subarray(0, 16)).toEqual(hex('8c0260dbef690662af9c42d50782d2ed'));
    expect(parts.response.subarray(44)).toEqual(
      hex(`${SERVER_PAIRS} 0600040002000000 0a001000 ${BINDING.toString('hex')}
        09001600 ${utf16('HTTP/Server').toString('hex')} 00000000 00000000`),
    );
    expect(parts).toMatchObject({
      domain: utf16('Domain'),
      user: utf16('User'),
      lanManager: Buffer.alloc(24),
    });
    const blank = Buffer.from(message).fill(0, 72, 88);
    const code = createHmac('md5', hex('623dbd071be7a530b6a95c2eb4982470'))
      .update(Buffer.concat([NEGOTIATE_MESSAGE, CHALLENGE_MESSAGE, blank]))
      .digest();
    expect(message.subarray(72, 88)).toEqual(code);
  });

  it("uses the server's time, if the server gives it", () => {
    const time = hex('0102030405060708');
    const pairs = Buffer.concat([hex('07000800'), time, hex('00000000')]);
    const challenge = Buffer.concat([CHALLENGE_MESSAGE.subarray(0, 68), pairs]);
    challenge.writeUInt16LE(pairs.length, 40);
    const { response } = partsOf(authenticateMessage(challenge, ACCOUNT, TARGET, FRESH));
    expect(response.subarray(24, 32)).toEqual(time);
  });

  it('never sends the same answer twice', () => {
    const answer = () => authenticateMessage(CHALLENGE_MESSAGE, ACCOUNT, TARGET).toString('hex');
    expect(answer()).not.toBe(answer());
  });

  it('writes the user in capitals as Windows does', () => {
    const proof = (user: string) =>
      ntlmV2Response({ ...ACCOUNT, user }, SERVER_CHALLENGE, Buffer.alloc(0), FRESH).response.toString('hex');
    expect(proof('jörg')).toBe(proof('JÖRG'));
    expect(proof('strauß')).toBe(proof('STRAUß'));
    expect(proof('strauß')).not.toBe(proof('STRAUSS'));
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another text', Buffer.alloc(60, 'x')],
    ['a first message', NEGOTIATE_MESSAGE],
    ['one that is cut off', CHALLENGE_MESSAGE.subarray(0, 90)],
    [
      'a pair that is longer than all of them',
      Buffer.concat([CHALLENGE_MESSAGE.subarray(0, 70), hex('ffff'), CHALLENGE_MESSAGE.subarray(72)]),
    ],
  ])('refuses a challenge that is %s', (_, message) => {
    expect(refusal(message)).toMatchObject({ name: 'MailError', code: 'SERVER_REFUSED' });
  });
});

describe('channel binding', () => {
  const dir = mkdtempSync(join(tmpdir(), 'channel-binding-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  // Microsoft's example: "NTLM and Channel Binding Hash" in the blog of the Open Specifications.
  it('is hashed as Microsoft does', () => {
    const certificateHash = hex('ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95');
    const data = Buffer.concat([Buffer.from('tls-server-end-point:'), certificateHash]);
    expect(hashedBinding(data)).toEqual(BINDING);
  });

  it.each([
    ['rsa', ['-sha1'], 'sha256'],
    ['rsa', ['-sha256'], 'sha256'],
    ['rsa', ['-sha384'], 'sha384'],
    ['rsa', ['-sha512'], 'sha512'],
    ['rsa', ['-sha384', '-sigopt', 'rsa_padding_mode:pss'], 'sha384'],
    ['ec', ['-sha256'], 'sha256'],
    ['ec', ['-sha384'], 'sha384'],
    ['ec', ['-sha512'], 'sha512'],
  ])('uses the hash of the signature: %s %j', (key, options, hash) => {
    const newKey = key === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const args = ['req', '-x509', '-nodes', '-subj', '/CN=mail', '-keyout', 'key.pem', '-out', 'cert.pem'];
    execFileSync('openssl', [...args, '-newkey', ...newKey, ...options], { cwd: dir, stdio: 'pipe' });
    const { raw } = new X509Certificate(readFileSync(join(dir, 'cert.pem')));
    const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash(hash).update(raw).digest()]);
    expect(channelBinding(raw)).toEqual(hashedBinding(data));
  });
});
