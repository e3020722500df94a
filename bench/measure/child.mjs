/** A child process that answers lines of JSON with lines of JSON. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Child {
  #process;
  #answers;
  #errors = '';

  /** @param {string[]} command @param {Record<string, string>} [env] Added to the environment. */
  constructor([file, ...args], env = {}) {
    this.#process = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.#process.stderr.on('data', (data) => {
      this.#errors = (this.#errors + data).slice(-2000);
    });
    // A peer that crashes breaks the pipe; the missing answer says so.
    this.#process.stdin.on('error', () => {});
    this.#answers = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /**
   * @param {Record<string, unknown>} request
   * @returns {Promise<any>} The answer.
   */
  async ask(request) {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`it ended: ${this.#errors.trim().split('\n').at(-1) ?? ''}`);
      // Whatever else a peer prints is no answer.
      if (!value.startsWith('{')) continue;
      const answer = JSON.parse(value);
      if (answer.error) throw new Error(answer.error);
      return answer;
    }
  }

  /** Ends the process. */
  end() {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
