/** The part of autocannon that is used; it brings no types of its own. */
declare module 'autocannon' {
  function autocannon(options: autocannon.Options): Promise<autocannon.Result>;
  namespace autocannon {
    interface Request {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly onResponse?: (status: number, body: string) => void;
    }
    interface Options {
      readonly url: string;
      readonly connections: number;
      /** Seconds. */
      readonly duration: number;
      readonly requests: readonly Request[];
    }
    interface Result {
      readonly errors: number;
      readonly '2xx': number;
      readonly non2xx: number;
    }
  }
  export = autocannon;
}
