import type { IExecuteFunctions } from 'n8n-workflow';

/** Shows a warning above the output of the node; no item fails by it. */
export function hint(context: IExecuteFunctions, message: string): void {
  // Older versions of n8n have no hints.
  context.addExecutionHints?.({
    type: 'warning',
    location: 'outputPane',
    // Shown as HTML, in which an address in angle brackets would vanish.
    message: message.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
  });
}
