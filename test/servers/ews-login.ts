import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { issueCertificate } from './authority';
import { NtlmAcceptor, type Account } from './ntlm';
import { listen } from './ports';

/** Stands for the part of an Exchange Server that a login meets: https, Basic, NTLM, and GetFolder of an inbox. */
export interface EwsLoginServer {
  /** Without a path. */
  origin: string;
  port: number;
  ca: string;
  certificate: { key: string; cert: string };
  /** TLS connections since the last reset. */
  connections: number;
  requests: Array<{ path: string; authorization: string; body: string }>;
  reset(): void;
  stop(): Promise<void>;
}

export const EWS_PATH = '/EWS/Exchange.asmx';

const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  '/basic': ['Basic realm="mail.example.test"'],
  '/ntlm': ['Negotiate', 'NTLM'],
  '/kerberos': ['Negotiate'],
  '/bearer': ['Bearer client_id="00000002-0000", token_types="app_asserted_user_v1 service_asserted_app_v1"'],
};
const EVERY_SCHEME = ['Negotiate', 'NTLM', 'Basic realm="mail.example.test"'];

export async function startEwsLogin(accounts: readonly Account[]): Promise<EwsLoginServer> {
  const dir = mkdtempSync(join(tmpdir(), 'ews-login-'));
  const { ca, certFile, keyFile } = issueCertificate(dir);
  const certificate = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  const boundTo = new X509Certificate(certificate.cert).raw;
  const logins = new WeakMap<Socket, NtlmAcceptor>();
  const sockets = new Set<Socket>();

  const server = createServer(certificate, async (request, response) => {
    const { pathname: path } = new URL(request.url ?? '/', 'https://localhost');
    const { authorization = '' } = request.headers;
    const body = await text(request);
    state.requests.push({ path, authorization, body });
    const special = SPECIAL[path];
    if (special) return special(request, response, authorization);
    const [scheme = '', token = ''] = authorization.split(' ');
    const schemes = SCHEMES[path] ?? EVERY_SCHEME;
    if (!schemes.some((offered) => offered.startsWith(scheme))) return refuse(response, schemes);
    if (scheme === 'Basic') return isUser(token) ? answer(response, body) : refuse(response, schemes);
    if (scheme !== 'NTLM') return refuse(response, schemes);
    const message = Buffer.from(token, 'base64');
    if (message.readUInt32LE(8) === 1) {
      const acceptor = new NtlmAcceptor();
      logins.set(request.socket, acceptor);
      if (path === '/closing') response.setHeader('connection', 'close');
      const challenge = path === '/rubbish' ? Buffer.from('rubbish') : acceptor.challenge(message);
      return refuse(response, [`NTLM ${challenge.toString('base64')}`]);
    }
    const policy = path === '/protected' ? { boundTo } : {};
    if (logins.get(request.socket)?.accepts(message, accounts, policy)) return answer(response, body);
    refuse(response, schemes);
  });

  const isUser = (token: string) =>
    accounts.some(({ user, domain, password }) =>
      [user, ...(domain && [`${domain}\\${user}`])].some(
        (name) => Buffer.from(`${name}:${password}`).toString('base64') === token,
      ),
    );
  server.on('secureConnection', (socket) => {
    state.connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server);
  const state: EwsLoginServer = {
    origin: `https://localhost:${port}`,
    port,
    ca,
    certificate,
    connections: 0,
    requests: [],
    reset: () => Object.assign(state, { connections: 0, requests: [] }),
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true });
    },
  };
  return state;
}

type Handler = (request: IncomingMessage, response: ServerResponse, authorization: string) => void;

/** What can stand at a wrong address, or before Exchange. */
const SPECIAL: Readonly<Record<string, Handler>> = {
  '/missing': (_, response) => response.writeHead(404).end('<html>not found</html>'),
  '/forbidden': (_, response) => response.writeHead(403).end(),
  '/busy': (_, response) => response.writeHead(503).end(),
  '/owa': (_, response) => response.writeHead(302, { location: '/owa/auth/logon.aspx?url=secret' }).end(),
  '/page': (_, response) => response.writeHead(200).end('\n<!DOCTYPE html><html><form></form></html>'),
  '/text': (_, response) => response.writeHead(200).end('It works!'),
  '/silent': () => undefined,
  '/hangs-up': (request) => request.socket.destroy(),
  // As careless as servers can be: they show the password to whoever reads the error.
  '/echo': (_, response, authorization) =>
    response.writeHead(500).end(fault('ErrorInternalServerError', shownBy(authorization).join(' '))),
  '/echo-redirect': (_, response, authorization) =>
    response
      .writeHead(302, { location: `/${shownBy(authorization).map(encodeURIComponent).join('/')}` })
      .end(),
};

/** What a Basic login says to everybody: itself, and the password. */
function shownBy(authorization: string): string[] {
  const token = authorization.split(' ')[1] ?? '';
  const [, password = ''] = Buffer.from(token, 'base64').toString().split(':');
  return [token, password];
}

const refuse = (response: ServerResponse, schemes: readonly string[]) =>
  response.writeHead(401, { 'www-authenticate': [...schemes] }).end('<html>Unauthorized</html>');

/** Opens the inbox for a request that names a mailbox of this server, or none. */
function answer(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'text/xml; charset=utf-8');
  const mailbox = /<t:EmailAddress>(.*)<\/t:EmailAddress>/.exec(body)?.[1] ?? 'ada@example.test';
  if (!body.includes('<t:DistinguishedFolderId Id="inbox">'))
    response.writeHead(500).end(fault('ErrorSchemaValidation', 'The request failed schema validation.'));
  else if (!mailbox.includes('@'))
    response.end(folder('Error', 'ErrorInvalidSmtpAddress', 'The SMTP address format is invalid.'));
  else if (!mailbox.endsWith('@example.test'))
    response.end(folder('Error', 'ErrorNonExistentMailbox', 'The SMTP address has no mailbox.'));
  else if (mailbox.startsWith('closed@'))
    response.end(
      folder('Error', 'ErrorFolderNotFound', 'The specified folder could not be found in the store.'),
    );
  else response.end(folder('Success', 'NoError', ''));
}

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;

const folder = (responseClass: string, code: string, message: string): string =>
  envelope(
    `<m:GetFolderResponse xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass="${responseClass}">${message && `<m:MessageText>${message}</m:MessageText>`}<m:ResponseCode>${code}</m:ResponseCode><m:Folders>${code === 'NoError' ? '<t:Folder><t:FolderId Id="AAA="/></t:Folder>' : ''}</m:Folders></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse>`,
  );

const fault = (code: string, message: string): string =>
  envelope(
    `<s:Fault><faultcode>s:Server</faultcode><faultstring>${message}</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode></detail></s:Fault>`,
  );
