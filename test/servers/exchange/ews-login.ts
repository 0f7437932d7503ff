import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { NtlmAcceptor, type Account } from '../ntlm';

/** Who sends a request. */
export interface Owner {
  /** Address of the mailbox; absent for an app. */
  address?: string;
  /** May open any mailbox by impersonation. */
  app?: boolean;
  /** Mailboxes that the user may open beside their own; absent where it is everybody's. */
  shared?: readonly string[];
}

interface Options {
  /** Whether NTLM has to be bound to the TLS connection (Extended Protection), as it is by default since Exchange 2019. */
  channelBinding?: boolean;
  accounts?: readonly Account[];
  introspect?: (token: string) => Promise<Owner | undefined>;
}

/** Basic, NTLM and Bearer, as IIS takes them before Exchange sees a request. */
export class EwsLogin {
  private readonly acceptors = new WeakMap<Socket, NtlmAcceptor>();
  /** NTLM logs in a connection. */
  private readonly loggedIn = new WeakMap<Socket, Owner>();

  constructor(
    private readonly options: Options,
    private readonly certificate: Buffer,
  ) {}

  /** Refuses the request, and answers undefined, where nobody may send it. */
  async owner(request: IncomingMessage, response: ServerResponse): Promise<Owner | undefined> {
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
    const known = await this.check(scheme, token, request, response);
    if (known === 'answered') return undefined;
    if (!known) this.refuse(response);
    return known;
  }

  private async check(
    scheme: string,
    token: string,
    { socket }: IncomingMessage,
    response: ServerResponse,
  ): Promise<Owner | 'answered' | undefined> {
    const { accounts = [], introspect } = this.options;
    const address = ({ user, domain }: Account) =>
      user.includes('@') ? user : `${user}@${domain || 'example.test'}`;
    if (!scheme) return this.loggedIn.get(socket);
    if (scheme === 'Bearer') return await introspect?.(token);
    if (scheme === 'Basic') {
      const [user = '', ...password] = Buffer.from(token, 'base64').toString().split(':');
      const account = accounts.find((one) => one.user === user && one.password === password.join(':'));
      return account && { address: address(account) };
    }
    if (scheme !== 'NTLM') return undefined;
    const message = Buffer.from(token, 'base64');
    if (message.readUInt32LE(8) === 1) {
      const acceptor = new NtlmAcceptor();
      this.acceptors.set(socket, acceptor);
      this.refuse(response, [`NTLM ${acceptor.challenge(message).toString('base64')}`]);
      return 'answered';
    }
    const acceptor = this.acceptors.get(socket);
    const binding = (this.options.channelBinding ?? true) ? { boundTo: this.certificate } : {};
    const account = accounts.find((one) => acceptor?.accepts(message, [one], binding));
    if (!account) return undefined;
    const owner = { address: address(account) };
    this.loggedIn.set(socket, owner);
    return owner;
  }

  private refuse(response: ServerResponse, schemes = this.schemes): void {
    response.writeHead(401, { 'www-authenticate': schemes }).end();
  }

  private get schemes(): string[] {
    return [
      ...(this.options.accounts ? ['Negotiate', 'NTLM', 'Basic realm="localhost"'] : []),
      ...(this.options.introspect ? ['Bearer client_id="00000002-0000-0ff1-ce00-000000000000"'] : []),
    ];
  }
}
