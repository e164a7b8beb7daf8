/* What one poll asks for, compared with another and with its answer. */

/**
 * Whether the answer leads further than where it was asked from.
 * @param {PollTarget} asked
 * @param {SyncAnswer} answer
 */
export function moves(asked, answer) {
  return answer.cursor !== asked.cursor || (asked.conversation !== null && answer.after !== asked.after);
}

/**
 * Whether both go on from the same place.
 * @param {PollTarget} one
 * @param {PollTarget} other
 */
export function samePosition(one, other) {
  return one.cursor === other.cursor && one.conversation === other.conversation && one.after === other.after;
}

/**
 * Whether the same is on the screen, and looked at as much.
 * @param {PollTarget} one
 * @param {PollTarget} other
 */
export function sameView(one, other) {
  return one.conversation === other.conversation && one.visible === other.visible && one.mayWait === other.mayWait;
}
