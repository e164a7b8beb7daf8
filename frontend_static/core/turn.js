/** One after the other: of several changes the last one made is the last one to arrive. */
export class Turn {
  constructor() {
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /**
   * Run when all before it have ended, however they ended.
   * @template Result
   * @param {() => Promise<Result>} request
   * @returns {Promise<Result>}
   */
  take(request) {
    const result = this.last.then(request);
    this.last = result.catch(() => {});
    return result;
  }
}
