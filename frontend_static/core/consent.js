/** Requests, blocks and reports. */

/** @param {Api} api @param {number} id @returns {Promise<Conversation>} */
export function acceptRequest(api, id) {
  return api.data("POST", `/conversations/${id}/request`, { accept: true });
}

/** @param {Api} api @param {number} id @returns {Promise<void>} */
export function declineRequest(api, id) {
  return api.data("POST", `/conversations/${id}/request`, { accept: false });
}

/** @param {Api} api @param {number} user @returns {Promise<void>} */
export function blockPerson(api, user) {
  return api.data("PUT", `/blocks/${user}`);
}

/** @param {Api} api @param {number} user @returns {Promise<void>} */
export function unblockPerson(api, user) {
  return api.data("DELETE", `/blocks/${user}`);
}

/** @param {Api} api @returns {Promise<BlockedPerson[]>} the newest first */
export async function blockedPeople(api) {
  return (await api.data("GET", "/blocks")).blocks;
}

/** @param {Api} api @param {number} id @param {number} seq @param {{reason: ReportReason, note: string}} report @returns {Promise<void>} */
export function reportMessage(api, id, seq, report) {
  return api.data("POST", `/conversations/${id}/messages/${seq}/report`, report);
}
