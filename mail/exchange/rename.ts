import { MailError, isMailError } from '../errors';
import type { Folder } from '../model/folder';
import { assertOwn, folderExists, pathWithin, placeOf } from './folder-paths';
import type { FolderTree, FolderEntry } from './folder-tree';

/** Steps that each take one request. */
interface RenameSteps {
  /** @param parent empty for the top level */
  move(folder: FolderEntry, parent: string): Promise<void>;
  rename(folder: FolderEntry, name: string): Promise<void>;
}

/**
 * Renames a folder, moves it, or both, as needed. Does nothing if the new path already exists.
 *
 * @throws {MailError} FOLDER_EXISTS, FOLDER_NOT_FOUND; if only one step was done, the error says where the folder is
 */
export async function renameFolder(
  folders: FolderTree,
  path: string,
  newPath: string,
  steps: RenameSteps,
): Promise<Folder> {
  folders.forget();
  const known = await folders.find(path);
  assertOwn(known.folder);
  const { parent, name } = placeOf(newPath);
  const newParent = parent ? (await folders.find(parent)).folder.path : '';
  const target = pathWithin(newParent, name);
  const oldParent = placeOf(known.folder.path).parent;
  const [moves, renames] = [newParent !== oldParent, name !== known.folder.name];
  if ((moves || renames) && (await folders.lookup(target))) throw folderExists(newPath);
  const move = async () => await steps.move(known, newParent);
  const rename = async () => await steps.rename(known, name);
  // Between the two steps, the folder's path must not collide with another folder.
  const moveFirst = !(await folders.lookup(pathWithin(newParent, known.folder.name)));
  const halfway = moveFirst ? pathWithin(newParent, known.folder.name) : pathWithin(oldParent, name);
  const work = [moves && move, renames && rename].filter((one) => one !== false);
  let done = 0;
  try {
    for (const step of moveFirst ? work : work.toReversed()) {
      await step();
      done++;
    }
  } catch (error) {
    throw done > 0 && isMailError(error) ? halfDone(error, halfway, target) : error;
  } finally {
    folders.forget();
  }
  return { ...known.folder, path: target, name };
}

function halfDone({ code, message, description }: MailError, path: string, target: string): MailError {
  const where = code === 'CHANGE_UNCERTAIN' ? `"${path}" or "${target}"` : `"${path}"`;
  return new MailError(code, `${message}. The folder is now at ${where}`, description);
}
