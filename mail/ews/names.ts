import { isMailError } from '../errors';
import { isMailAddress } from '../exchange/values';
import { readErrorAt, errorCodeOf } from './responses';
import type { EwsService } from './service';
import { escaped } from './soap';
import type { XmlElement } from './xml';

/**
 * Maximum number of names to look up for one request that reads messages. Each name takes one request, and its result
 * is cached.
 */
const MOST_NAMES = 100;

/**
 * The email addresses of people for whom Exchange gives only a directory name (legacyExchangeDN), such as
 * `/O=EXAMPLE/OU=…/CN=RECIPIENTS/CN=ADA` ("RoutingType (EmailAddressType)" of the EWS reference).
 */
export class EwsNames {
  /** Undefined for names that Exchange does not know. */
  private readonly known = new Map<string, string | undefined>();

  constructor(private readonly service: EwsService) {}

  /** Looks up the directory names in these items. If Exchange cannot answer now, they are looked up again later. */
  async learn(items: readonly XmlElement[]): Promise<void> {
    const named = items.flatMap((item) => item.all('EmailAddress')).map(({ text }) => text.trim());
    const unknown = [...new Set(named)].filter((name) => isInDirectory(name) && !this.known.has(name));
    for (const name of unknown.slice(0, MOST_NAMES)) {
      try {
        this.known.set(name, await this.resolve(name));
      } catch (error) {
        if (!isMailError(error)) throw error;
        // A message is useful even without the address of one recipient.
        return;
      }
    }
  }

  /** The email address for a name, if known. */
  addressOf(name: string): string | undefined {
    return this.known.get(name.trim());
  }

  /** "ResolveNames operation" of the EWS reference. */
  private async resolve(name: string): Promise<string | undefined> {
    const [response] = await this.service.callEach([name], ([one = '']) => [
      '<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>',
      `${escaped(one)}</m:UnresolvedEntry></m:ResolveNames>`,
    ]);
    const code = errorCodeOf(response) ?? '';
    if (code === 'ErrorNameResolutionNoResults') return undefined;
    const error = readErrorAt([response], 0);
    if (error && code !== 'ErrorNameResolutionMultipleResults') throw error;
    const addresses = (response?.all('EmailAddress') ?? []).map(({ text }) => text.trim());
    // If a name matches several people, it has no address, so that no mail goes to the wrong one.
    return addresses.length === 1 ? addresses.find(isMailAddress) : undefined;
  }
}

const isInDirectory = (name: string): boolean => /^\/o=/i.test(name);
