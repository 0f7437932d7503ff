import type { IExecuteFunctions } from 'n8n-workflow';

import { hint } from '../../../shared/hint';

/**
 * Warns that a node asked the same question for each of many input items, which is rarely intended: after a node that
 * gives 50 items, it gives 50 times as many results.
 *
 * @param names of the parameters that make up the question
 */
export function hintAtRepetition(context: IExecuteFunctions, names: readonly string[]): void {
  const count = context.getInputData().length;
  if (count < 2) return;
  const questions = new Set<string>();
  for (let itemIndex = 0; itemIndex < count && questions.size < 2; itemIndex++) {
    questions.add(JSON.stringify(names.map((name) => context.getNodeParameter(name, itemIndex, ''))));
  }
  if (questions.size > 1) return;
  hint(
    context,
    `This node ran ${count} times, once for each input item, and asked for the same thing each time. If once is enough, switch on "Execute Once" in its settings.`,
  );
}
