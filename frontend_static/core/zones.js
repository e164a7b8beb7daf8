/** Time zones as the browser knows them (IANA). Where it cannot list them, the ones in use. */

/**
 * All that may be chosen, in order, with the current one among them.
 * @param {string} current
 */
export function zoneChoices(current) {
  const known = Intl.supportedValuesOf?.("timeZone") ?? [browserZone()];
  return [...new Set([...known, "UTC", current])].sort();
}

export function browserZone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * Whether two names mean the same zone: Asia/Calcutta is Asia/Kolkata.
 * @param {string} one
 * @param {string} other
 */
export function isSameZone(one, other) {
  return one === other || canonical(one) === canonical(other);
}

/** @param {string} zone */
function canonical(zone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}
