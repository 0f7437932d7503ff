/** The object in a text of someone else's; an empty one where there is none. */
export function jsonObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
