import type { MailClient } from '../model/client';
import { trafficOf } from '../model/counted-client';
import { NO_TRAFFIC, addTraffic, subtractTraffic, type Traffic } from '../net/traffic';

/**
 * What a session has cost so far. Of its mail server: what is sent over SMTP is not counted. A command is one of IMAP or
 * POP3, or a request of EWS or Graph.
 */
export interface SessionUsage {
  logins: number;
  commands: number;
  bytesSent: number;
  bytesReceived: number;
  /** How long it had a connection. */
  connectedMs: number;
  /** How long it waited for one. */
  waitedMs: number;
}

interface Connection {
  client: MailClient;
  /** Went over it before this session had it. */
  before: Traffic;
  since: number;
  until?: number;
}

/** Adds up what the connections of one session cost. */
export class UsageMeter {
  private logins = 0;
  private connectedMs = 0;
  private waitedMs = 0;
  private traffic = NO_TRAFFIC;
  // Private at runtime too, not only for TypeScript: a client holds the login.
  #now?: Connection;

  connected(client: MailClient, isNew: boolean): void {
    this.end();
    if (isNew) this.logins++;
    this.#now = { client, before: isNew ? NO_TRAFFIC : trafficOf(client), since: Date.now() };
  }

  /** The session has no connection any more. What still goes over the last one is counted. */
  disconnected(): void {
    if (this.#now) this.#now.until ??= Date.now();
  }

  waited(milliseconds: number): void {
    this.waitedMs += milliseconds;
  }

  /** From now on, nothing that goes over the connection is counted: it may become another session's. */
  end(): void {
    this.connectedMs += connectedMs(this.#now);
    this.traffic = addTraffic(this.traffic, trafficOver(this.#now));
    this.#now = undefined;
  }

  get total(): SessionUsage {
    const { requests, sent, received } = addTraffic(this.traffic, trafficOver(this.#now));
    return {
      logins: this.logins,
      commands: requests,
      bytesSent: sent,
      bytesReceived: received,
      connectedMs: this.connectedMs + connectedMs(this.#now),
      waitedMs: this.waitedMs,
    };
  }
}

const trafficOver = (connection: Connection | undefined): Traffic =>
  connection ? subtractTraffic(trafficOf(connection.client), connection.before) : NO_TRAFFIC;

const connectedMs = (connection: Connection | undefined): number =>
  connection ? (connection.until ?? Date.now()) - connection.since : 0;
