import { beforeEach, describe, expect, it } from 'vitest';

import { MailError } from '../../../mail/errors';
import { Outage } from '../../../n8n/trigger/outage';

const away = new MailError('CONNECTION_REFUSED', 'The server is away', 'Wait.');
const refused = new MailError('AUTHENTICATION_FAILED', 'The server refused the login', 'Check it.');

let now = 1_000_000;
let outage: Outage;

beforeEach(() => {
  now = 1_000_000;
  outage = new Outage(
    () => now,
    () => 1,
  );
});

/** Fails for so many milliseconds, at each attempt that the outage asks for. */
function failFor(duration: number, error: Error): { waits: number[]; told: number[] } {
  const [waits, told]: [number[], number[]] = [[], []];
  const end = now + duration;
  while (now < end) {
    const { wait, tell } = outage.failed(error);
    if (tell) told.push(now - (end - duration));
    waits.push(wait);
    now += wait;
  }
  return { waits, told };
}

describe('an outage', () => {
  it('is tried again soon at first, and every minute later', () => {
    const { waits } = failFor(10 * 60_000, away);
    expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(waits.at(-1)).toBe(60_000);
  });

  it('is tried again less often if the login is refused, which could lock the account', () => {
    const { waits } = failFor(60 * 60_000, refused);
    expect(waits.slice(0, 5)).toEqual([60_000, 120_000, 240_000, 480_000, 900_000]);
    expect(waits.length).toBeLessThan(8);
  });

  it('spreads the attempts of many triggers', () => {
    const waits = [0, 0.5, 1].map(
      (random) =>
        new Outage(
          () => now,
          () => random,
        ).failed(away).wait,
    );
    expect(waits).toEqual([500, 750, 1_000]);
  });

  it('is told when it lasts, and then every six hours', () => {
    const { told } = failFor(13 * 60 * 60_000, away);
    expect(told).toHaveLength(3);
    expect(told[0]).toBeGreaterThanOrEqual(60_000);
    expect(told[0]).toBeLessThan(130_000);
    expect(told[1]! - told[0]!).toBeGreaterThanOrEqual(6 * 60 * 60_000);
  });

  it('is not told if it is over soon', () => {
    expect(failFor(20_000, away).told).toEqual([]);
    expect(outage.connected()).toBe(true);
    expect(outage.takeGap()).toBeUndefined();
  });

  it('is given once as a gap, if it lasted', () => {
    const since = now;
    failFor(60 * 60_000, away);
    outage.connected();
    const until = now;
    now += 5_000;
    expect(outage.takeGap()).toEqual({ since, until });
    expect(outage.takeGap()).toBeUndefined();
  });

  it('goes on if the connection is lost again at once', () => {
    const since = now;
    failFor(2 * 60_000, away);
    outage.connected();
    now += 1_000;
    expect(outage.failed(away).wait).toBe(60_000);
    outage.connected();
    expect(outage.takeGap()).toMatchObject({ since });
  });

  it('begins anew after a connection that lasted', () => {
    failFor(10 * 60_000, away);
    outage.connected();
    now += 60_000;
    expect(outage.failed(away)).toEqual({ wait: 1_000, tell: false });
  });

  it('begins anew if the last attempt was long ago, whether the connection was new or not', () => {
    failFor(10 * 60_000, away);
    now += 3 * 60 * 60_000;
    expect(outage.failed(away)).toEqual({ wait: 1_000, tell: false });
  });

  it('says that the server answers again only once', () => {
    expect(outage.connected()).toBe(false);
    outage.failed(away);
    expect([outage.connected(), outage.connected()]).toEqual([true, false]);
  });
});
