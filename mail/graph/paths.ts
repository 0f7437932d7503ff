/** Of a message within its mailbox. */
export const messagePath = (id: string): string => `/messages/${encodeURIComponent(id)}`;

/** Of a folder, by its id or by a name that Graph knows. */
export const folderPath = (id: string): string => `/mailFolders/${encodeURIComponent(id)}`;

/** As a query has them (RFC 3986 section 3.4); the names of OData's own begin with $. */
export const parameters = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
