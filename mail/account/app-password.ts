import type { AppPassword } from './provider-row';

/**
 * The password to send for one that was typed or pasted. Of one that has the form of the provider's app passwords,
 * blanks around it and the separators that are only shown are left out; any other one stays as it is.
 */
export function sentPassword(typed: string, form: AppPassword | undefined): string {
  const shown = typed.trim();
  if (!form?.shownAs.test(shown)) return typed;
  return form.separators ? shown.replace(form.separators, '') : shown;
}
