/** Path of a message, relative to the mailbox. */
export const messagePath = (id: string): string => `/messages/${encodeURIComponent(id)}`;

/** Path of a folder, by its id or a name that Graph knows. */
export const folderPath = (id: string): string => `/mailFolders/${encodeURIComponent(id)}`;

/** Encodes query parameters (RFC 3986 section 3.4). OData's own names start with $. */
export const parameters = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
