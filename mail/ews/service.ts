import type { IncomingMessage } from 'node:http';

import { isMailError } from '../errors';
import { afterLoss, uncertain } from '../exchange/batch-result';
import { BusyWaits, pause } from '../exchange/busy';
import { readReply } from '../exchange/read-reply';
import { leavesOpen } from '../exchange/response-codes';
import { soapFault } from './fault';
import { notOpened } from './refusals';
import { changeErrorOf, errorFor, errorOf, wasLookedAt, waitFor } from './responses';
import type { LocatedEwsSettings } from '../account/session-settings';
import { envelope } from './soap';
import type { EwsTransport } from './transport';
import { toMailError } from './errors';
import { parseXml, type XmlElement } from './xml';

/** Requests that only read, by element name. */
const READS = /^<m:(Find|Get|Resolve|Sync)/;

const isChange = ([start]: ReadonlyArray<string | Buffer>): boolean => !READS.test(String(start));

/** Sends requests to one mailbox and parses their replies. */
export class EwsService {
  /** @param ews the URL of the mailbox and how to open it; the login stays in the transport */
  constructor(
    readonly ews: LocatedEwsSettings['ews'],
    private readonly transport: EwsTransport,
  ) {}

  /**
   * Sends the same request for several items, and returns the response for each, in order. Items that Exchange did not
   * process, because it was too busy, are requested again. If they are still not processed, they have the error that
   * says so.
   *
   * @param request the request's element for some of the items, in pieces that are joined
   * @throws {MailError}
   */
  async callEach<T>(
    things: readonly T[],
    request: (some: readonly T[]) => Array<string | Buffer>,
  ): Promise<Array<XmlElement | undefined>> {
    const responses: Array<XmlElement | undefined> = [];
    let left = [...things.keys()];
    const waits = new BusyWaits();
    for (;;) {
      const body = request(left.map((index) => things[index]!));
      // Of what was done before, the others have to be known: it must not be done twice.
      const isUnderWay = isChange(body) && left.length < things.length;
      const answers = await this.answersTo(body).catch((error: unknown) => {
        if (!isUnderWay || !isMailError(error)) throw error;
        return isMailError(afterLoss(error), 'CHANGE_UNCERTAIN') ? [] : undefined;
      });
      if (!answers) return responses;
      for (const [position, index] of left.entries()) responses[index] = answers[position];
      left = left.filter((index) => responses[index] && !wasLookedAt(responses[index]));
      if (left.length === 0) return responses;
      const wait = waits.next(Math.max(...left.map((index) => waitFor(responses[index]!))));
      if (wait === undefined) return responses;
      const isClosed = await pause(wait, this.transport.closeSignal).then(
        () => false,
        (error: unknown) => {
          if (left.length === things.length || !isChange(body)) throw error;
          return true;
        },
      );
      if (isClosed) return responses;
    }
  }

  /** The response to a request that tests the login. If the server is busy, this fails at once. */
  async login(body: string): Promise<XmlElement> {
    const [start, end] = envelope(this.ews);
    const reply = await this.transport.post(start + body + end, { changes: false, longestWait: 0 });
    const [response] = await this.read(reply, false);
    return response!;
  }

  /** Waits for a busy server, unless the session is closed. @throws {MailError} CONNECTION_LOST */
  async pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, this.transport.closeSignal);
  }

  private async answersTo(body: Array<string | Buffer>): Promise<XmlElement[]> {
    return await this.read(await this.open(...body), isChange(body));
  }

  private async read(reply: IncomingMessage, changes: boolean): Promise<XmlElement[]> {
    const { url } = this.ews;
    const parse = (xml: string) => ({ xml, responses: responsesIn(xml) });
    const { xml, responses } = await readReply(reply, parse, { host: url.host, changes }).catch(
      (error: unknown) => {
        throw toMailError(error, url);
      },
    );
    if (responses.length > 0) return responses;
    // A gateway may hand on a fault as a success.
    const { code } = soapFault(xml);
    if (code)
      throw changes && mayBeDone(code) ? uncertain(`Exchange failed (${code})`) : errorFor(code, changes);
    throw notOpened({ status: 200, headers: reply.headers, body: xml }, undefined, url, []);
  }

  /** The response to a request that has only one. */
  async ask(...body: Array<string | Buffer>): Promise<XmlElement> {
    const [response] = await this.callEach([undefined], () => body);
    const error = isChange(body) ? changeErrorOf(response!) : errorOf(response!);
    if (error) throw error;
    return response!;
  }

  /** The reply as a stream. The caller must read or destroy it. */
  async open(...body: Array<string | Buffer>): Promise<IncomingMessage> {
    const [start, end] = envelope(this.ews);
    const request = Buffer.concat([start, ...body, end].map((one) => Buffer.from(one)));
    return await this.transport.post(request, { changes: isChange(body) });
  }
}

/** Of Exchange's own codes, most say that nothing was done. */
const mayBeDone = (code: string): boolean => !code.startsWith('Error') || leavesOpen(code);

function responsesIn(xml: string): XmlElement[] {
  try {
    return parseXml(xml).at('Envelope/Body')?.all('ResponseMessages')[0]?.children ?? [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
