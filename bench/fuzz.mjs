/* The page's half of bench/fuzz.py: node bench/fuzz.mjs EXAMPLES SEED prints what became of the texts, as JSON. */
import { fuzz } from "../tests/browser/unit/support/fuzz.js";

const [examples, seed] = process.argv.slice(2).map(Number);
console.log(JSON.stringify(fuzz(examples, seed)));
