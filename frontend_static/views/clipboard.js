import { laterStrings } from "../core/later-strings.js";

/** Copy it. Browsers give the clipboard to secure pages only. @param {string} text @returns {Promise<string>} what became of it, in words */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return laterStrings.copied;
  } catch {
    return laterStrings.notCopied;
  }
}
