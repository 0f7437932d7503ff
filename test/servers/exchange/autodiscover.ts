import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { MailError } from '../../../mail/errors';
import type { OutboundPolicy } from '../../../mail/net/outbound-policy';
import type { ServerCertificate } from '../authority';
import type { Account } from '../ntlm';
import { LOOPBACK, listen } from '../ports';
import { EwsLogin } from './ews-login';
import { escaped } from './xml';

/** What one host does when it is asked. */
export interface Host {
  /** A whole body, behind the login unless `open`. */
  body?: string;
  status?: number;
  /** Where it redirects to by HTTP, before anybody logs in. */
  location?: string;
  /** Where it redirects to whoever has logged in, as a portal does. */
  onward?: string;
  /** Answers everybody, without a login. */
  open?: boolean;
  /** The schemes that it offers in place of the usual ones, none of which it takes. */
  schemes?: string[];
  /** Falls silent. */
  stalls?: boolean;
}

interface Asked {
  host: string;
  authorization: string;
  body: string;
}

/** Autodiscover and whatever else answers at its places, for any number of host names: all are this machine. */
export interface AutodiscoverServer {
  ports: { https: number; http: number };
  /** By name. A name that is here is found and reached; `undefined` is one where nothing listens. */
  hosts: Map<string, Host | undefined>;
  /** Where each host redirects to over http; without an entry it answers 404. */
  redirects: Map<string, string>;
  requests: Asked[];
  httpRequests: Asked[];
  /** Names as of `hosts`, and what it was asked for. */
  outbound: OutboundPolicy & { asked: string[]; blocked: Set<string> };
  reset(): void;
  stop(): Promise<void>;
}

export async function startAutodiscover(
  accounts: readonly Account[],
  { certFile, keyFile }: ServerCertificate,
): Promise<AutodiscoverServer> {
  const certificate = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  const login = new EwsLogin({ accounts }, new X509Certificate(certificate.cert).raw);
  const sockets = new Set<Socket>();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = await read(request);
    state.requests.push(asked);
    const host = state.hosts.get(asked.host);
    if (host?.stalls) return;
    if (!host) return void response.writeHead(404).end('<html>not here</html>');
    if (host.location) return void response.writeHead(302, { location: host.location }).end();
    if (host.schemes) return void response.writeHead(401, { 'www-authenticate': host.schemes }).end();
    if (!host.open && !(await login.owner(request, response))) return;
    if (host.onward) return void response.writeHead(302, { location: host.onward }).end();
    response.writeHead(host.status ?? 200, { 'content-type': 'text/xml; charset=utf-8' }).end(host.body);
  };
  const secure = createServer(certificate, (request, response) => void answer(request, response));
  const plain = createHttpServer((request, response) => {
    void read(request).then((asked) => {
      state.httpRequests.push(asked);
      const location = state.redirects.get(asked.host);
      response.writeHead(location ? 302 : 404, location ? { location } : {}).end();
    });
  });
  for (const server of [secure, plain]) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    });
  }
  const state: AutodiscoverServer = {
    ports: { https: await listen(secure), http: await listen(plain) },
    hosts: new Map(),
    redirects: new Map(),
    requests: [],
    httpRequests: [],
    outbound: policy(() => state.hosts),
    reset: () => {
      Object.assign(state, { requests: [], httpRequests: [] });
      for (const one of [state.hosts, state.redirects, state.outbound.blocked]) one.clear();
      state.outbound.asked.length = 0;
    },
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await Promise.all(
        [secure, plain].map(async (server) => await new Promise((resolve) => server.close(resolve))),
      );
    },
  };
  return state;
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { host = '', authorization = '' } = request.headers;
  return { host: host.replace(/:\d+$/, ''), authorization, body: await text(request) };
}

/** Finds every name of the hosts on this machine; where nothing listens, on an address of its own. */
function policy(hosts: () => Map<string, Host | undefined>): AutodiscoverServer['outbound'] {
  const asked: string[] = [];
  const blocked = new Set<string>();
  return {
    ...{ asked, blocked },
    lookup: (name, options, found) => {
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
      if (!hosts().has(name)) return found(error, []);
      const address = hosts().get(name) ? LOOPBACK : '127.0.0.2';
      if (options.all) found(null, [{ address, family: 4 }]);
      else found(null, address, 4);
    },
    assertAllowed: async (host, port) => {
      asked.push(`${host}:${port}`);
      if (blocked.has(host)) throw new MailError('OUTBOUND_BLOCKED', `Not allowed: ${host}`, 'Ask.');
      await Promise.resolve();
    },
  };
}

const autodiscover = (account: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>\r\n<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">${account}</Response></Autodiscover>`;

/** Settings with an address of EWS for each type of protocol. */
export const settingsReply = (urls: Readonly<Record<string, string>>): string =>
  autodiscover(
    `<User><DisplayName>Ada</DisplayName></User><Account><AccountType>email</AccountType><Action>settings</Action>${Object.entries(
      urls,
    )
      .map(([type, url]) => `<Protocol><Type>${type}</Type><EwsUrl>${escaped(url)}</EwsUrl></Protocol>`)
      .join('')}</Account>`,
  );

export const redirectUrlReply = (url: string): string =>
  autodiscover(
    `<Account><AccountType>email</AccountType><Action>redirectUrl</Action><RedirectUrl>${escaped(url)}</RedirectUrl></Account>`,
  );

export const redirectAddrReply = (address: string): string =>
  autodiscover(
    `<Account><Action>redirectAddr</Action><RedirectAddr>${escaped(address)}</RedirectAddr></Account>`,
  );

export const errorReply = (code: number, message: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response><Error Time="10:00:00.0000000" Id="1"><ErrorCode>${code}</ErrorCode><Message>${escaped(message)}</Message><DebugData /></Error></Response></Autodiscover>`;
