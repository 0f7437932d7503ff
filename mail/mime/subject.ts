import { decodedText, rawFields, valuesOf } from './header';

/** The subject in a header, for the error of a message that cannot be read. If it cannot be read either, undefined. */
export function subjectIn(header: Buffer | undefined): string | undefined {
  try {
    const [subject] = valuesOf(rawFields(header ?? Buffer.alloc(0)), 'subject');
    return subject && decodedText(subject);
  } catch {
    return undefined;
  }
}
