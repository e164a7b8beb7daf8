/* index.html, read simply: enough to know each text and attribute that a person sees. */

const SPOKEN = ["aria-label", "title", "placeholder"];
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

/**
 * Every visible text of the page's body. A part in a language of its own, and the part for browsers without script, are left out.
 * @param {string} html
 */
export function wordsOfPage(html) {
  const body = html
    .replace(/^.*<body[^>]*>/s, "")
    .replace(/<!--.*?-->|\{%.*?%\}|<noscript>.*?<\/noscript>|<(\w+)[^>]*\slang="[^"]*"[^>]*>.*?<\/\1>/gs, "");
  const texts = body.split(/<[^>]*>/);
  const attributes = [...body.matchAll(/<[^>]*>/g)].flatMap(([tag]) => [...tag.matchAll(/\s([\w-]+)="([^"]*)"/g)]);
  const spoken = attributes.filter(([, name]) => SPOKEN.includes(name)).map(([, , value]) => value);
  return new Set([...texts, ...spoken].map(plain).filter(Boolean));
}

/** @param {string} text */
function plain(text) {
  return text.replace(/&(\w+);/g, (whole, name) => ENTITIES[name] ?? whole).replace(/\s+/g, " ").trim();
}
