import type { ImapFlow } from 'imapflow';

import { PROTOCOLS } from '../account/providers';
import { notSupported } from '../errors';
import { FolderClient, type FailedFolders, type Folder, type Quota, type Usage } from '../model/folder';
import { createFolder, deleteFolder, renameFolder } from './change-folders';
import type { ImapConnection } from './connection';
import { emptyFolder } from './empty';
import { execOrThrow } from './exec-or-throw';
import { explained } from './folder-errors';
import { getFolder, listFolders } from './folders';

/** The folder operations of the IMAP client. */
export abstract class ImapFolderClient extends FolderClient {
  readonly protocol = PROTOCOLS.imap.name;
  // Private at runtime too, not only for TypeScript: imapflow holds the login.
  readonly #connection: ImapConnection;

  protected constructor(connection: ImapConnection) {
    super();
    this.#connection = connection;
  }

  async listFolders(options: { counts: boolean }, failed?: FailedFolders): Promise<Folder[]> {
    return await listFolders(this.#connection, options, failed);
  }

  async getFolder(folder: string): Promise<Folder | undefined> {
    return await getFolder(this.#connection, folder);
  }

  override async createFolder(path: string): Promise<Folder> {
    return await createFolder(this.#connection, path);
  }

  override async renameFolder(folder: string, newPath: string): Promise<Folder> {
    return await renameFolder(this.#connection, folder, newPath);
  }

  override async deleteFolder(folder: string): Promise<void> {
    await deleteFolder(this.#connection, folder);
  }

  async emptyFolder(folder: string): Promise<number> {
    return await emptyFolder(this.#connection, folder);
  }

  override async getQuota(folder: string): Promise<Quota> {
    return await this.#connection.exclusively(async (flow) => {
      const source = await this.#connection.specialFolders.resolve(folder);
      if (!offersQuota(flow)) throw noQuota(this.#connection.settings.server.host);
      const roots: Resources[] = [];
      const heard = listening(flow, (resources) => roots.push(resources));
      await explained(
        flow,
        { source },
        async () => await execOrThrow(heard, async (asked) => await asked.getQuota(source)),
      );
      // RFC 9208 section 5.1: STORAGE is in units of 1024 octets.
      return { storage: nearest(roots, 'STORAGE', 1024), messages: nearest(roots, 'MESSAGE', 1) };
    });
  }
}

/** RFC 9208: a server announces QUOTA, or only the resource types that it supports. */
const offersQuota = ({ capabilities }: ImapFlow): boolean =>
  [...capabilities.keys()].some((name) => name === 'QUOTA' || name.startsWith('QUOTA=RES-'));

const noQuota = (host: string) =>
  notSupported(
    host,
    'say how full a mailbox is: it lacks the extension QUOTA',
    'Ask the administrator of the mail server how much the account may hold.',
  );

/** The resources of one quota root, by name in capitals. */
type Resources = ReadonlyMap<string, Usage>;

interface Line {
  attributes?: [unknown, Array<{ value?: string }>?];
}
type Handler = (line: Line) => Promise<unknown>;
type Execute = (
  command: string,
  attributes: unknown[],
  options: { untagged: Record<string, Handler> },
) => Promise<unknown>;

/** Collects each quota root of a folder (RFC 9208 section 4.2). imapflow keeps only the last one for each resource. */
function listening(flow: ImapFlow, hear: (resources: Resources) => void): ImapFlow {
  const { exec } = flow as unknown as { exec: Execute };
  const value: Execute = async (command, attributes, { untagged, ...options }) => {
    const QUOTA: Handler = async (line) => {
      const words = (line.attributes?.[1] ?? []).map((one) => one.value ?? '');
      const kinds = words.flatMap((name, index) =>
        index % 3 === 0
          ? [
              [
                name.toUpperCase(),
                { used: numberIn(words[index + 1]), limit: numberIn(words[index + 2]) },
              ] as const,
            ]
          : [],
      );
      hear(new Map(kinds));
      await untagged.QUOTA?.(line);
    };
    return await exec.call(flow, command, attributes, { ...options, untagged: { ...untagged, QUOTA } });
  };
  return Object.create(flow, { exec: { value } }) as ImapFlow;
}

/** NaN for what is no number of the standard (RFC 9208 section 7): some servers write -1 or 2^64 - 1 for no limit. */
function numberIn(text = ''): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  return number <= Number.MAX_SAFE_INTEGER ? number : NaN;
}

/** The limit with the least space left; undefined if no quota root has one. */
function nearest(roots: readonly Resources[], kind: string, unit: number): Usage | undefined {
  const left = ({ used, limit }: Usage) => limit - used;
  const found = roots.flatMap((root) => root.get(kind) ?? []).filter((usage) => Number.isFinite(left(usage)));
  const [first] = found.sort((a, b) => left(a) - left(b));
  return first && { used: first.used * unit, limit: first.limit * unit };
}
