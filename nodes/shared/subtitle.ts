import { DEFAULT_NAME } from './session-name';

/**
 * What stands below a node's name on the canvas: its session, unless that is the default one, and what it does there, in
 * the words of its panel.
 *
 * @param names by the value of a parameter
 * @param key the value, as an expression
 */
export const subtitle = (names: Readonly<Record<string, string>>, key: string): string =>
  // A flat table: n8n would read two closing braces as the end of the expression.
  `={{ ($parameter["sessionName"] === ${JSON.stringify(DEFAULT_NAME)} ? "" : $parameter["sessionName"] + " · ") + (${JSON.stringify(names)})[${key}] }}`;
