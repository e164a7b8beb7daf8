const VERSION_4 = 0x40;
const VARIANT_RFC_9562 = 0x80;

/**
 * A random UUID, also where `randomUUID` is missing (a page served over plain HTTP).
 * @param {Crypto} crypto
 */
export function newClientId(crypto) {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | VERSION_4;
  bytes[8] = (bytes[8] & 0x3f) | VARIANT_RFC_9562;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
