/**
 * What a call of the vault fails with. `code` is for programs, `detail` an object of plain values for the page's sentence.
 */
export class Failure extends Error {
  constructor(code, detail = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}
