import type { IExecuteFunctions } from 'n8n-workflow';

/** Shows a warning above the output of the node. It makes no item fail. */
export function hint(context: IExecuteFunctions, message: string): void {
  // Older versions of n8n have no hints.
  context.addExecutionHints?.({
    type: 'warning',
    location: 'outputPane',
    // Shown as HTML, which would hide an address in angle brackets.
    message: message.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
  });
}
