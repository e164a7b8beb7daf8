import { currentTag } from "./locale.js";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];
const STEP = 1000;

/**
 * How large a file is, in the largest unit of which it has one: "2.3 MB".
 * @param {number} bytes
 */
export function sizeWords(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const format = new Intl.NumberFormat(currentTag(), { style: "unit", unit: UNITS[power], maximumFractionDigits: 1 });
  return format.format(bytes / STEP ** power);
}
