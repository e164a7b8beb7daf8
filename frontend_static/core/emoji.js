import { fold } from "./fold.js";
import { laterStrings } from "./later-strings.js";

/*
 * What the picker offers; any other emoji can be typed. The names are what it is searched by, and read out. Those of other
 * languages are in `languages/`.
 */

/** @typedef {{emoji: string, name: string}} Emoji */

/** @type {{name: string, emoji: Emoji[]}[]} */
export const emojiGroups = [
  {
    name: "Faces",
    emoji: named(`
      😀 grin happy
      😂 tears of joy laugh
      🙂 slight smile
      😉 wink
      😊 smile blush
      😍 heart eyes love
      😘 kiss
      😎 cool sunglasses
      🤔 thinking hmm
      😮 surprised wow
      😅 sweat relief
      😢 sad cry
      😭 sobbing cry
      😡 angry
      😱 scream fear
      😴 asleep tired
      🙄 rolling eyes
      🤯 mind blown
      🥳 party celebrate
      🤗 hug
      🤐 zipped mouth secret
      🫠 melting`),
  },
  {
    name: "Hands and people",
    emoji: named(`
      👍 thumbs up yes
      👎 thumbs down no
      👏 clap applause
      🙌 raised hands hooray
      🙏 thank you please
      🤝 handshake deal
      👌 fine okay
      ✌️ victory peace
      🤞 fingers crossed luck
      💪 strong
      👋 wave hello
      👀 eyes look
      🤷 shrug
      🤦 facepalm
      🫡 salute`),
  },
  {
    name: "Hearts and signs",
    emoji: named(`
      ❤️ red heart love
      🧡 orange heart
      💚 green heart
      💙 blue heart
      💔 broken heart
      ✅ check mark done
      ❌ cross no
      ❓ question
      ❗ exclamation important
      💯 hundred perfect
      ⭐ star
      🔥 fire hot
      ✨ sparkles
      ⏳ hourglass wait
      📌 pin`),
  },
  {
    name: "Things",
    emoji: named(`
      🎉 party popper congratulations
      🎂 birthday cake
      🎁 present gift
      🏆 trophy win
      🚀 rocket launch
      💡 idea light bulb
      🐛 bug
      🔧 wrench fix
      📎 paper clip
      📅 calendar date
      ☕ coffee tea
      🍕 pizza food
      🍺 beer
      🌞 sun
      🌧️ rain
      🐱 cat
      🐶 dog`),
  },
];

/** @param {string} lines @returns {Emoji[]} */
function named(lines) {
  return lines.trim().split("\n").map((line) => {
    const [emoji, ...words] = line.trim().split(" ");
    return { emoji, name: words.join(" ") };
  });
}

/**
 * The groups with what has a word that begins like each of the words asked for, named in the language of the page.
 * @param {string} query
 */
export function findEmoji(query) {
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  const groups = emojiGroups.map(({ name, emoji }) => ({
    name: laterStrings.emojiNames[name] ?? name,
    emoji: emoji.map((each) => ({ ...each, name: laterStrings.emojiNames[each.emoji] ?? each.name })).filter((each) => matches(each, wanted)),
  }));
  return groups.filter(({ emoji }) => emoji.length > 0);
}

/** @param {Emoji} emoji @param {string[]} wanted */
function matches({ emoji, name }, wanted) {
  return wanted.every((word) => emoji === word || ` ${fold(name)}`.includes(` ${word}`));
}
