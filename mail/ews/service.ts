import type { IncomingMessage } from 'node:http';

import { isMailError } from '../errors';
import { afterLoss } from '../exchange/batch-result';
import { ATTEMPTS, LONGEST_WAIT, pause } from '../exchange/busy';
import { readReply } from '../exchange/read-reply';
import { notOpened } from './refusals';
import { errorOf, wasLookedAt, waitFor } from './responses';
import type { LocatedEwsSettings } from '../account/session-settings';
import { envelope } from './soap';
import type { EwsTransport } from './transport';
import { toMailError } from './errors';
import { parseXml, type XmlElement } from './xml';

/** By their names, what only reads. */
const READS = /^<m:(Find|Get|Resolve)/;

const isChange = ([start]: ReadonlyArray<string | Buffer>): boolean => !READS.test(String(start));

/** Requests to one mailbox, and their replies as they are understood. */
export class EwsService {
  /** @param ews where the mailbox is and how it is opened: the login stays with the transport */
  constructor(
    readonly ews: LocatedEwsSettings['ews'],
    private readonly transport: EwsTransport,
  ) {}

  /**
   * Asks for the same of many things, and gives the response to each, in their order. What Exchange has not looked at,
   * since it was too busy, is asked for again; what it still has not looked at then has the error that says so.
   *
   * @param request the request's element for some of the things, in pieces that are put together
   * @throws {MailError}
   */
  async callEach<T>(
    things: readonly T[],
    request: (some: readonly T[]) => Array<string | Buffer>,
  ): Promise<Array<XmlElement | undefined>> {
    const responses: Array<XmlElement | undefined> = [];
    let left = [...things.keys()];
    for (let attempt = 1; ; attempt++) {
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
      if (left.length === 0 || attempt === ATTEMPTS) return responses;
      const wait = Math.max(...left.map((index) => waitFor(responses[index]!)));
      if (wait > LONGEST_WAIT) return responses;
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

  /** The one response to a request that shows whether the login works. A busy server is not waited for. */
  async login(body: string): Promise<XmlElement> {
    const [start, end] = envelope(this.ews);
    const reply = await this.transport.post(start + body + end, { changes: false, longestWait: 0 });
    const [response] = await this.read(reply, false);
    return response!;
  }

  private async answersTo(body: Array<string | Buffer>): Promise<XmlElement[]> {
    return await this.read(await this.open(...body), isChange(body));
  }

  private async read(reply: IncomingMessage, changes: boolean): Promise<XmlElement[]> {
    const { url } = this.ews;
    const xml = await readReply(reply, { host: url.host, changes }).catch((error: unknown) => {
      throw toMailError(error, url);
    });
    const responses = responsesIn(xml);
    if (responses.length > 0) return responses;
    throw notOpened({ status: 200, headers: reply.headers, body: xml }, undefined, url, []);
  }

  /** The response to a request that has a single one. */
  async ask(...body: Array<string | Buffer>): Promise<XmlElement> {
    const [response] = await this.callEach([undefined], () => body);
    const error = errorOf(response!);
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

function responsesIn(xml: string): XmlElement[] {
  try {
    return parseXml(xml).at('Envelope/Body')?.all('ResponseMessages')[0]?.children ?? [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
