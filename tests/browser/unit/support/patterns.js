/** After one of these a slash begins a pattern; after a name, a number or a bracket that closes it divides. */
const BEFORE = new Set("(,=:[!&|?{};<>+-*%^~\n");
const WORDS = /(?:^|[^\w$.])(?:return|typeof|case|of|in|void|yield|await)$/;

/**
 * The regular expressions that stand in a source of JavaScript.
 * @param {string} code
 * @returns {{source: string, flags: string}[]}
 */
export function patternsIn(code) {
  const found = [];
  const nesting = []; // of ${ in templates: how many braces are open in each
  let at = 0;
  let before = ""; // the last characters that count
  const template = () => {
    for (at += 1; at < code.length; at += 1) {
      if (code[at] === "\\") at += 1;
      else if (code[at] === "`") return void (before = '"');
      else if (code.startsWith("${", at)) {
        nesting.push(0);
        before = "{";
        return void (at += 1);
      }
    }
  };
  for (; at < code.length; at += 1) {
    const character = code[at];
    if (code.startsWith("//", at)) at = end(code, "\n", at) - 1;
    else if (code.startsWith("/*", at)) at = end(code, "*/", at) + 1;
    else if (character === '"' || character === "'") {
      for (at += 1; code[at] !== character; at += 1) if (code[at] === "\\") at += 1;
      before = '"';
    } else if (character === "`") template();
    else if (character === "}" && nesting.at(-1) === 0) {
      nesting.pop();
      template();
    } else if (character === "/" && isPattern(before)) {
      const [source, flags] = /** @type {RegExpExecArray} */ (/^\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+)\/(\w*)/.exec(code.slice(at))).slice(1);
      found.push({ source, flags });
      at += source.length + flags.length + 1;
      before = '"';
    } else {
      if (nesting.length > 0 && character === "{") nesting[nesting.length - 1] += 1;
      if (nesting.length > 0 && character === "}") nesting[nesting.length - 1] -= 1;
      if (character.trim()) before = (before + (/\s/.test(code[at - 1] ?? "") ? " " : "") + character).slice(-12);
    }
  }
  return found;
}

/** @param {string} before */
function isPattern(before) {
  return before === "" || BEFORE.has(before.at(-1) ?? "") || WORDS.test(before);
}

/** @param {string} code @param {string} mark @param {number} from */
function end(code, mark, from) {
  const place = code.indexOf(mark, from + 2);
  return place === -1 ? code.length : place;
}
