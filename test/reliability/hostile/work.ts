/** What is done with a hostile server. */
export type WorkName =
  | 'login'
  | 'listFolders'
  | 'findMessages'
  | 'listMessages'
  | 'copyMessages'
  | 'openMessage';
