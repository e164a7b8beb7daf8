/** What is done to a group. All but leaving answers with the group as it is then. */

/** @param {Api} api @param {number} id @param {string} title @returns {Promise<Conversation>} */
export function renameGroup(api, id, title) {
  return api.data("PATCH", `/conversations/${id}`, { title });
}

/** @param {Api} api @param {number} id @param {number} user @returns {Promise<Conversation>} */
export function addToGroup(api, id, user) {
  return api.data("POST", `/conversations/${id}/participants`, { user });
}

/** Oneself: leave. @param {Api} api @param {number} id @param {number} user @returns {Promise<void>} */
export function removeFromGroup(api, id, user) {
  return api.data("DELETE", `/conversations/${id}/participants/${user}`);
}
