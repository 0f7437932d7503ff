import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The canary's search comes last of the files: it looks at what all the others have left behind. */
export class CanaryLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const last = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith('canary.test.ts'));
    return (await super.sort(files)).sort((one, other) => last(one) - last(other));
  }
}
