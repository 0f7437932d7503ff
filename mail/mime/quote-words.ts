/*
 * The words by which mail programs begin the history of a conversation, in their main languages. Only lines that cannot be
 * anything else count.
 */

/** A line longer than this begins no history. Characters. */
export const LONGEST_LINE = 300;

const LABELS = {
  from: 'from|von|de|da|van|från|fra|od|lähettäjä|kimden|от|de la|发件人|寄件者|差出人|보낸 사람',
  sent: 'sent|date|gesendet|datum|envoyé|enviado(?: el)?|enviada(?: em)?|fecha|inviato|data|verzonden|skickat|sendt|wysłano|lähetetty|gönderildi|tarih|отправлено|дата|发送时间|日期|寄件日期|送信日時|보낸 날짜',
  to: 'to|an|à|a|para|aan|till|til|do|vastaanottaja|kime|кому|către|收件人|收件者|宛先|받는 사람',
  subject:
    'subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|aihe|konu|тема|subiect|主题|主旨|件名|제목',
} as const;

type Label = keyof typeof LABELS;

const PATTERNS = (Object.keys(LABELS) as Label[]).map(
  (label) => [label, new RegExp(`^(?:${LABELS[label]})\\s?[:：]`, 'i')] as const,
);

/** Which header field a line shows, such as `From: Ada` or `*Von:* Ada`. */
export function labelsOf(line: string): Label[] {
  const bare = line.replace(/[*_]/g, '').trimStart();
  return PATTERNS.filter(([, pattern]) => pattern.test(bare)).map(([label]) => label);
}

const ORIGINAL =
  /^[-_ ]{2,}\s?(?:original message|ursprüngliche nachricht|original-nachricht|originalnachricht|message d['’]origine|message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|wiadomość oryginalna|исходное сообщение|原始邮件|原始郵件|元のメッセージ)\s?[-_ ]{2,}$/i;

/** `-----Original Message-----` */
export const saysOriginal = (line: string): boolean => ORIGINAL.test(line);

const FORWARDED =
  /^(?:[-_ ]{2,}\s?)?(?:forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|message transféré|message transmis|début du message (?:transféré|réexpédié)|mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|videresendt meddelelse|przekazana wiadomość|пересылаемое сообщение|转发的邮件)\s?(?::|[-_ ]{2,})/i;

/** `---------- Forwarded message ---------`: what follows is what the sender wants to show. */
export const saysForwarded = (line: string): boolean => FORWARDED.test(line);

const WROTE =
  /(?:\bwrote|\bschrieb\b[^:]*|\bhat [^:]* geschrieben|\ba écrit|\bescribió|\bha scritto|\bescreveu|\bschreef\b[^:]*|\bskrev\b[^:]*|\bnapisał\(?a?\)?|\bkirjoitti|\bşunu yazdı|\byazdı|написал\(?а?\)?|пишет|写道|寫道|のメール)\s?[:：]$/iu;

/** An address, a time, a year: who wrote when. */
const WHO_OR_WHEN = /@|\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b/;

/** `On 3 Nov 2026 at 09:12, Ada <ada@example.test> wrote:`, in any language: only before a quotation. */
export const endsLikeAttribution = (line: string): boolean =>
  line.length <= LONGEST_LINE && /[:：]$/.test(line) && WHO_OR_WHEN.test(line);

/** The same in a language that is known. It needs no quotation after it. */
export const isAttribution = (line: string): boolean => endsLikeAttribution(line) && WROTE.test(line);
