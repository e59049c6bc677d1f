/** Stands for a part that the test does not reach; using it fails, by its name. */
export const unusedPort = <T extends object>(name: string): T =>
  new Proxy({} as T, {
    get() {
      throw new Error(`${name} is not part of this test`);
    },
  });
