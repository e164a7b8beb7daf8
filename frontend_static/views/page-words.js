const ATTRIBUTES = ["aria-label", "title", "placeholder"];

/** @typedef {{english: string, now: string, read: () => string | null, write: (text: string) => void}} Place where index.html says something */

/** The words of index.html: English as it comes, and in any other language by a map from the English. */
export class PageWords {
  /** @param {HTMLElement} root before anything else was written into it */
  constructor(root) {
    /** @type {Place[]} */
    this.places = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Text) this.note(() => node.data, (text) => void (node.data = text));
      else if (node instanceof Element) this.noteAttributes(node);
    }
  }

  /** @param {Element} element */
  noteAttributes(element) {
    for (const name of ATTRIBUTES) this.note(() => element.getAttribute(name), (text) => element.setAttribute(name, text));
  }

  /** @param {() => string | null} read @param {(text: string) => void} write */
  note(read, write) {
    const english = read() ?? "";
    if (english.trim() !== "") this.places.push({ english, now: english, read, write });
  }

  /** @param {Record<string, string>} words what has no entry is a name, or English */
  speak(words) {
    for (const place of this.places) {
      // What a view has written there since is the view's to say.
      if (place.read() !== place.now) continue;
      place.now = translated(place.english, words);
      place.write(place.now);
    }
  }
}

/** The spaces around stay. @param {string} english @param {Record<string, string>} words */
function translated(english, words) {
  const text = english.trim();
  const before = english.length - english.trimStart().length;
  const key = text.replace(/\s+/g, " ");
  return english.slice(0, before) + (words[key] ?? key) + english.slice(before + text.length);
}
