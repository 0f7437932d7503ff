import { withDeadline } from '../../async/deadline';
import { withAbort } from '../../async/with-abort';
import { isMailError, type MailError, type MailErrorCode } from '../../errors';
import { redact } from '../../net/network-errors';
import { hostOf } from '../../net/host-and-port';
import { parseHttpsUrl } from '../../net/https-url';
import { toMailError } from '../errors';
import { loginRefused, type Mechanism } from '../refusals';
import type { EwsSessionSettings } from '../../account/session-settings';
import { isAutodiscover, isCloud, isWithin, mailDomain } from './address';
import { ask, type Answer } from './ask';
import { inTheCloud, nothingFound, notTrusted, reasonFor, refusedBy } from './errors';
import { autodiscoverRequest, readReply } from './pox-messages';
import { candidatesOf, type Candidate, type Ports } from './candidates';

/** Maximum number of redirects for one search. */
const MAX_REDIRECTS = 5;

/** EWS URLs, the preferred one first; or another email address to search for. */
type Found = { urls: URL[] } | { address: string };

/**
 * A redirect. `vouched`: whether it came from a server that knows the user and has proved that it belongs to the user's
 * domain.
 */
interface Redirect {
  redirect: string;
  /** The source of the redirect. */
  by: string;
  vouched: boolean;
}

/**
 * One search for EWS.
 *
 * The password is sent only to hosts of the user's own domain, and to hosts that such a host names over TLS after
 * accepting the login. Information without proof – over http, from DNS, or from a server that did not request a login –
 * may lead only to Autodiscover on hosts of the domain.
 */
export class EwsSearch {
  private readonly tried: string[] = [];
  private readonly codes = new Set<MailErrorCode>();
  private readonly untrusted = new Set<string>();
  private readonly visited = new Set<string>();
  private readonly ownDomains: string[] = [];
  private readonly namedHosts = new Set<string>();
  private redirects = 0;
  /** The error of a server that would be right, but needs another type of credential. */
  private otherScheme?: MailError;
  private readonly deadline: number;

  // Private at runtime too, not only for TypeScript: these hold the login.
  readonly #settings: EwsSessionSettings;

  constructor(
    settings: EwsSessionSettings,
    private readonly domain: string,
    private readonly signal: AbortSignal,
    private readonly ports: Ports,
  ) {
    this.#settings = settings;
    this.ownDomains.push(domain);
    this.deadline = Date.now() + settings.timeouts.connect;
  }

  /** @throws {MailError} */
  async run(address: string): Promise<URL[]> {
    for (let asked = address; ; ) {
      const found = await this.lookAround(asked);
      if (!found) throw this.failure();
      if ('urls' in found) return found.urls;
      asked = found.address;
    }
  }

  private async lookAround(address: string): Promise<Found | undefined> {
    this.visited.add(address.toLowerCase());
    const domain = mailDomain(address) ?? '';
    if (isCloud(domain)) throw inTheCloud(this.domain, domain);
    for (const place of candidatesOf(domain, this.ports, this.#settings.server.outbound)) {
      // Half of the remaining time for each, so that a silent candidate leaves time for the others and for the login.
      const timeout = Math.ceil((this.deadline - Date.now()) / 2);
      const found = await withDeadline(
        { timeout, signals: [this.signal] },
        async (stop) => await this.lookAt(place, address, stop),
      );
      this.signal.throwIfAborted();
      if (found) return found;
    }
    return undefined;
  }

  private async lookAt(place: Candidate, address: string, stop: AbortSignal): Promise<Found | undefined> {
    const urls = await this.reaching(place.name, stop, async () => await place.urls(stop));
    if (urls?.length === 0) this.note(place.name, 'nothing');
    for (const url of urls ?? []) {
      let next: Found | Redirect | undefined = { redirect: url, by: place.name, vouched: false };
      while (next && 'redirect' in next) next = await this.follow(next, address, stop);
      if (next) return next;
    }
    return undefined;
  }

  /** Follows a redirect, if it is trusted and new. */
  private async follow(
    { redirect, by, vouched }: Redirect,
    address: string,
    stop: AbortSignal,
  ): Promise<Found | Redirect | undefined> {
    const url = parseHttpsUrl(redirect);
    if (!url) return this.note(by, 'redirects to an address without https');
    if (!this.mayGo(url, vouched)) return this.note(by, `leads to ${url.host}`);
    // Other pages of the domain may redirect a logged-in client to any site.
    if (!vouched && !isAutodiscover(url))
      return this.note(by, `leads to ${url.host}, but to no Autodiscover`);
    const visit = `${address} ${url.href}`.toLowerCase();
    if (this.visited.has(visit)) return this.note(url.host, 'already asked');
    this.visited.add(visit);
    const answer = await this.reaching(
      url.host,
      stop,
      async () =>
        await ask(
          { ...this.#settings, ews: { ...this.#settings.ews, url } },
          autodiscoverRequest(address),
          stop,
        ),
    );
    return answer && this.understood(answer, url);
  }

  private understood(answer: Answer, url: URL): Found | Redirect | undefined {
    const { status, headers, body, asked, secrets } = answer;
    const vouched = asked && status !== 401 && !this.#settings.server.ignoreCertificate;
    const { host } = url;
    if (status === 401) {
      const refusal = loginRefused(answer, url, this.#settings.authentication as Mechanism);
      if (asked) throw refusedBy(host, refusal);
      this.otherScheme ??= refusedBy(host, refusal);
      return this.note(host, refusal.message.replace(`${host} `, ''));
    }
    if (status >= 300 && status < 400 && headers.location && URL.canParse(headers.location, url.href)) {
      return this.sentTo(new URL(headers.location, url.href).href, vouched, host);
    }
    if (status !== 200) return this.note(host, `HTTP ${status}`);
    const reply = body === undefined ? undefined : readReply(body);
    if (!reply) return this.note(host, body === undefined ? 'the reply is too long' : 'no Autodiscover');
    if ('error' in reply) return this.note(host, redact(reply.error, secrets) || 'an error');
    if ('redirectUrl' in reply) return this.sentTo(reply.redirectUrl, vouched, host);
    if ('redirectAddr' in reply) return this.asAnother(reply.redirectAddr, vouched, host);
    const urls = reply.ewsUrls
      .flatMap((text) => parseHttpsUrl(text) ?? [])
      .filter((one) => this.mayGo(one, vouched));
    return urls.length > 0 ? { urls } : this.note(host, 'names no usable EWS address');
  }

  private sentTo(redirect: string, vouched: boolean, by: string): Redirect | undefined {
    this.redirects += 1;
    return this.redirects > MAX_REDIRECTS
      ? this.note(by, 'one redirect too many')
      : { redirect, by, vouched };
  }

  private asAnother(address: string, vouched: boolean, by: string): Found | undefined {
    const domain = mailDomain(address);
    if (!domain || this.visited.has(address.toLowerCase())) return this.note(by, 'redirects in a circle');
    if (!this.isOwn(domain)) {
      if (isCloud(domain)) throw inTheCloud(this.domain, domain);
      if (!vouched) {
        this.untrusted.add(domain);
        return this.note(by, `redirects to ${domain}`);
      }
      this.ownDomains.push(domain);
    }
    return this.sentTo('', vouched, by) && { address };
  }

  private mayGo(url: URL, vouched: boolean): boolean {
    const host = hostOf(url);
    if (isCloud(host)) throw inTheCloud(this.domain, host);
    if (vouched) this.namedHosts.add(host);
    if (this.isOwn(host)) return true;
    this.untrusted.add(host);
    return false;
  }

  private isOwn(host: string): boolean {
    return this.namedHosts.has(host) || this.ownDomains.some((domain) => isWithin(host, domain));
  }

  /** The result from a server or DNS; undefined, with a note, if there is none. */
  private async reaching<T>(name: string, stop: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    try {
      // DNS lookups cannot be cancelled.
      return await withAbort(work(), stop);
    } catch (error) {
      this.signal.throwIfAborted();
      const known = isMailError(error) ? error : toMailError(error, new URL('https://unknown'));
      this.codes.add(known.code);
      return this.note(name, reasonFor(known));
    }
  }

  private note(name: string, reason: string): undefined {
    this.tried.push(`${name.slice(0, 100)} (${reason.slice(0, 200)})`);
  }

  private failure(): MailError {
    if (this.otherScheme) return this.otherScheme;
    if (this.untrusted.size > 0) return notTrusted(this.domain, [...this.untrusted], this.tried, this.codes);
    return nothingFound(this.domain, this.tried, this.codes);
  }
}
