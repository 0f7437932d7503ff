import { splitUrl } from './options';

/** The links to further pages that a server has given out: only these may have what the reference does not know. */
export class Links {
  private readonly given = new Set<string>();

  constructor(private readonly origin: string) {}

  /** The same request with these parameters; without those that are empty. */
  make(url: string, parameters: Record<string, string>): string {
    const [path, search] = splitUrl(url);
    const query = new URLSearchParams(search);
    for (const [name, value] of Object.entries(parameters)) {
      if (value === '') query.delete(name);
      else query.set(name, value);
    }
    // As Graph writes it, the names of options stay readable.
    const link = `${path}?${query.toString().replaceAll('%24', '$')}`;
    this.given.add(link);
    return `${this.origin}/v1.0${link}`;
  }

  made(url: string): boolean {
    return this.given.has(url);
  }
}
