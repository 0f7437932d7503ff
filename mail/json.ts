/** Parses an object from an untrusted text; returns an empty object if there is none. */
export function jsonObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
