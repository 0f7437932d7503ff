import type { AppPassword } from './provider-row';

/**
 * The password to send for one that was typed or pasted. If it has the form of the provider's app passwords,
 * surrounding blanks and display-only separators are removed. Any other password stays as it is.
 */
export function sentPassword(typed: string, form: AppPassword | undefined): string {
  const shown = typed.trim();
  if (!form?.shownAs.test(shown)) return typed;
  return form.separators ? shown.replace(form.separators, '') : shown;
}
