import { isMailError } from '../errors';
import { isMailAddress } from '../exchange/values';
import { errorAt, errorCodeOf } from './responses';
import type { EwsService } from './service';
import { escaped } from './soap';
import type { XmlElement } from './xml';

/** So many names are looked up for one request that reads messages. Each is a request of its own, and asked for once. */
const MOST_NAMES = 100;

/**
 * The addresses of people whom Exchange names by their place in its directory (legacyExchangeDN), such as
 * `/O=EXAMPLE/OU=…/CN=RECIPIENTS/CN=ADA` ("RoutingType (EmailAddressType)" of the EWS reference).
 */
export class EwsNames {
  /** Undefined for whom Exchange does not know. */
  private readonly known = new Map<string, string | undefined>();

  constructor(private readonly service: EwsService) {}

  /** Looks up whom these items name so. What Exchange cannot tell now is looked up again another time. */
  async learn(items: readonly XmlElement[]): Promise<void> {
    const named = items.flatMap((item) => item.all('EmailAddress')).map(({ text }) => text.trim());
    const unknown = [...new Set(named)].filter((name) => isInDirectory(name) && !this.known.has(name));
    for (const name of unknown.slice(0, MOST_NAMES)) {
      try {
        this.known.set(name, await this.resolve(name));
      } catch (error) {
        if (!isMailError(error)) throw error;
        // A message is worth reading without the address of one of its recipients.
        return;
      }
    }
  }

  /** An address that mail can be sent to, where it is known. */
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
    const error = errorAt([response], 0);
    if (error && code !== 'ErrorNameResolutionMultipleResults') throw error;
    const addresses = (response?.all('EmailAddress') ?? []).map(({ text }) => text.trim());
    // Where a name means several people, nobody is written to by mistake.
    return addresses.length === 1 ? addresses.find(isMailAddress) : undefined;
  }
}

const isInDirectory = (name: string): boolean => /^\/o=/i.test(name);
