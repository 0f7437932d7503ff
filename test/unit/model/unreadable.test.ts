import { lookup } from 'node:dns/promises';

import { describe, expect, it } from 'vitest';

import { MailError } from '../../../mail/errors';
import { isBug, ofMessage, onlyUnreadable } from '../../../mail/model/unreadable';

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return expect.fail('nothing was thrown');
};

const errorOf = (work: () => unknown, subject?: string) => {
  const error = ofMessage({ id: '7', subject }, work);
  return error instanceof MailError ? error : expect.fail('no error');
};

describe('what an error of one message says', () => {
  it('gives the result if there is none', () => {
    expect(ofMessage({ id: '7' }, () => 'read')).toBe('read');
  });

  it('names the message, the error and the place', () => {
    const fail = () => (undefined as unknown as string).length;
    const { code, message, description } = errorOf(fail, 'Invoice');
    expect(code).toBe('MESSAGE_UNREADABLE');
    expect(message).toMatch(
      /^The message 7 \("Invoice"\) could not be read, because of a bug in this package \(TypeError: .* in unreadable\.test\.ts:\d+\)$/,
    );
    expect(message).not.toMatch(/[/\\]/);
    expect(description).toMatch(/report it/);
  });

  it('does without a subject, and takes what is no error', () => {
    const fail = () => {
      throw 'out of range';
    };
    expect(errorOf(fail).message).toMatch(/^The message 7 could not be read.*\(Error: out of range in /);
  });

  it('is on one line, and never long, whatever the mail says', () => {
    const fail = () => {
      throw new RangeError(`a\r\n    at /etc/passwd:1:1\0${'x'.repeat(1_000_000)}`);
    };
    const { message } = errorOf(fail, '📎'.repeat(1_000_000));
    expect(message.length).toBeLessThan(600);
    expect(message).not.toMatch(/[\r\n\0]|\p{Surrogate}/u);
  });
});

describe('what is no bug', () => {
  const deep = (): number => 1 + deep();
  it.each([
    ['a known error', new MailError('NOT_SUPPORTED', 'no', 'none')],
    ['a stop', thrownBy(() => AbortSignal.abort().throwIfAborted())],
    ['a time limit', new DOMException('too late', 'TimeoutError')],
    ['no memory', new RangeError('Array buffer allocation failed')],
  ])('%s goes on as it is', (_, error) => {
    expect(isBug(error)).toBe(false);
    const work = () => {
      throw error;
    };
    expect(thrownBy(() => ofMessage({ id: '7' }, work))).toBe(error);
  });

  it('what the system reports goes on as it is', async () => {
    const error: unknown = await lookup('no.such.host.invalid').catch((reason: unknown) => reason);
    expect(isBug(error)).toBe(false);
  });

  it('a recursion without an end and a wrong argument are bugs', () => {
    expect(isBug(thrownBy(deep))).toBe(true);
    expect(isBug(thrownBy(() => Buffer.from(7 as never)))).toBe(true);
    expect(isBug(thrownBy(() => new Date(NaN).toISOString()))).toBe(true);
  });

  it('of a stream, only the error of the message counts', () => {
    const own = errorOf(() => JSON.parse('{'));
    expect(onlyUnreadable(own)).toBe(own);
    const lost = new MailError('CONNECTION_LOST', 'gone', 'Try again.');
    expect(thrownBy(() => onlyUnreadable(lost))).toBe(lost);
  });
});
