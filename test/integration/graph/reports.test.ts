// What Graph does by the bug reports of other programs that use it: one case for each kind.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { GraphClient } from '../../../mail/graph/client';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import type { Fault, GraphServer } from '../../servers/graph/graph';
import { codeOf } from '../exchange/faults';

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
  client = await GraphClient.open(graphSettings(server));
  await client.listFolders({ counts: false });
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.requests, server.calls, server.faults, server.batchFaults]) list.length = 0;
});

describe('a message that is sent', () => {
  const send = async () =>
    await client.send(
      { from: ADA, to: 'info@example.test', subject: 'once', text: 'x' },
      { saveToSent: 'automatic' },
    );

  // learn.microsoft.com/answers/questions/2286986: it fails with a 504, and is delivered.
  it.each<[string, Fault]>([
    ['504', { kind: 'status', status: 504 }],
    ['UnknownError', { kind: 'error', status: 504, code: 'UnknownError' }],
    ['ErrorInternalServerError', { kind: 'error', status: 500, code: 'ErrorInternalServerError' }],
    ['ErrorTimeoutExpired', { kind: 'error', status: 500, code: 'ErrorTimeoutExpired' }],
  ])('%s: may be on its way', async (_, fault) => {
    server.faults.push(fault);
    expect(await codeOf(send())).toBe('SEND_UNCERTAIN');
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, number, string]>([
    ['ErrorQuotaExceeded', 507, 'SERVER_REFUSED'],
    ['ErrorSendAsDenied', 403, 'SEND_REFUSED'],
    ['ErrorAccessDenied', 403, 'ACCESS_DENIED'],
    ['MailboxNotEnabledForRESTAPI', 404, 'SERVER_REFUSED'],
  ])('%s: was not sent', async (code, status, expected) => {
    server.faults.push({ kind: 'error', status, code });
    expect(await codeOf(send())).toBe(expected);
  });
});
