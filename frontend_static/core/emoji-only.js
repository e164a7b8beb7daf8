/** One to three emoji and nothing else. Nobody joins more than ten signs to one. */
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic}){0,9}){1,3}$/u;

/** Whether a text is one to three emoji, which are shown large. @param {string} text */
export function isOnlyEmoji(text) {
  return ONLY_EMOJI.test(text);
}
