import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tlsOptions } from '../../../mail/net/tls-policy';
import { issueCertificate, issueClientCertificate, type ServerCertificate } from '../../servers/authority';

let folder: string;
let one: ServerCertificate;
let other: ServerCertificate;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-policy-'));
  one = issueCertificate(folder);
  other = issueCertificate(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contextOf = (caCertificate?: string) => tlsOptions({ caCertificate }).secureContext;

describe('the list of trusted authorities', () => {
  it('is read once for all connections that trust the same certificate', () => {
    expect(contextOf(one.ca)).toBeDefined();
    expect(contextOf(one.ca)).toBe(contextOf(one.ca));
    expect(contextOf(other.ca)).not.toBe(contextOf(one.ca));
  });

  it("is Node's own without a certificate", () => {
    expect(contextOf()).toBeUndefined();
  });

  it('is not shared by connections that have a key', () => {
    const clientCertificate = issueClientCertificate(one, 'alice@example.test');
    expect(tlsOptions({ caCertificate: one.ca, clientCertificate })).not.toHaveProperty('secureContext');
  });

  it('is kept for a few certificates only', () => {
    const first = contextOf(one.ca);
    for (let i = 0; i < 4; i++) contextOf(`${other.ca}\n${'\n'.repeat(i)}`);
    expect(contextOf(one.ca)).not.toBe(first);
  });
});
