/*
 * Ten mails as programs write them, to measure what they cost a model. Made for this, after the markup of the programs
 * that are named: what takes room in them is style, layout, addresses that count clicks, and history.
 */

interface Typical {
  name: string;
  html: string;
}

const times = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join('\r\n');
/** As senders of bulk mail write addresses, to count clicks. */
const click = (path: string): string =>
  `https://click.shop.example.test/ls/click?upn=${'u001.Xk9Q2mTz7VbLr4Wc'.repeat(6)}${path}&amp;utm_source=mail&amp;utm_medium=email&amp;utm_campaign=november`;
const PIXEL = '<img src="https://click.shop.example.test/wf/open?upn=u001.Xk9Q" width="1" height="1" alt="">';
const SANS = 'font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:24px;color:#333333;';
const page = (body: string, css = ''): string =>
  `<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="viewport" content="width=device-width"><style type="text/css">body,table,td{-webkit-text-size-adjust:100%;mso-table-lspace:0pt;mso-table-rspace:0pt}img{border:0;outline:none}@media only screen and (max-width:600px){.full{width:100%!important}.pad{padding:0 16px!important}}${css}</style></head><body style="margin:0;padding:0;background-color:#f4f4f4;">${body}</body></html>`;
const box = (content: string): string =>
  `<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%"><tr><td align="center" bgcolor="#f4f4f4" style="padding:0 10px;"><table class="full" role="presentation" border="0" cellpadding="0" cellspacing="0" width="600" style="max-width:600px;"><tr><td bgcolor="#ffffff" align="left" style="padding:20px 30px;${SANS}">${content}</td></tr></table></td></tr></table>`;
const button = (text: string, path: string): string =>
  `<table role="presentation" border="0" cellspacing="0" cellpadding="0"><tr><td align="center" style="border-radius:3px;" bgcolor="#2f6fed"><a href="${click(path)}" target="_blank" style="${SANS}color:#ffffff;text-decoration:none;padding:12px 24px;border:1px solid #2f6fed;display:inline-block;">${text}</a></td></tr></table>`;
const footer = `<p style="margin:0;font-size:12px;color:#888888;">You get this mail because you have an account. <a href="${click('unsubscribe')}" style="color:#888888;">Unsubscribe</a> · <a href="${click('prefs')}" style="color:#888888;">Preferences</a><br>Shop Ltd, 1 Example Street, Exampletown</p>${PIXEL}`;
const preheader = (text: string): string =>
  `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;">${text}${'&zwnj;&nbsp;'.repeat(90)}</div>`;

const paragraph = (index: number): string =>
  [
    'Thank you for the draft. I have gone through the figures with the team, and there are two points that we should settle before Thursday.',
    'The delivery date in the second table does not match the contract. Could you check which of the two is right, and send the corrected table?',
    'I agree with the schedule. The room is booked from ten to twelve, and Carol brings the samples.',
    'Please find the offer attached. It is valid until the end of the month, and includes the installation on site.',
    'We have had another look at the numbers. With the discount that you propose, the third option is the best one for both of us.',
  ][index % 5]!;

const NEWSLETTER = page(
  preheader('Save up to thirty percent this week') +
    box(
      `<img src="https://img.shop.example.test/logo.png" alt="Shop" width="120"><h1 style="margin:0;font-size:28px;">The November sale</h1>`,
    ) +
    times(24, (index) =>
      box(
        `<table role="presentation" width="100%"><tr><td width="180" valign="top"><a href="${click(`p${index}`)}"><img src="https://img.shop.example.test/p/${index}.jpg" width="160" alt="" style="display:block;"></a></td><td valign="top" style="${SANS}"><h2 style="margin:0 0 8px;font-size:18px;"><a href="${click(`p${index}`)}" style="color:#333333;text-decoration:none;">Lamp No. ${index + 1}</a></h2><p style="margin:0 0 12px;">Warm light for long evenings, in ${index + 3} colours. <span style="text-decoration:line-through;">€ 49</span> <b>€ 34</b></p>${button('Buy now', `b${index}`)}</td></tr></table>`,
      ),
    ) +
    box(footer),
);

const ORDER = page(
  preheader('Your order 4711 is confirmed') +
    box(
      `<h1 style="margin:0;font-size:24px;">Thank you for your order</h1><p>Hello Bob,<br>we have received order <b>4711</b> of 3 November 2026.</p><table width="100%" style="border-collapse:collapse;"><tr><th align="left" style="${SANS}border-bottom:1px solid #cccccc;">Item</th><th align="right" style="${SANS}">Quantity</th><th align="right" style="${SANS}">Price</th></tr>${times(6, (index) => `<tr><td style="${SANS}padding:8px 0;">Lamp No. ${index + 1}</td><td align="right" style="${SANS}">${index + 1}</td><td align="right" style="${SANS}">€ ${34 * (index + 1)}.00</td></tr>`)}<tr><td colspan="2" style="${SANS}"><b>Total</b></td><td align="right" style="${SANS}"><b>€ 714.00</b></td></tr></table><h2 style="font-size:18px;">Delivery address</h2><p>Bob Example<br>1 Example Street<br>Exampletown</p>${button('See your order', 'order')}`,
    ) +
    box(footer),
);

/** Word writes this head into every mail of Outlook. */
const WORD_CSS = times(
  40,
  (index) =>
    `p.MsoList${index}, li.MsoList${index}, div.MsoList${index} {mso-style-priority:99; margin:0cm; margin-bottom:.0001pt; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}`,
);
const mso = (text: string): string =>
  `<p class="MsoNormal"><span lang="DE" style="font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif;mso-fareast-language:EN-US">${text}<o:p></o:p></span></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>`;
const OUTLOOK = page(
  `<div class="WordSection1">${mso('Hallo Ada,')}${mso(paragraph(0))}${mso('Viele Grüße<br>Bob')}${times(
    6,
    (index) =>
      `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span style="font-size:11.0pt">Von:</span></b> Ada Lovelace &lt;ada@example.test&gt; <br><b>Gesendet:</b> Dienstag, ${9 - index}. November 2026 09:12<br><b>An:</b> Bob &lt;bob@example.test&gt;<br><b>Betreff:</b> AW: Angebot</p></div></div>${mso('Hallo,')}${mso(paragraph(index + 1))}${mso(paragraph(index + 2))}${mso('Mit freundlichen Grüßen<br>Ada Lovelace<br>Example GmbH, Beispielstraße 1, 12345 Beispielstadt<br>Geschäftsführung: A. Lovelace, Amtsgericht Beispielstadt HRB 4711')}`,
  )}</div>`,
  WORD_CSS,
);

const gmail = (level: number): string =>
  `<div dir="ltr"><div>${paragraph(level)}</div><div><br></div><div>Best<br>Ada</div></div><br>${
    level === 0
      ? ''
      : `<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Tue, Nov ${level}, 2026 at 9:12 AM Bob &lt;<a href="mailto:bob@example.test" target="_blank">bob@example.test</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">${gmail(level - 1)}</blockquote></div>`
  }`;

const INVITATION = page(
  `<span itemscope itemtype="http://schema.org/InformAction"><span style="display:none" itemprop="about" itemscope><meta itemprop="description" content="Invitation"></span>${box(
    `<h2 style="font-size:18px;">Weekly review</h2>${times(
      5,
      (index) =>
        `<table cellpadding="0" cellspacing="0" style="border-collapse:collapse;padding-bottom:4px;"><tr><td style="${SANS}font-weight:700;padding-right:16px;" valign="top">${['When', 'Where', 'Calendar', 'Who', 'Join'][index]}</td><td style="${SANS}">${['Tuesday, 10 November 2026, 10:00 – 11:00', 'Room 4', 'bob@example.test', 'ada@example.test (organizer), bob@example.test, carol@example.test', '<a href="https://meet.example.test/abc-defg-hij">meet.example.test/abc-defg-hij</a>'][index]}</td></tr></table>`,
    )}<p>Going? ${['Yes', 'Maybe', 'No'].map((text) => `<a href="https://calendar.example.test/event?action=RESPOND&amp;eid=${'NXE4b2'.repeat(12)}&amp;rst=${text}" style="${SANS}border:solid 1px #dadce0;padding:8px 16px;border-radius:16px;">${text}</a>`).join(' ')}</p>`,
  )}</span>`,
);

const TICKET = page(
  box(
    `<div style="color:#b5b5b5;">##- Please type your reply above this line -##</div><p>Your request (4711) has been updated.</p>${times(
      5,
      (index) =>
        `<table width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td width="100%" style="padding:15px 0;border-top:1px dotted #c5c5c5;"><table width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;"><tr><td valign="top" style="padding:0 15px 0 15px;width:40px;"><img width="40" height="40" alt="" style="height:auto;border-radius:5px;" src="https://support.example.test/avatar/${index}.png"></td><td width="100%" style="padding:0;margin:0;" valign="top"><p style="${SANS}"><b>${index % 2 ? 'Bob' : 'Ada'}</b> (Support)</p><p style="${SANS}color:#bbbbbb;">${9 - index} Nov 2026, 09:12 CET</p><div class="zd-comment"><p style="${SANS}" dir="auto">${paragraph(index)}</p></div></td></tr></table></td></tr></table>`,
    )}`,
  ),
);

const APPLE = `<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">${paragraph(2)}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 3 Nov 2026, at 09:12, Ada &lt;ada@example.test&gt; wrote:</div><br class="Apple-interchange-newline"><div>${times(6, (index) => `<div style="caret-color: rgb(0, 0, 0); font-family: Helvetica; font-size: 12px; font-style: normal; font-variant-caps: normal; letter-spacing: normal; text-align: start; text-indent: 0px; text-transform: none; white-space: normal; word-spacing: 0px;">${paragraph(index)}</div>`)}</div></blockquote></div></body></html>`;

const PULL_REQUEST = `<p dir="auto"><strong>@ada</strong> requested changes on this pull request.</p><hr><p dir="auto">In <a href="https://code.example.test/shop/web/pull/42#discussion_r1">src/cart.ts</a>:</p><pre style='color:#555'>&gt; @@ -1,4 +1,6 @@
+export const total = (items) =&gt;
+  items.reduce((sum, { price }) =&gt; sum + price, 0);
</pre><p dir="auto">${paragraph(4)}</p><p style="font-size:small;-webkit-text-size-adjust:none;color:#666;">—<br>Reply to this email directly, <a href="https://code.example.test/shop/web/pull/42#pullrequestreview-1">view it here</a>, or <a href="https://code.example.test/notifications/unsubscribe-auth/${'AAB4X7'.repeat(16)}">unsubscribe</a>.<br>You are receiving this because your review was requested.<img src="https://code.example.test/notifications/beacon/${'AAB4X7'.repeat(16)}.gif" height="1" width="1" alt=""></p>
<script type="application/ld+json">[{"@context":"http://schema.org","@type":"EmailMessage","potentialAction":{"@type":"ViewAction","target":"https://code.example.test/shop/web/pull/42","name":"View"},"description":"View this pull request"}]</script>`;

const PARCEL = page(
  preheader('Your parcel arrives today') +
    box(
      `<h1 style="font-size:24px;">Your parcel arrives today</h1><p>Between <b>10:00 and 13:00</b>, to 1 Example Street.</p><ul>${times(4, (index) => `<li style="${SANS}">${8 + index}:15 – ${['Left the warehouse', 'In the depot', 'Loaded', 'On its way'][index]}</li>`)}</ul>${button('Follow it', 'track')}${button('Change the delivery', 'change')}`,
    ) +
    box(footer),
);

const CODE = page(
  preheader('Your code') +
    box(
      `<h1 style="font-size:24px;">Your code</h1><p>Enter this code to sign in. It is valid for ten minutes.</p><p style="font-size:32px;letter-spacing:8px;"><b>471 108</b></p><p>If it was not you, change your password.</p>`,
    ) +
    box(footer),
);

export const TYPICAL: readonly Typical[] = [
  { name: 'Newsletter with 24 products', html: NEWSLETTER },
  { name: 'Order confirmation', html: ORDER },
  { name: 'Outlook, 6 answers', html: OUTLOOK },
  { name: 'Gmail, 6 answers', html: gmail(6) },
  { name: 'Invitation', html: INVITATION },
  { name: 'Ticket with 5 comments', html: TICKET },
  { name: 'Apple Mail, 1 answer', html: APPLE },
  { name: 'Pull request', html: PULL_REQUEST },
  { name: 'Parcel', html: PARCEL },
  { name: 'Sign-in code', html: CODE },
];
