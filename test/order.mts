import { relative } from 'node:path';

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * So that no worker begins with a long file when the others are done: the slowest are those that wait for real servers,
 * and the shortest are the unit tests. vitest itself goes by the size of a file where it does not know its time, as in CI.
 */
const FOLDERS = ['integration/servers', 'integration', 'reliability', 'core', 'clients', 'unit'];

/** The order of the files. The canary's search comes last of all: it looks at what the others have left behind. */
export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const test = `${this.ctx.config.root}/test`;
    const rank = ({ moduleId }: TestSpecification) => {
      const file = relative(test, moduleId);
      if (file === 'e2e/canary.test.ts') return FOLDERS.length;
      return FOLDERS.findIndex((folder) => file.startsWith(`${folder}/`));
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
