// What the words of an EHLO answer mean (RFC 5321 and the registry of SMTP extensions). Data only.

const WORDS: Readonly<Record<string, string>> = {
  '8BITMIME': 'bodies with eight bits a byte',
  ATRN: 'mail is fetched over the same connection',
  AUTH: 'ways to log in',
  BDAT: 'messages in chunks',
  BINARYMIME: 'bodies of any bytes',
  CHUNKING: 'messages in chunks, without dot stuffing',
  DELIVERBY: 'a time by which mail is to be there',
  DSN: 'notices on delivery, by wish',
  ENHANCEDSTATUSCODES: 'answers with codes such as 5.1.1',
  ETRN: 'a queue is run by request',
  EXPN: 'lists are spelt out',
  FUTURERELEASE: 'mail is held back until a time',
  HELP: 'a text of help',
  LIMITS: 'says how much it takes at once',
  'MT-PRIORITY': 'mails before others',
  PIPELINING: 'several commands in one flight',
  PRDR: 'an answer for each recipient behind the data',
  REQUIRETLS: 'no hop without TLS, by wish',
  SIZE: 'the largest message, in bytes',
  SMTPUTF8: 'addresses in any script',
  STARTTLS: 'TLS within the connection',
  VRFY: 'addresses are looked up',
  XCLIENT: 'a proxy tells whom it speaks for',
};

/** What an extension does, in a few words; empty for one that is not known. */
export function extensionWords(name: string): string {
  const key = name.toUpperCase();
  return Object.hasOwn(WORDS, key) ? (WORDS[key] ?? '') : '';
}
